"""What the bot knows: the types of everything under ``content/``, and the catalogue that holds it.

The same types serve twice. Authors' YAML is checked against them by pydantic (see :mod:`content.schema.strict`), limits
included; the compiled catalogue is decoded into them by msgspec (see :mod:`content.reading.compiled`), which keeps
start-up short.
"""

# Nothing from __future__: annotations kept as text would be compiled at every start, to decode the compiled content.
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec import Struct, field

from content.schema.languages import LanguageCard, Tongue
from content.schema.phrases import Phrases
from content.schema.strict import Between, Len, MaxLen, MinLen, Strict

SLUG_LENGTH = 40
TITLE_LENGTH = 60
BUTTON_LENGTH = 30
"""What a phone and Slack's clients show of a button's label before they cut it."""
SHORT_LENGTH = 280
RELATED = 3
HIGHEST_NUMBER = 999
"""The highest that people can look a topic up by."""

Slug = Annotated[str, MaxLen(SLUG_LENGTH)]
Title = Annotated[str, MaxLen(TITLE_LENGTH)]
ButtonLabel = Annotated[str, MaxLen(BUTTON_LENGTH)]
Url = Annotated[str, MaxLen(300)]
Ids = tuple[str, ...]


class Source(Strict, frozen=True, kw_only=True):
    """Where a statement can be checked: a law, a ruling, an official page or a study."""

    id: Slug
    kind: Literal["statute", "bill", "court", "official", "federal", "study", "news"]
    label: dict[str, Annotated[str, MaxLen(TITLE_LENGTH)]]
    citation: Annotated[str, MaxLen(160)]
    url: Url
    seen: date


class Point(Strict, frozen=True, kw_only=True):
    """One paragraph of an answer, with the ids of the sources that back it."""

    heading: Title
    text: Annotated[str, MaxLen(600)]
    sources: Ids = ()


class LawCheck(Strict, frozen=True, kw_only=True):
    """An open correction: what is often said, and what the law says."""

    text: Annotated[str, MaxLen(560)]
    sources: Ids = ()


class Entry(Strict, frozen=True, kw_only=True):
    """One of the frequently asked questions, in one language."""

    number: Annotated[int, Between(1, HIGHEST_NUMBER)]
    """The place in the list of topics."""
    slug: Slug
    group: str
    title: Title
    short_title: ButtonLabel
    short: Annotated[str, MaxLen(SHORT_LENGTH)]
    points: Annotated[tuple[Point, ...], Len(2, 8)]
    law_check: LawCheck | None = None
    closing: Annotated[str, MaxLen(320)] | None = None
    sources: Annotated[Ids, MinLen(3)]
    related: Annotated[Ids, Len(RELATED, RELATED)]
    aliases: Annotated[Ids, MinLen(1)]
    reviewed: date


class Link(Strict, frozen=True, kw_only=True):
    """A named web page."""

    label: Title
    url: Url


class Signpost(Strict, frozen=True, kw_only=True):
    """A need beside the entries: what the law says in short, where to go, and the nearest entries."""

    id: Slug
    title: Title
    short_title: ButtonLabel
    text: Annotated[str, MaxLen(520)]
    sources: Annotated[Ids, MinLen(1)]
    link: Link
    nearest: Annotated[Ids, Len(1, 3)]
    reviewed: date


class UrgentHelp(Strict, frozen=True, kw_only=True):
    """Fixed, reviewed help for a person in distress; steps are shown numbered."""

    id: Slug
    title: Title
    steps: Annotated[tuple[Annotated[str, MaxLen(240)], ...], Len(2, 7)]
    resources: Annotated[Ids, MinLen(1)]
    sources: Ids = ()
    reviewed: date


class Resource(Strict, frozen=True, kw_only=True):
    """A place to turn to. ``phone`` only where the number is confirmed."""

    id: Slug
    label: Title
    note: Annotated[str, MaxLen(200)] | None = None
    url: Url | None = None
    phone: Annotated[str, MaxLen(40)] | None = None
    verified: date


class Term(Strict, frozen=True, kw_only=True):
    """A glossary term; ``names`` are the other ways in which people write it."""

    id: Slug
    term: Title
    names: Ids = ()
    meaning: Annotated[str, MaxLen(320)]
    entries: Annotated[Ids, Len(1, 3)]
    sources: Ids = ()


class SmallTalk(Strict, frozen=True, kw_only=True):
    """A fixed answer to a greeting, thanks and the like, with topics to go on with."""

    id: Slug
    text: Annotated[str, MaxLen(600)]
    offer: Literal["starters", "topics", "nothing"] = "nothing"


class Group(Strict, frozen=True, kw_only=True):
    """A heading of the topic list."""

    id: Slug
    label: Title


class FollowUps(Strict, frozen=True, kw_only=True):
    """Short messages that only mean something after an answer; each list holds whole messages."""

    more: Ids
    why: Ids
    other: Ids
    none: Ids
    complaint: Ids
    again: Ids
    first: Ids
    second: Ids
    third: Ids
    last: Ids
    previous: Ids
    """Back to the answer before the last one."""
    earliest: Ids
    """Back to the first answer."""
    in_language: Ids
    """How people ask for an answer in another language; {language} stands for its name. Other words may stand where
    a pattern begins or ends with "..."; without it, only a mark such as a comma may part it from them."""
    rather: Ids
    """How people say which of two things they mean: "{wanted}, not {unwanted}"."""
    asks_language: Ids = ()
    """How people ask whether there is something in a language, or say who speaks it; each holds {language}."""


class Language(Strict, frozen=True, kw_only=True):
    """How a language calls itself and writes its dates."""

    code: Annotated[str, Len(2, 2)]
    name: Title
    months: Annotated[Ids, Len(12, 12)]
    date: Annotated[str, "a pattern with {day}, {month} and {year}"]
    names: Annotated[dict[str, Ids], "for each language code, how people call that language here"]
    definition_questions: Ids
    """How people ask what a term means: "what is {term}"."""
    starters: Annotated[Ids, Len(3, 4)]
    groups: tuple[Group, ...]


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


class Catalogue(Struct, frozen=True, kw_only=True):
    """All editions plus what they share. ``digest`` names this exact content (hex SHA-256)."""

    editions: dict[str, Edition]
    sources: dict[str, Source]
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
        return self.editions[self.language(lang) or self.languages[0]]

    def card(self, locale: str | None) -> LanguageCard | None:
        """Return the card in the language that ``locale`` names (also ``zh-Hant-TW``), or None where there is none."""
        tag = f"{(locale or '').replace('_', '-').lower()}-"
        named = [(known, card) for card in self.language_cards.values() for known in card.locales or (card.code,)]
        fitting = [(len(known), card) for known, card in named if tag.startswith(f"{known}-")]
        return max(fitting, key=lambda found: found[0])[1] if fitting else None


def localised(labels: Mapping[str, str], lang: str) -> str:
    """Return the label for ``lang``, else any other language's."""
    return labels.get(lang) or next(iter(labels.values()))
