"""Replies as Slack messages: pure functions from the reply tree to blocks and their text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import structs
from slack_sdk.errors import SlackObjectFormationError

from bot.dialogue.actions import Verb, parse_action
from bot.dialogue.reply import (
    Answer,
    Card,
    Clarify,
    Fallback,
    HelpResource,
    LanguageReply,
    Paragraph,
    Reply,
    Sentences,
    SignpostReply,
    SmallTalkReply,
    Sourced,
    SourceLink,
    SourcesReply,
    Suggestion,
    Topics,
    UrgentReply,
    WholeAnswer,
    key_sentence,
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
from bot.slack.render.mrkdwn import bold, escape, link, prose

CHOICES_BLOCK = "choices"
"""The name of the row of buttons under a question back: its answer takes the question's place."""


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message as the Web API and ``response_url`` take it.

    ``text`` is what notifications show and screen readers read: everything the blocks say, in their order.
    ``whole`` is False where parts had to go so that Slack takes the message. ``unfolded`` is the same message with a
    button in place of the part that unfolds, for where Slack refuses that; None where nothing unfolds.
    """

    text: str
    blocks: Blocks
    whole: bool = True
    unfolded: SlackMessage | None = None

    @property
    def payload(self) -> dict[str, Any]:
        """The message's fields; links are never unfurled."""
        return {"text": self.text, "blocks": self.blocks, "unfurl_links": False, "unfurl_media": False}


def render(reply: Reply, *, sharable: bool = False, above: str = "", whole: WholeAnswer | None = None) -> SlackMessage:
    """Return ``reply`` as a message; ``sharable`` adds the button that posts an answer for everyone.

    ``above`` is a line of mrkdwn that comes first. ``whole`` is what an answer unfolds to in place, if there is room.
    """
    blocks = [*small(above), *_blocks(reply, sharable=sharable)]
    text = f"{above}\n\n{spoken(reply)}" if above else spoken(reply)
    if not fits(blocks, SlackLimit.BLOCKS):
        return SlackMessage(text, _short(reply), whole=False)
    message = SlackMessage(text, blocks)
    if whole is None or not isinstance(reply, Answer):
        return message
    unfolding = [*small(above), *_unfolding(reply, whole, sharable=sharable)]
    return SlackMessage(text, unfolding, unfolded=message) if fits(unfolding, SlackLimit.BLOCKS) else message


def only_text(reply: Reply) -> SlackMessage:
    """Return ``reply`` without blocks and short: what is sent when Slack refuses the whole message."""
    parts = pieces(spoken(reply), SlackLimit.SHORT_TEXT)
    return SlackMessage(next(parts, "…"), [], whole=False)


def preview(reply: Reply) -> dict[str, Any]:
    """Return ``reply`` exactly as it is sent."""
    return render(reply, sharable=isinstance(reply, Answer | WholeAnswer)).payload


def find_faults(reply: Reply) -> list[str]:
    """Return why Slack would not take ``reply`` whole; empty where it does."""
    try:
        message = render(reply, sharable=isinstance(reply, Answer | WholeAnswer))
    except SlackObjectFormationError as error:
        return [str(error)]
    return [] if message.whole else ["too long for one message: shorten it"]


def saying(text: str) -> SlackMessage:
    """Return one of the bot's own sentences as a message."""
    return SlackMessage(prose(text), sections(prose(text)))


def fits(blocks: Sequence[dict[str, Any]], most: int) -> bool:
    """Say whether Slack takes ``blocks``: their number, and their characters together."""
    return len(blocks) <= most and len(json.dumps(blocks, ensure_ascii=False)) <= SlackLimit.MESSAGE_CHARACTERS


def _blocks(reply: Reply, *, sharable: bool) -> Blocks:
    notes = small(*(prose(note) for note in reply.notes))
    return [*notes, *body(reply), *_ways_on(reply, sharable=sharable)]


def _unfolding(reply: Answer, whole: WholeAnswer, *, sharable: bool) -> Blocks:
    """Return an answer whose *Whole answer* is no button, but unfolds: what the answer does not say already."""
    said = [part.text for part in (reply.point, reply.for_you) if part is not None]
    rest = [part for part in (whole.for_you, *whole.points) if part.text not in said]
    parts = [_paragraph(part) for part in rest]
    parts += [_paragraph(whole.law_check)] if whole.law_check else []
    parts += [escape(whole.closing)] if whole.closing else []
    first, sources = reply.ways[0], structs.replace(reply, ways=reply.ways[1:])
    notes = small(*(prose(note) for note in reply.notes))
    # Few long blocks: a container takes ten.
    container = folded(first.label, sections("\n\n".join(parts))[: SlackLimit.CHILD_BLOCKS])
    return [*notes, *body(reply), container, *_ways_on(sources, sharable=sharable)]


