"""What the bot knows: the types of everything under ``content/``, and the catalogue that holds it.

The same types serve twice. Authors' YAML is checked against them by pydantic (see :mod:`content.schema.strict`), limits
included; the compiled catalogue is decoded into them by msgspec (see :mod:`content.reading.compiled`), which keeps
start-up short.
"""

# Nothing from __future__: annotations kept as text would be compiled at every start, to decode the compiled content.
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec import Struct, field

from content.schema.languages import LanguageCard, Tongue
from content.schema.phrases import Phrases
from content.schema.speech import FollowUps, Language
from content.schema.statements import Cited, Ids, Link, Slug, Source, SourceId, Statement, Title, Url
from content.schema.strict import Between, Len, MaxLen, Means, MinLen, Strict

_IN_BRACKETS = re.compile(r" \([^)]*\)$")

BUTTON_LENGTH = 30
"""What a phone and Slack's clients show of a button's label before they cut it."""
RELATED = 3
HIGHEST_NUMBER = 999
"""The highest that people can look a topic up by."""

ButtonLabel = Annotated[str, MaxLen(BUTTON_LENGTH)]
TARGET = Means("signpost, urgent help or entry")
"""Named like an intent: "signpost/schools", "urgent/door", "entry/local-police"."""


class Point(Statement, frozen=True, kw_only=True):
    """One paragraph of an answer, which can stand alone; ``id`` is the same in all languages and stays for ever."""

    id: Annotated[str, MaxLen(24), Means("id")]
    heading: ButtonLabel
    text: Annotated[str, MaxLen(600)]
    sources: Cited


class LawCheck(Statement, frozen=True, kw_only=True):
    """An open correction: what the law says where a common belief is wrong. ``said_by`` is a source that holds it."""

    text: Annotated[str, MaxLen(560)]
    sources: Cited
    said_by: SourceId | None = None


class Entry(Strict, frozen=True, kw_only=True):
    """One of the frequently asked questions, in one language."""

    number: Annotated[int, Between(1, HIGHEST_NUMBER)]
    """The place in the list of topics."""
    slug: Slug
    group: str
    title: Title
    short_title: ButtonLabel
    short: Annotated[str, MaxLen(280)]
    """The answer to the question in the title; says nothing that ends on a day."""
    for_you: Annotated[str, MaxLen(240)]
    """What it means for whoever asks, and what to do."""
    rests_on: Annotated[Ids, MinLen(1), Means("point")]
    """The points (ids) that ``short`` and ``for_you`` sum up, of those that can change: both are known up to the oldest
    day of theirs."""
    points: Annotated[tuple[Point, ...], Len(2, 9)]
    law_check: LawCheck | None = None
    closing: Annotated[str, MaxLen(320)] | None = None
    related: Annotated[Ids, Len(RELATED, RELATED), Means("entry")]
    aliases: Annotated[Ids, MinLen(1)]

    def known(self, sources: Mapping[str, Source]) -> date | None:
        """Return the day up to which ``short`` and ``for_you`` are known; None where none of ``rests_on`` is there."""
        days = (point.known(sources) for point in self.points if point.id in self.rests_on)
        return min((day for day in days if day is not None), default=None)

    @property
    def statements(self) -> tuple[Point | LawCheck, ...]:
        """Everything in it that rests on sources of its own, in order."""
        return (*self.points, *((self.law_check,) if self.law_check else ()))

    @property
    def sources(self) -> Ids:
        """The ids of all sources that its statements cite, in the order of first use."""
        return tuple(dict.fromkeys(name for statement in self.statements for name in statement.sources))


class Signpost(Statement, frozen=True, kw_only=True):
    """A need beside the entries: what the law says in short, where to go, and the nearest entries.

    With ``choices`` it is a hub: what holds everywhere, and a button for each place or situation.
    """

    id: Slug
    title: Title
    short_title: ButtonLabel
    text: Annotated[str, MaxLen(520)]
    sources: Cited
    link: Link
    nearest: Annotated[Ids, Len(1, 3), Means("entry")]
    choices: Annotated[Ids, Len(0, 9), TARGET] = ()


class UrgentHelp(Statement, frozen=True, kw_only=True):
    """Fixed, reviewed help for a person in distress: steps in the order of what matters in the first minute.

    The first sentence of a step is its key sentence. ``say`` holds sentences to say aloud to agents,
    word for word; their meaning follows in brackets where readers speak another language. ``choices`` are other kinds
    to choose from, where it is not clear what is happening; ``next`` leads, like a hub's, to what one asks after it.
    """

    id: Slug
    title: Title
    short_title: ButtonLabel
    steps: Annotated[tuple[Annotated[str, MaxLen(240)], ...], Len(2, 8)]
    say: Annotated[tuple[Annotated[str, MaxLen(120)], ...], Len(0, 3)] = ()
    resources: Annotated[Ids, MinLen(1), Means("resource")]
    choices: Annotated[Ids, Means("urgent help")] = ()
    next: Annotated[Ids, Len(0, 4), TARGET] = ()
    known_to: date


class Resource(Strict, frozen=True, kw_only=True):
    """A place to turn to. ``phone`` only where ``source`` confirms the number; ``opened`` is when somebody looked.

    ``slack_channel`` is the id of a channel in the operator's own workspace, ``slack_user_group`` the handle of a user
    group there, for the contact in ``local.yaml``.
    """

    id: Slug
    label: Title
    note: Annotated[str, MaxLen(200)] | None = None
    url: Url | None = None
    phone: Annotated[str, MaxLen(40)] | None = None
    slack_channel: Annotated[str, MaxLen(20)] | None = None
    slack_user_group: Annotated[str, MaxLen(80)] | None = None
    source: SourceId | None = None
    opened: date


