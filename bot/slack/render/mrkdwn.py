"""Slack's text format, both ways: what replies say in it, part by part, and cleaning what people wrote.

https://docs.slack.dev/messaging/formatting-message-text: only ``&``, ``<`` and ``>`` have escapes. The marks for
bold, italics, strike and code have none, so in content they are replaced by letters that look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.dialogue.reply import (
    Answer,
    LanguageReply,
    Paragraph,
    Sentences,
    SourceLink,
    Suggestion,
    UrgentReply,
    WholeAnswer,
    key_sentence,
)
from bot.slack.render.limits import SlackLimit
from content.schema.catalogue import Resource

_LOOK_ALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})
_EMOJI_COLON = re.compile(r":(?=[\w+'-]+:)")
_QUOTE_MARK = re.compile(r"^(\s*)>", re.MULTILINE)
_BARE_LINK = re.compile(
    r"(?<![\w@./:-])((?:[a-z0-9-]{1,63}\.){1,4}(?:gov|org|com|net|edu)(?:/[\w/-]{0,200})?)(?![\w@-])"
)
_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<(https?://[^<>|]*)\|([^<>]*)>")
_SPACES = re.compile(r"[^\S\n]+")

_URL_ESCAPES = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C", " ": "%20", "\n": "", "\r": ""})


def escape(text: str) -> str:
    """Return ``text`` so that Slack shows it as it is, whatever marks it holds."""
    text = _QUOTE_MARK.sub(r"\1›", text)
    text = _EMOJI_COLON.sub("꞉", text.translate(_LOOK_ALIKES))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bold(text: str) -> str:
    """Return ``text``, escaped, in bold. Bold does not reach over a line's end, so there are none in it."""
    words = " ".join(escape(text).split())
    return f"*{words}*" if words else ""


def link(url: str, label: str) -> str:
    """Return a link named ``label``."""
    words = " ".join(escape(label).replace("|", "∣").split())
    return f"<{url.translate(_URL_ESCAPES)}|{words or '…'}>"


def prose(text: str) -> str:
    """Return the bot's own sentence, escaped, with the web addresses in it made into links."""
    return _BARE_LINK.sub(lambda found: f"<https://{found[1]}|{found[1]}>", escape(text))


def with_addresses(text: str) -> str:
    """Return mrkdwn with each link's address beside its label, for whoever reads it as plain text."""
    return _LINK.sub(lambda link: link[1] if link[1].endswith(link[2]) else f"{link[2]}: {link[1]}", text)


def clean(text: str) -> str:
    """Return what a person typed, without Slack's own notation.

    People, channels, groups and dates (``<@U1>``, ``<#C1|general>``, ``<!here>``) go, a link leaves its label, or
    its address where it has none, and ``&amp;`` becomes ``&``.
    """
    text = _TOKEN.sub(_said, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _SPACES.sub(" ", text).strip()


def _said(token: re.Match[str]) -> str:
    target, label = token[1], token[2]
    if target.startswith(("@", "#", "!")):
        return " "
    return f" {label or target} "


def paragraph(part: Paragraph) -> str:
    """Return a paragraph under its heading, with the day up to which it is known where that is its own."""
    text = escape(f"{part.text} ({part.known})" if part.known else part.text)
    return f"{bold(part.heading)}\n{text}" if part.heading else text


def first_parts(reply: Answer) -> list[str]:
    """Return what an answer says under its title."""
    parts = [part for part in (reply.point, reply.for_you) if part is not None]
    return [escape(reply.short), *map(paragraph, parts)]


def whole_parts(reply: WholeAnswer) -> list[str]:
    """Return all that an entry says under its title."""
    parts = [escape(reply.short), *map(paragraph, (reply.for_you, *reply.points))]
    parts += [paragraph(reply.law_check)] if reply.law_check else []
    return parts + ([escape(reply.closing)] if reply.closing else [])


def source_texts(heading: str, sources: Sequence[SourceLink]) -> list[str]:
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
    known = "; ".join(escape(part) for part in (source.citation, source.seen) if part)
    return link(source.url, source.label) + (f" ({known})" if known else "")


def urgent_parts(reply: UrgentReply) -> list[str]:
    """Return the steps, what to say aloud, and where to turn to."""
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


def card_parts(reply: LanguageReply) -> list[str]:
    """Return what a card says, what to do first for somebody in distress, and its links."""
    steps = (f"{number}. {escape(step)}" for number, step in enumerate(reply.steps, start=1))
    links = (f"• {link(page.url, page.label)}" for page in (reply.guide, reply.legal_help))
    about, first = escape(reply.text), "\n".join([bold(reply.heading), *steps])
    return [*((first, about) if reply.urgent else (about, first)), "\n".join(links)]


def _resource(resource: Resource) -> str:
    name = link(resource.url, resource.label) if resource.url else bold(resource.label)
    reached = [f"<#{resource.slack_channel}>"] if resource.slack_channel else []
    # As code: whoever needs the group writes to it, and naming it here alerts nobody.
    reached += [f"`@{resource.slack_user_group}`"] if resource.slack_user_group else []
    reached += [escape(resource.phone)] if resource.phone else []
    said = ". ".join(part for part in (", ".join(reached), escape(resource.note or "")) if part)
    return f"• {name}: {said}" if said else f"• {name}"


def person_text(reply: Sentences) -> str:
    """Return whom to turn to, or ""."""
    return f"{bold(reply.person.heading)}\n{_resource(reply.person.place)}" if reply.person else ""


def numbered(choices: Iterable[Suggestion]) -> list[str]:
    """Return ``choices`` under the numbers that pick them."""
    return [f"{number}. {escape(choice.title)}" for number, choice in enumerate(choices, 1)]


def numbered_label(topic: Suggestion) -> str:
    """Return the label of a topic behind its own number."""
    return f"{topic.entry}. {topic.label}" if topic.entry else topic.label