def body(reply: Reply) -> Blocks:
    """Return what ``reply`` says, without its buttons."""
    match reply:
        case Answer():
            return [header(reply.title), *_each(_first_parts(reply)), *small(prose(reply.footer))]
        case WholeAnswer():
            return [header(reply.title), *_each(_whole_parts(reply)), *small(prose(reply.footer))]
        case SourcesReply():
            texts = _source_texts(reply.heading, reply.sources)
            return [header(reply.title), *small(*texts), *small(prose(reply.footer))]
        case SignpostReply():
            where = link(reply.link_url, reply.link_label)
            parts = [escape(reply.text), where]
            return [header(reply.title), *_each(parts), *_grounds(reply)]
        case Card():
            return [header(reply.title), *sections(escape(reply.text)), *_grounds(reply)]
        case UrgentReply():
            return [header(reply.title), *_each(_urgent(reply)), *small(prose(reply.footer))]
        case LanguageReply():
            return [*_each(_language_card(reply)), *small(prose(reply.caution))]
        case Topics():
            return [header(reply.heading)]
        case Clarify():
            asked = "\n".join([prose(reply.text), *_numbered(_topics_only(reply.suggestions))])
            return [*sections(asked), *sections(_person(reply))]
        case Sentences():
            return [*sections(prose(reply.text)), *sections(_person(reply))]
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
            share = button_row([button(reply.share)], "share") if sharable else []
            return [*_related(reply.related_heading, reply.suggestions), *share]
        case Sourced():
            return [*_related(reply.related_heading, reply.related), *buttons(reply.ways, "ways")]
        case _:
            return buttons(reply.suggestions, "more")


def topic_rows(reply: Topics) -> Blocks:
    """Return the topics in their groups: a heading and a row of numbered buttons each."""
    blocks: Blocks = []
    for number, group in enumerate(reply.groups, start=1):
        row = [button(topic, _numbered_label(topic)) for topic in group.topics]
        blocks += [*sections(bold(group.label)), *button_row(row, f"topics-{number}")]
    return blocks


def _short(reply: Reply) -> Blocks:
    """Return what matters most of a reply that is too long for Slack."""
    match reply:
        case Answer():
            return [header(reply.title), *sections(escape(reply.short)), *small(prose(reply.footer))]
        case WholeAnswer():
            return [header(reply.title), *sections(escape(reply.short)), *small(prose(reply.footer))]
        case Sourced():
            return [header(reply.title), *sections(escape(reply.text)), *small(prose(reply.footer))]
        case _:
            return [block for part in pieces(spoken(reply), SlackLimit.SHORT_TEXT) for block in sections(part)][:1]


def _each(parts: Iterable[str]) -> Blocks:
    return [block for part in parts for block in sections(part)]


def _paragraph(part: Paragraph) -> str:
    text = escape(f"{part.text} ({part.known})" if part.known else part.text)
    return f"{bold(part.heading)}\n{text}" if part.heading else text


def _first_parts(reply: Answer) -> list[str]:
    parts = [part for part in (reply.point, reply.for_you) if part is not None]
    return [escape(reply.short), *map(_paragraph, parts)]


def _whole_parts(reply: WholeAnswer) -> list[str]:
    parts = [escape(reply.short), *map(_paragraph, (reply.for_you, *reply.points))]
    parts += [_paragraph(reply.law_check)] if reply.law_check else []
    return parts + ([escape(reply.closing)] if reply.closing else [])


def _grounds(reply: Sourced) -> Blocks:
    sources = small(*_source_texts(reply.sources_heading, reply.sources))
    return [*sources, *small(prose(reply.footer))]


def _source_texts(heading: str, sources: Sequence[SourceLink]) -> list[str]:
    """Return the sources in as few texts as Slack's limit allows; a link is never cut in two."""
    texts: list[str] = []
    for source in sources:
        name = _source(source)
        if texts and len(texts[-1]) + len(name) + 3 <= SlackLimit.SECTION:
            texts[-1] += f" · {name}"
        else:
            texts.append(name if texts else f"{bold(heading)}: {name}")
    return texts


def _source(source: SourceLink) -> str:
    return f"{link(source.url, source.label)} ({escape(source.citation)}, {escape(source.seen)})"


def _related(heading: str, suggestions: Sequence[Suggestion]) -> Blocks:
    return [*small(prose(heading)), *buttons(suggestions, "related")] if suggestions else []


def _urgent(reply: UrgentReply) -> list[str]:
    steps = "\n".join(f"{number}. {_step(step)}" for number, step in enumerate(reply.steps, start=1))
    said = "\n".join(bold(f"“{words}”") for words in reply.say)
    parts = [steps, *([said] if said else []), "\n".join(_resource(resource) for resource in reply.resources)]
    if reply.local:
        local = "\n".join(_resource(resource) for resource in reply.local)
        parts.append(f"{bold(reply.local_heading)}\n{local}")
    return parts


