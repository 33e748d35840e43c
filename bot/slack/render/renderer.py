"""Replies as Slack messages: pure functions from the reply tree to blocks and their text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from slack_sdk.errors import SlackObjectFormationError

from bot.dialogue.actions import Verb, parse_action
from bot.dialogue.reply import (
    Answer,
    Clarify,
    LanguageReply,
    Reply,
    Sentences,
    SignpostReply,
    Sourced,
    SourceLink,
    SourcesReply,
    Suggestion,
    Topics,
    UrgentReply,
    WholeAnswer,
)
from bot.slack.render.blocks import (
    Blocks,
    button,
    button_row,
    buttons,
    choose,
    folded,
    header,
    link_button,
    pieces,
    sections,
    small,
    votes,
)
from bot.slack.render.limits import SlackLimit
from bot.slack.render.mrkdwn import (
    bold,
    card_parts,
    escape,
    first_parts,
    link,
    numbered,
    numbered_label,
    paragraph,
    person_text,
    prose,
    source_texts,
    urgent_parts,
    whole_parts,
    with_addresses,
)

CHOICES_BLOCK = "choices"
"""The name of the row of buttons under a question back: its answer takes the question's place."""


class SlackMessage(Struct, frozen=True):
    """A message as the Web API and ``response_url`` take it; its blocks in JSON, which takes less memory than they do.

    ``text`` is what notifications show and screen readers read: everything the blocks say, in their order.
    ``whole`` is False where parts had to go so that Slack takes the message. ``unfolded`` is the same message with a
    button in place of the part that unfolds, for where Slack refuses that; None where nothing unfolds.
    """

    text: str
    json: bytes
    whole: bool = True
    unfolded: SlackMessage | None = None

    @classmethod
    def of(cls, text: str, blocks: Blocks, *, whole: bool = True, unfolded: SlackMessage | None = None) -> Self:
        """Return the message of ``blocks``."""
        return cls(text, msgspec.json.encode(blocks), whole, unfolded)

    @property
    def blocks(self) -> Blocks:
        """What it shows."""
        return msgspec.json.decode(self.json, type=Blocks)

    @property
    def payload(self) -> dict[str, Any]:
        """The message's fields; links are never unfurled."""
        return {"text": self.text, "blocks": self.blocks, "unfurl_links": False, "unfurl_media": False}


def render(reply: Reply, *, sharable: bool = False, above: str = "", whole: WholeAnswer | None = None) -> SlackMessage:
    """Return ``reply`` as a message; ``sharable`` adds the button that posts an answer for everyone.

    ``above`` is a line of mrkdwn that comes first. ``whole`` is what an answer unfolds to in place, if there is room.
    """
    said = _said(reply, sharable=sharable)
    blocks = [*small(above), *_notes(reply), *said]
    text = spoken(reply, said)
    text = f"{above}\n\n{text}" if above else text
    if not fits(blocks, SlackLimit.BLOCKS):
        return SlackMessage.of(text, _short(reply), whole=False)
    message = SlackMessage.of(text, blocks)
    if whole is None or not isinstance(reply, Answer):
        return message
    unfolding = [*small(above), *_unfolding(reply, whole, sharable=sharable)]
    return SlackMessage.of(text, unfolding, unfolded=message) if fits(unfolding, SlackLimit.BLOCKS) else message


def only_text(reply: Reply) -> SlackMessage:
    """Return ``reply`` without blocks and short: what is sent when Slack refuses the whole message."""
    parts = pieces(spoken(reply), SlackLimit.SHORT_TEXT)
    return SlackMessage.of(next(parts, "…"), [], whole=False)


def preview(reply: Reply) -> dict[str, Any]:
    """Return ``reply`` exactly as it is sent."""
    return render(reply, sharable=True).payload


def find_faults(reply: Reply) -> list[str]:
    """Return why Slack would not take ``reply`` whole; empty where it does."""
    try:
        message = render(reply, sharable=True)
    except SlackObjectFormationError as error:
        return [str(error)]
    return [] if message.whole else ["too long for one message: shorten it"]


