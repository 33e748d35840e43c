"""What is said, both ways, without a platform: a person's message, and the replies to it.

Replies are small trees; only the renderers know how they look. Every string is already in the reply's language.
``suggestions`` are the choices offered, in order; renderers make buttons or numbered lines of them.
"""

from __future__ import annotations

import re

from msgspec import Struct

from content.schema.catalogue import Resource
from content.schema.languages import Guide
from content.schema.statements import Link


class Suggestion(Struct, frozen=True, kw_only=True):
    """One choice: a label of at most 30 characters, the full title, and the action's code.

    ``entry`` and ``slug`` are set where the choice leads to an entry.
    """

    label: str
    title: str
    action: str
    entry: int | None = None
    slug: str | None = None
    spoken: str = ""
    """What a screen reader says in place of the label."""


class SourceLink(Struct, frozen=True, kw_only=True):
    """A named source: its label links to ``url``; ``citation`` is the legal form, ``seen`` in words what was read
    of it: its day, or that of a copy or report."""

    label: str
    citation: str
    url: str
    seen: str


class Paragraph(Struct, frozen=True, kw_only=True):
    """A short heading (may be empty) and its text."""

    heading: str
    text: str
    id: str = ""
    known: str = ""
    """Up to when it is known, in words, where that is another day than the footer's."""


class Reply(Struct, frozen=True, kw_only=True, cache_hash=True):
    """What all replies share.

    ``notes`` come before anything else (a caution about personal data, a line at first contact).
    ``personal`` marks what only the asker should see.
    """

    lang: str
    notes: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    personal: bool = False


class EntryReply(Reply, frozen=True, kw_only=True):
    """What all replies about one entry share."""

    number: int
    slug: str
    title: str
    footer: str


class Answer(EntryReply, frozen=True, kw_only=True):
    """An entry's first message: what answers the question, on one screen of a phone.

    ``point`` leads where it clearly answers what was asked; else ``points`` are choices that show one each.
    ``ways`` lead to the whole answer and to its sources. ``suggestions`` holds ``points``, ``ways`` and ``related``.
    """

    short: str
    point: Paragraph | None = None
    for_you: Paragraph | None
    """Left to the whole answer where a point leads and the message would not fit a screen."""
    points_heading: str
    points: tuple[Suggestion, ...]
    ways: tuple[Suggestion, ...]
    related_heading: str
    related: tuple[Suggestion, ...]
    share: Suggestion
    feedback: tuple[Suggestion, ...] = ()
    """Helpful, not helpful, wrong."""


class WholeAnswer(EntryReply, frozen=True, kw_only=True):
    """Everything that an entry says, but its sources."""

    short: str
    for_you: Paragraph
    points: tuple[Paragraph, ...]
    law_check: Paragraph | None
    closing: str | None
    related_heading: str
    share: Suggestion
    feedback: tuple[Suggestion, ...] = ()
    """Wrong."""


class SourcesReply(EntryReply, frozen=True, kw_only=True):
    """What an entry rests on."""

    heading: str
    sources: tuple[SourceLink, ...]


class Person(Struct, frozen=True, kw_only=True):
    """Whom to turn to where the bot does not help. No message is passed on: people go there themselves."""

    heading: str
    place: Resource


class Sentences(Reply, frozen=True, kw_only=True):
    """A few sentences, and whom to turn to where they may be of no help."""

    text: str
    person: Person | None = None


class Clarify(Sentences, frozen=True, kw_only=True):
    """A question back; the suggestions are up to 3 topics or kinds of help, the last is "none of these"."""


class Fallback(Sentences, frozen=True, kw_only=True):
    """Not ours: what the bot does cover, and ways on."""


class Sourced(Reply, frozen=True, kw_only=True):
    """An answer beside the entries. ``suggestions`` holds what is related, then ``ways``.

    ``sources`` are what it rests on where that was asked for, else none: the one way leads to them.
    """

    title: str
    text: str
    sources_heading: str
    sources: tuple[SourceLink, ...]
    ways: tuple[Suggestion, ...]
    footer: str
    related_heading: str
    share: Suggestion
    feedback: tuple[Suggestion, ...] = ()
    """Helpful, not helpful, wrong."""

    @property
    def related(self) -> tuple[Suggestion, ...]:
        """What else there is: topics, and of a hub where to go on."""
        return self.suggestions[: len(self.suggestions) - len(self.ways)]


