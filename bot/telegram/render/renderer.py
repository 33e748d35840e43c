"""Reply trees as Telegram messages: HTML texts and the keyboard below the last of them. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from msgspec.structs import replace
from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.dialogue.reply import (
    Answer,
    EntryReply,
    LanguageReply,
    Paragraph,
    Person,
    Reply,
    Sentences,
    SignpostReply,
    SmallTalkReply,
    Sourced,
    SourceLink,
    SourcesReply,
    Topics,
    UrgentReply,
    WholeAnswer,
    is_long,
    key_sentence,
)
from bot.telegram.render.keyboards import group_keyboard, group_page, overview, reply_keyboard, shorter
from bot.telegram.render.markup import bold, escape, expandable, italic, link, to_entities, units
from bot.telegram.render.splitting import MOST_UNITS, split_html
from content.schema.catalogue import Resource
from content.schema.phrases import Phrases

PREVIEW_USERNAME = "your_bot"
_entities_of = lru_cache(maxsize=64)(to_entities)
"""The few long answers come again and again."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One or more HTML messages, to be sent in order, and the keyboard of the last."""

    texts: tuple[str, ...]
    keyboard: InlineKeyboardMarkup | None = None


def render(reply: Reply, phrases: Phrases, username: str, *, group: bool = False, whispering: bool = False) -> Rendered:
    """Return ``reply`` as messages; ``username`` is the bot's, for links to it; ``group``: others read it too.

    ``whispering``: what is pressed there is shown to whoever presses, so that no link has to lead to the rest.
    """
    if group:
        keyboard = group_keyboard(reply, phrases, username, whispering)
        return Rendered(tuple(split_html(_in_the_open(reply))), keyboard)
    if isinstance(reply, Topics):
        text, keyboard = overview(reply)
    else:
        text, keyboard = written(reply), reply_keyboard(reply, phrases, username)
    if isinstance(reply, WholeAnswer | Sourced) and reply.suggestions:
        text += f"\n\n{bold(reply.related_heading)}"
    return Rendered(tuple(split_html(text)), keyboard)


def _in_the_open(reply: Reply) -> str:
    """Return what others read of ``reply``: nothing longer than a first message, else its title."""
    if not is_long(reply):
        return overview(shorter(reply))[0] if isinstance(reply, Topics) else written_alone(reply)
    title = ""
    if isinstance(reply, SmallTalkReply):
        title = reply.text.partition("\n")[0]
    elif isinstance(reply, EntryReply | Sourced):
        title = reply.title
    return "\n\n".join([*map(italic, reply.notes), bold(title)])


def written_alone(reply: Reply) -> str:
    """Return all that ``reply`` says as HTML where no choices stand below it, and no heading above them."""
    return written(replace(reply, points=()) if isinstance(reply, Answer) else reply)


def written(reply: Reply) -> str:
    """Return all that ``reply`` says as HTML, without what leads on from it; of topics see :func:`overview`."""
    return "\n\n".join(part for part in _parts(reply) if part)


def render_page(topics: Topics, page: int, phrases: Phrases) -> Rendered:
    text, keyboard = group_page(topics, page, phrases)
    return Rendered((text,), keyboard)


def plain(text: str, keyboard: InlineKeyboardMarkup | None = None) -> Rendered:
    """Return ``text``, escaped, as one message (it must be short)."""
    return Rendered((escape(text),), keyboard)


def preview(reply: Reply, phrases: Phrases, *, group: bool = False) -> Any:
    """Return what ``sendMessage`` would get for ``reply``, with stand-ins for the chat and the bot's username.

    One object, or a list of them where the reply takes several messages
    (https://core.telegram.org/bots/api#sendmessage).
    """
    rendered = render(reply, phrases, PREVIEW_USERNAME, group=group)
    calls: list[dict[str, Any]] = [
        {"chat_id": 0, **text_parameters(text), "link_preview_options": {"is_disabled": True}}
        for text in rendered.texts
    ]
    for call in calls:
        if "entities" in call:
            call["entities"] = [entity.to_dict() for entity in call["entities"]]
    if rendered.keyboard is not None:
        calls[-1]["reply_markup"] = rendered.keyboard.to_dict()
    return calls[0] if len(calls) == 1 else calls