def saying(text: str) -> SlackMessage:
    """Return one of the bot's own sentences as a message."""
    return SlackMessage.of(prose(text), sections(prose(text)))


def fits(blocks: Sequence[dict[str, Any]], most: int) -> bool:
    """Say whether Slack takes ``blocks``: their number, and their characters together."""
    return len(blocks) <= most and len(json.dumps(blocks, ensure_ascii=False)) <= SlackLimit.MESSAGE_CHARACTERS


def _notes(reply: Reply) -> Blocks:
    return small(*(prose(note) for note in reply.notes))


def _said(reply: Reply, *, sharable: bool = False) -> Blocks:
    return [*body(reply), *_ways_on(reply, sharable=sharable)]


def _unfolding(reply: Answer, whole: WholeAnswer, *, sharable: bool) -> Blocks:
    """Return an answer whose *Whole answer* is no button, but unfolds: what the answer does not say already."""
    said = [part.text for part in (reply.point, reply.for_you) if part is not None]
    rest = [part for part in (whole.for_you, *whole.points) if part.text not in said]
    parts = [paragraph(part) for part in rest]
    parts += [paragraph(whole.law_check)] if whole.law_check else []
    parts += [escape(whole.closing)] if whole.closing else []
    first, sources = reply.ways[0], replace(reply, ways=reply.ways[1:])
    # Few long blocks: a container takes ten.
    container = folded(first.label, sections("\n\n".join(parts))[: SlackLimit.CHILD_BLOCKS])
    return [*_notes(reply), *body(reply), container, *_ways_on(sources, sharable=sharable)]


def body(reply: Reply) -> Blocks:
    """Return what ``reply`` says, without its buttons."""
    match reply:
        case Answer():
            return [header(reply.title), *_each(first_parts(reply)), *small(prose(reply.footer))]
        case WholeAnswer():
            return [header(reply.title), *_each(whole_parts(reply)), *small(prose(reply.footer))]
        case SourcesReply():
            return [header(reply.title), *_sources(reply.heading, reply.sources), *small(prose(reply.footer))]
        case Sourced():
            where = [link(reply.link_url, reply.link_label)] if isinstance(reply, SignpostReply) else []
            grounds = [*_sources(reply.sources_heading, reply.sources), *small(prose(reply.footer))]
            return [header(reply.title), *_each([escape(reply.text), *where]), *grounds]
        case UrgentReply():
            return [header(reply.title), *_each(urgent_parts(reply)), *small(prose(reply.footer))]
        case LanguageReply():
            return [*_each(card_parts(reply)), *small(prose(reply.caution))]
        case Topics():
            return [header(reply.heading)]
        case Clarify():
            asked = "\n".join([prose(reply.text), *numbered(_topics_only(reply.suggestions))])
            return [*sections(asked), *sections(person_text(reply))]
        case Sentences():
            return [*sections(prose(reply.text)), *sections(person_text(reply))]
        case _:
            raise TypeError(type(reply).__name__)


def _ways_on(reply: Reply, *, sharable: bool) -> Blocks:
    match reply:
        case Topics():
            return [*topic_rows(reply), *small(prose(reply.hint))]
        case Clarify():
            return buttons(reply.suggestions, CHOICES_BLOCK)
        case LanguageReply():
            return button_row([*map(button, reply.suggestions), link_button(reply.guide)], "languages")
        case Answer():
            points = choose(reply.points, "points", reply.points_heading)
            ways = [*map(button, (*reply.ways, *reply.feedback[2:])), *([button(reply.share)] if sharable else [])]
            related = _related(reply.related_heading, reply.related)
            return [*points, *button_row(ways, "ways"), *related, *votes(reply.feedback[:2])]
        case WholeAnswer():
            ways = [*([button(reply.share)] if sharable else []), *map(button, reply.feedback)]
            return [*_related(reply.related_heading, reply.suggestions), *button_row(ways, "ways")]
        case Sourced():
            ways = [*map(button, (*reply.ways, *reply.feedback[2:])), *([button(reply.share)] if sharable else [])]
            related = _related(reply.related_heading, reply.related)
            return [*related, *button_row(ways, "ways"), *votes(reply.feedback[:2])]
        case UrgentReply():
            return [*buttons(reply.suggestions, "more"), *buttons(reply.feedback, "wrong")]
        case _:
            return buttons(reply.suggestions, "more")