class SignpostReply(Sourced, frozen=True, kw_only=True):
    """A need beside the entries: the law in short, and the official place to go; of a hub, where to go on."""

    signpost: str
    link_label: str
    link_url: str


class TopicGroup(Struct, frozen=True, kw_only=True):
    """A heading and the topics below it."""

    label: str
    topics: tuple[Suggestion, ...]


class Topics(Reply, frozen=True, kw_only=True):
    """The list of all topics. ``suggestions`` holds the same topics, flat."""

    heading: str
    groups: tuple[TopicGroup, ...]
    hint: str


PRIVACY = "privacy"
"""The kind of fixed answer that lists all that is kept."""


class SmallTalkReply(Sentences, frozen=True, kw_only=True):
    """A fixed answer: a greeting, thanks, help, privacy; ``kind`` is its id."""

    kind: str


class Notice(Sentences, frozen=True, kw_only=True):
    """A sentence of the bot about itself that counts as no reply: wait, thanks, something went wrong."""


class UrgentReply(Reply, frozen=True, kw_only=True):
    """Help for someone in distress: numbered steps, then places to turn to."""

    kind: str
    title: str
    steps: tuple[str, ...]
    say: tuple[str, ...]
    """Sentences to say aloud, word for word."""
    resources: tuple[Resource, ...]
    local_heading: str
    local: tuple[Resource, ...]
    footer: str
    feedback: tuple[Suggestion, ...] = ()
    """Wrong; of a question about what is happening none."""


class Card(Sourced, frozen=True, kw_only=True):
    """What a name stands for, in a few sentences, with the entries it belongs to as suggestions."""


class GlossaryReply(Card, frozen=True, kw_only=True):
    """The meaning of a term."""

    term: str


class LawReply(Card, frozen=True, kw_only=True):
    """A law that was asked for by its number or name: what it does, whom it binds, where it stands."""

    law: str


class LanguageReply(Reply, frozen=True, kw_only=True):
    """What holds when agents come, in a ``language`` that the bot does not answer in; ``lang`` is one that it does.

    ``caution`` says that no native reader has checked it, and is empty once one has. ``urgent``: for someone in
    distress, who reads what to do before what the bot is.
    """

    language: str
    urgent: bool
    text: str
    heading: str
    steps: tuple[str, ...]
    guide: Guide
    legal_help: Link
    caution: str


REPLY_TYPES: dict[type[Reply], str] = {
    Answer: "answer",
    WholeAnswer: "answer",
    SourcesReply: "answer",
    Clarify: "clarify",
    Fallback: "fallback",
    SignpostReply: "signpost",
    Topics: "topics",
    SmallTalkReply: "smalltalk",
    UrgentReply: "urgent",
    GlossaryReply: "glossary",
    LawReply: "law",
    LanguageReply: "fallback",
    Notice: "notice",
}
"""The names under which other programs know the kinds of reply."""


def type_of(reply: Reply) -> str:
    """Return the reply's kind as ``chat --jsonl`` writes it."""
    return REPLY_TYPES[type(reply)]


def is_urgent(reply: Reply | None) -> bool:
    """Say whether ``reply`` is for someone in distress: it goes before others, and nothing keeps it waiting."""
    return isinstance(reply, UrgentReply) or (isinstance(reply, LanguageReply) and reply.urgent)


def is_long(reply: Reply) -> bool:
    """Say whether ``reply`` is more than a first message, and so nothing to post where others read."""
    if isinstance(reply, SmallTalkReply):
        return reply.kind == PRIVACY
    return isinstance(reply, WholeAnswer | SourcesReply) or (isinstance(reply, Sourced) and bool(reply.sources))


_KEY_SENTENCE = re.compile(r"(.+?(?:[!?:]|\.(?!\s+[a-zà-öø-ÿ])))\s+(.+)", re.DOTALL)
"""What a small letter follows is no end: "from 5 a.m. to 5 p.m."."""


def key_sentence(step: str) -> tuple[str, str]:
    """Return the first sentence of a step, which is its key sentence, and what follows it."""
    found = _KEY_SENTENCE.fullmatch(step)
    return (found[1], found[2]) if found else (step, "")


_MEANING = re.compile(r"\s*\([^()]*\)\s*$")


def said_aloud(words: str) -> str:
    """Return what is to be said of a sentence to say, without its meaning in brackets in the reader's language."""
    return _MEANING.sub("", words)