def find_faults(reply: Reply, phrases: Phrases) -> list[str]:
    """Return why Telegram would not take ``reply`` in one message; empty where it does."""
    texts = render(reply, phrases, PREVIEW_USERNAME).texts
    return [] if len(texts) == 1 else [f"takes {len(texts)} messages: shorten it"]


def text_parameters(text: str) -> dict[str, Any]:
    """Return one message's text as parameters: HTML, or with entities where only the markup makes it too long."""
    if units(text) <= MOST_UNITS:
        return {"text": text, "parse_mode": ParseMode.HTML}
    shown, entities = _entities_of(text)
    return {"text": shown, "entities": entities}


def _parts(reply: Reply) -> Iterator[str]:
    yield from (italic(note) for note in reply.notes)
    match reply:
        case Answer():
            yield bold(reply.title)
            yield escape(reply.short)
            yield _paragraph(reply.point) if reply.point else ""
            yield _paragraph(reply.for_you) if reply.for_you else ""
            yield italic(reply.footer)
            yield bold(reply.points_heading) if reply.points else ""
        case WholeAnswer():
            yield bold(reply.title)
            yield escape(reply.short)
            yield _paragraph(reply.for_you)
            details = [_paragraph(point) for point in reply.points]
            details += [_paragraph(reply.law_check)] if reply.law_check else []
            details += [escape(reply.closing)] if reply.closing else []
            yield expandable("\n\n".join(details))
            yield italic(reply.footer)
        case SourcesReply():
            yield bold(reply.title)
            yield _sources(reply.heading, reply.sources)
            yield italic(reply.footer)
        case Sourced():
            yield bold(reply.title)
            yield escape(reply.text)
            yield f"→ {link(reply.link_label, reply.link_url)}" if isinstance(reply, SignpostReply) else ""
            yield _sources(reply.sources_heading, reply.sources)
            yield italic(reply.footer)
        case UrgentReply():
            yield bold(reply.title)
            yield "\n".join(f"{number}. {_step(step)}" for number, step in enumerate(reply.steps, start=1))
            yield "\n".join(bold(f"“{words}”") for words in reply.say)
            yield "\n".join(_resource(resource) for resource in reply.resources)
            if reply.local:
                yield "\n".join([bold(reply.local_heading), *(_resource(resource) for resource in reply.local)])
            yield italic(reply.footer)
        case LanguageReply():
            steps = (escape(f"{number}. {step}") for number, step in enumerate(reply.steps, start=1))
            about, first = escape(reply.text), "\n".join([bold(reply.heading), *steps])
            yield from (first, about) if reply.urgent else (about, first)
            yield "\n".join(f"• {link(page.label, page.url)}" for page in (reply.guide, reply.legal_help))
            yield italic(reply.caution) if reply.caution else ""
        case Sentences():
            yield escape(reply.text)
            yield person_lines(reply.person) if reply.person else ""
        case _:
            raise TypeError(f"no way to show a {type(reply).__name__} on Telegram")


def _step(step: str) -> str:
    key, rest = key_sentence(step)
    return f"{bold(key)} {escape(rest)}" if rest else bold(key)


def _paragraph(paragraph: Paragraph) -> str:
    heading = f"{bold(paragraph.heading)}\n" if paragraph.heading else ""
    known = f" ({escape(paragraph.known)})" if paragraph.known else ""
    return heading + escape(paragraph.text) + known


def person_lines(person: Person) -> str:
    """Return whom to turn to, as HTML."""
    return f"{bold(person.heading)}\n{_resource(person.place)}"


def _sources(heading: str, sources: Iterable[SourceLink]) -> str:
    """Return one named link a line. The legal form of each stands behind its link: with it, answers would not fit."""
    lines = [f"• {link(source.label, source.url)} ({escape(source.seen)})" for source in sources]
    return "\n".join([bold(heading), *lines]) if lines else ""


def _resource(resource: Resource) -> str:
    name = link(resource.label, resource.url) if resource.url else bold(resource.label)
    phone = f": {escape(resource.phone)}" if resource.phone else ""
    note = f"\n{escape(resource.note)}" if resource.note else ""
    return f"• {name}{phone}{note}"