def topic_rows(reply: Topics) -> Blocks:
    """Return the topics in their groups: a heading and a row of numbered buttons each."""
    blocks: Blocks = []
    for number, group in enumerate(reply.groups, start=1):
        row = [button(topic, numbered_label(topic)) for topic in group.topics]
        blocks += [*sections(bold(group.label)), *button_row(row, f"topics-{number}")]
    return blocks


def _short(reply: Reply) -> Blocks:
    """Return what matters most of a reply that is too long for Slack."""
    match reply:
        case Answer() | WholeAnswer():
            return [header(reply.title), *sections(escape(reply.short)), *small(prose(reply.footer))]
        case Sourced():
            return [header(reply.title), *sections(escape(reply.text)), *small(prose(reply.footer))]
        case _:
            return [block for part in pieces(spoken(reply), SlackLimit.SHORT_TEXT) for block in sections(part)][:1]


def _each(parts: Iterable[str]) -> Blocks:
    return [block for part in parts for block in sections(part)]


def _sources(heading: str, sources: Sequence[SourceLink]) -> Blocks:
    return small(*source_texts(heading, sources))


def _related(heading: str, suggestions: Sequence[Suggestion]) -> Blocks:
    return [*small(prose(heading)), *buttons(suggestions, "related")] if suggestions else []


def _topics_only(choices: Sequence[Suggestion]) -> list[Suggestion]:
    actions = ((choice, parse_action(choice.action)) for choice in choices)
    return [choice for choice, action in actions if action and action.verb is not Verb.NONE]


def spoken(reply: Reply, said: Blocks | None = None) -> str:
    """Return everything ``reply`` says as text in the order of its blocks, as far as Slack advises.

    Links have their addresses beside them, and buttons stand as they can be typed: by number, or by their words.
    ``said`` is what it says in blocks, its buttons too, where these are made already.
    """
    text = _spoken(reply, said or _said(reply))
    if len(text) > SlackLimit.FALLBACK_TEXT and isinstance(reply, SourcesReply):
        # The legal form and the day of each stand in the blocks; its name and address say what it is.
        shorter = replace(reply, sources=tuple(replace(one, citation="", seen="") for one in reply.sources))
        text = _spoken(shorter, _said(shorter))
    return next(pieces(text, SlackLimit.FALLBACK_TEXT), "…")


def _spoken(reply: Reply, blocks: Blocks) -> str:
    # Topics in their list have numbers of their own.
    numbered_ = numbered(() if isinstance(reply, Topics) else reply.suggestions)
    choices = {choice.action: line for choice, line in zip(reply.suggestions, numbered_, strict=False)}
    said = (*map(prose, reply.notes), *(with_addresses("\n".join(_lines(block, choices))) for block in blocks))
    return "\n\n".join(line for line in said if line)


def _lines(block: dict[str, Any], choices: Mapping[str, str]) -> Iterator[str]:
    """Yield what ``block`` says as mrkdwn, line by line; ``choices`` are those that a number picks, by their codes."""
    for element in block.get("elements", [block]):
        match element["type"]:
            case "button":
                yield from _picked(element, choices, block)
            case "static_select":
                yield prose(element["placeholder"]["text"])
                yield from (line for option in element["options"] for line in _picked(option, choices, block))
            case "feedback_buttons":
                yield from (escape(element[vote]["text"]["text"]) for vote in ("positive_button", "negative_button"))
            case "header":
                yield bold(element["text"]["text"])
            case _:
                text = element["text"]
                yield text if isinstance(text, str) else text["text"]


def _picked(choice: Mapping[str, Any], choices: Mapping[str, str], block: dict[str, Any]) -> Iterator[str]:
    """Yield how a choice can be typed; a question back says its topics itself."""
    action = parse_action(choice.get("value", ""))
    if block["block_id"] == CHOICES_BLOCK and action and action.verb is not Verb.NONE:
        return
    yield choices.get(action.code if action else "", escape(choice["text"]["text"]))