def _step(step: str) -> str:
    key, rest = key_sentence(step)
    return f"{bold(key)} {escape(rest)}" if rest else bold(key)


def _language_card(reply: LanguageReply) -> list[str]:
    steps = (f"{number}. {escape(step)}" for number, step in enumerate(reply.steps, start=1))
    links = (f"• {link(page.url, page.label)}" for page in (reply.guide, reply.legal_help))
    about, first = escape(reply.text), "\n".join([bold(reply.heading), *steps])
    return [*((first, about) if reply.urgent else (about, first)), "\n".join(links)]


def _resource(resource: HelpResource) -> str:
    name = link(resource.url, resource.label) if resource.url else bold(resource.label)
    reached = [f"<#{resource.slack_channel}>"] if resource.slack_channel else []
    reached += [escape(resource.phone)] if resource.phone else []
    said = ". ".join(part for part in (", ".join(reached), escape(resource.note)) if part)
    return f"• {name}: {said}" if said else f"• {name}"


def _person(reply: Sentences) -> str:
    return f"{bold(reply.person.heading)}\n{_resource(reply.person.place)}" if reply.person else ""


def _numbered(choices: Iterable[Suggestion], first: int = 1) -> list[str]:
    """Return ``choices`` under the numbers that pick them."""
    return [f"{number}. {escape(choice.title)}" for number, choice in enumerate(choices, start=first)]


def _topics_only(choices: Sequence[Suggestion]) -> list[Suggestion]:
    actions = ((choice, parse_action(choice.action)) for choice in choices)
    return [choice for choice, action in actions if action and action.verb is not Verb.NONE]


def _numbered_label(topic: Suggestion) -> str:
    return f"{topic.entry}. {topic.label}" if topic.entry else topic.label


def spoken(reply: Reply) -> str:
    """Return everything ``reply`` says as text in the order of its blocks, as far as Slack advises."""
    lines = [prose(note) for note in reply.notes]
    match reply:
        case Answer():
            lines += [bold(reply.title), *_first_parts(reply), prose(reply.footer)]
            if reply.points:
                lines.append("\n".join([prose(reply.points_heading), *_numbered(reply.points)]))
        case WholeAnswer():
            lines += [bold(reply.title), *_whole_parts(reply), prose(reply.footer)]
        case SourcesReply():
            lines += [bold(reply.title), _source_names(reply.heading, reply.sources), prose(reply.footer)]
        case SignpostReply():
            lines += [bold(reply.title), escape(reply.text), link(reply.link_url, reply.link_label)]
            lines += [_source_names(reply.sources_heading, reply.sources), prose(reply.footer)]
        case Card():
            lines += [bold(reply.title), escape(reply.text)]
            lines += [_source_names(reply.sources_heading, reply.sources), prose(reply.footer)]
        case UrgentReply():
            lines += [bold(reply.title), *_urgent(reply), prose(reply.footer)]
        case LanguageReply():
            lines += [*_language_card(reply), prose(reply.caution)]
        case Topics():
            lines += [bold(reply.heading)]
            for group in reply.groups:
                lines.append("\n".join([bold(group.label), *(escape(_numbered_label(t)) for t in group.topics)]))
            lines.append(prose(reply.hint))
        case Clarify():
            lines += ["\n".join([prose(reply.text), *_numbered(_topics_only(reply.suggestions))]), _person(reply)]
        case Sentences():
            lines += [prose(reply.text), _person(reply)]
        case _:
            raise TypeError(type(reply).__name__)
    if isinstance(reply, Answer):
        ways, related = len(reply.points) + 1, len(reply.points) + len(reply.ways) + 1
        lines.append("\n".join(_numbered(reply.ways, ways)))
        lines.append("\n".join([prose(reply.related_heading), *_numbered(reply.related, related)]))
    if isinstance(reply, WholeAnswer) and reply.suggestions:
        lines.append("\n".join([prose(reply.related_heading), *_numbered(reply.suggestions)]))
    if isinstance(reply, Sourced):
        lines.append("\n".join([prose(reply.related_heading), *_numbered(reply.related)]) if reply.related else "")
        lines.append("\n".join(_numbered(reply.ways, len(reply.related) + 1)))
    if isinstance(reply, SourcesReply | UrgentReply | LanguageReply | Fallback | SmallTalkReply):
        lines.append("\n".join(_numbered(reply.suggestions)))
    text = "\n\n".join(line for line in lines if line)
    return next(pieces(text, SlackLimit.FALLBACK_TEXT), "…")


def _source_names(heading: str, sources: Sequence[SourceLink]) -> str:
    return f"{escape(heading)}: {', '.join(escape(source.label) for source in sources)}" if sources else ""