class Term(Statement, frozen=True, kw_only=True):
    """A glossary term; ``names`` are the other ways in which people write it, ``law`` the card of the law behind it."""

    id: Slug
    term: Title
    names: Ids = ()
    meaning: Annotated[str, MaxLen(320)]
    entries: Annotated[Ids, Len(1, 3), Means("entry")]
    law: Annotated[str, Means("law")] | None = None

    @property
    def short_title(self) -> str:
        """The term without what explains it in brackets at its end, for a button."""
        return _IN_BRACKETS.sub("", self.term)


class LawCard(Strict, frozen=True, kw_only=True):
    """A law that people ask about by its number or name, in all languages at once.

    ``status`` is known up to ``known_to``; ``after`` takes its place on the day ``until``. ``ends`` is the day on
    which the law itself says that it ends.
    """

    id: Slug
    number: Annotated[str, MaxLen(40)] | None = None
    """As it is written in full, such as "SB 54" or "8 USC 1373"; None where a law is known by name only."""
    names: dict[str, Ids]
    """The other ways in which people write it, by language."""
    name: dict[str, Annotated[str, MaxLen(80)]]
    year: Annotated[int, Between(1776, 2100)]
    level: Literal["state", "federal", "local", "voters"]
    does: dict[str, Annotated[str, MaxLen(340)]]
    binds: dict[str, Annotated[str, MaxLen(200)]]
    status: dict[str, Annotated[str, MaxLen(240)]]
    known_to: date
    until: date | None = None
    after: dict[str, Annotated[str, MaxLen(240)]] | None = None
    ends: date | None = None
    entries: Annotated[Ids, Len(1, 3), Means("entry")]
    sources: Cited

    def names_in(self, lang: str) -> Iterator[str]:
        """Yield every way in which the law's name is written in a language, its number included."""
        if self.number is not None:
            yield self.number
        yield from self.names.get(lang, ())
        if name := self.name.get(lang):
            yield name


class SmallTalk(Strict, frozen=True, kw_only=True):
    """A fixed answer to a greeting, thanks and the like, with topics to go on with."""

    id: Slug
    text: Annotated[str, MaxLen(600)]
    offer: Literal["starters", "topics", "nothing"] = "nothing"


class Edition(Struct, frozen=True, kw_only=True):
    """Everything in one language."""

    language: Language
    phrases: Phrases
    followups: FollowUps
    entries: dict[str, Entry]
    signposts: dict[str, Signpost]
    urgent: dict[str, UrgentHelp]
    resources: dict[str, Resource]
    smalltalk: dict[str, SmallTalk]
    glossary: dict[str, Term]

    @property
    def lists(self) -> dict[str, Mapping[str, Strict]]:
        """All that has an id of its own, by kind."""
        return {
            "entry": self.entries,
            "signpost": self.signposts,
            "urgent": self.urgent,
            "resource": self.resources,
            "smalltalk": self.smalltalk,
            "term": self.glossary,
        }

    def by_number(self, number: int) -> Entry | None:
        """Return the entry with that number, or None."""
        return next((entry for entry in self.entries.values() if entry.number == number), None)

    def date_words(self, day: date) -> str:
        """Return ``day`` as people write it in this language."""
        month = self.language.months[day.month - 1]
        return self.language.date.format(day=day.day, month=month, year=day.year)


class LocalHelp(Strict, frozen=True, kw_only=True):
    """What the operator adds for their own area; empty unless ``content/local.yaml`` exists."""

    resources: dict[str, tuple[Resource, ...]] = field(default_factory=dict)
    contact: dict[str, Resource] = field(default_factory=dict)
    """For each language, the people to turn to where the bot does not help: a phone or a page, hours in the note."""


class Catalogue(Struct, frozen=True, kw_only=True):
    """All editions plus what they share. ``digest`` names this exact content (hex SHA-256)."""

    editions: dict[str, Edition]
    sources: dict[str, Source]
    laws: dict[str, LawCard]
    local: LocalHelp
    digest: str
    language_cards: dict[str, LanguageCard] = field(default_factory=dict)
    """What the bot says in languages that it does not answer in."""
    foreign: dict[str, Tongue] = field(default_factory=dict)
    """Languages that it only recognises."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.editions)

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes, the default language (English) first."""
        return tuple(self.editions)

    def language(self, lang: str | None) -> str | None:
        """Return the code of the language that ``lang`` names (also ``es-MX``), or None where there is none."""
        code = (lang or "").split("-")[0].split("_")[0].lower()
        return code if code in self.editions else None

    def edition(self, lang: str | None) -> Edition:
        """Return the edition for ``lang``, or the default language's."""
        return self.editions.get(lang or "") or self.editions[self.language(lang) or self.languages[0]]

    def card(self, locale: str | None) -> LanguageCard | None:
        """Return the card in the language that ``locale`` names (also ``zh-Hant-TW``), or None where there is none."""
        tag = f"{(locale or '').replace('_', '-').lower()}-"
        named = [(known, card) for card in self.language_cards.values() for known in card.locales or (card.code,)]
        fitting = [(len(known), card) for known, card in named if tag.startswith(f"{known}-")]
        return max(fitting, key=lambda found: found[0])[1] if fitting else None


def localised(labels: Mapping[str, str], lang: str) -> str:
    """Return the label for ``lang``, else any other language's."""
    return labels.get(lang) or next(iter(labels.values()))
