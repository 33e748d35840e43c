"""Rules that hold between the parts of the content: references, ids, addresses, numbers and placeholders.

Every function yields problems; ``at`` turns a part's key and a place within it into a file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct

from content.checks.languages import check_languages
from content.checks.lists import check_lists
from content.checks.local import check_local, check_resource
from content.checks.names import check_id, check_law_names, check_terms, check_topics, check_url
from content.checks.numbers import check_numbers, misread_months
from content.checks.texts import every_part, kept_of_parts, repeated, structs, texts
from content.checks.times import check_times
from content.checks.twins import check_twins
from content.checks.wording import check_wording
from content.schema.catalogue import TARGET, Catalogue, Edition, Entry
from content.schema.errors import At, Key, Place, Problem
from content.schema.phrases import Phrases
from content.schema.strict import Holds, Means, marked

VISIBLE_LENGTH = 3000
"""Characters of one answer as a reader sees it: one Telegram message (4,096) and one Slack message, with room."""

NEEDED_TALK = "help"
"""Small talk that the bot itself falls back on, whatever the model has learnt."""

_LAW_NUMBER = re.compile(r"[A-Z]\w+ [1-9]\d*|[A-Z]+X\d-\d+|\d+ (?:USC|CFR) \d\w*(?:\.\d+)?")
_FRONT_PAGE = re.compile(r"https://[^/]+/?")
_SECTION, _SECTIONS = re.compile(r"[?&]sectionNum=([\d.]*\d)"), re.compile(r"\d+(?:\.\d+)*")
_BRACED = re.compile(r"\{[^{}]*\}|[{}]")
"""What stands in braces, and a brace that stands alone."""

Named = Mapping[str, AbstractSet[str]]
"""The names of all parts, by kind."""


def check_catalogue(catalogue: Catalogue, at: At) -> list[Problem]:
    """Return every mistake in how the parts of ``catalogue`` fit together."""
    problems = [
        *_check_means(catalogue, at),
        *_check_sources(catalogue, at),
        *_check_sequence(catalogue, at),
        *check_local(catalogue, at),
    ]
    for code, edition in catalogue.editions.items():
        problems += [*_check_edition(code, edition, catalogue, at), *check_topics(code, edition, at)]
        problems += check_terms(code, edition, catalogue.laws, at)
    problems += [*_check_laws(catalogue, at), *check_law_names(catalogue.laws, at)]
    problems += [*check_languages(catalogue, at), *check_twins(catalogue, at), *check_lists(catalogue, at)]
    problems += _check_cards_links(catalogue, at)
    # References first: what follows looks the sources up. Where months are misread, no day is read.
    problems += list(misread_months(catalogue, at)) or check_times(catalogue, at)
    return [*problems, *check_wording(catalogue, at), *check_numbers(catalogue, at)]


def visible_text(entry: Entry) -> str:
    """Return all text of an entry that a reader sees, without sources and footer."""
    headings = (point.heading for point in entry.points)
    stated = (statement.text for statement in entry.statements)
    return "\n".join(filter(None, (entry.title, entry.short, entry.for_you, *headings, *stated, entry.closing)))


def _check_sources(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    cited = (part for key, part in every_part(catalogue) if key != ("local",))
    used = {name for part in cited for _, what, name, _ in _meant(part) if what == "source"}
    for source in catalogue.sources.values():
        key = ("source", source.id)
        if source.shallow is None and _FRONT_PAGE.fullmatch(source.url):
            yield at(key, ("url",), f"`{source.url}` is a front page: give the address of the document itself")
        section = _SECTION.search(source.url)
        if section and section[1] not in _SECTIONS.findall(source.citation):
            yield at(key, ("citation",), f"the address is that of section {section[1]}: correct one of them")
        if missing := set(catalogue.languages) - set(source.label):
            yield at(key, ("label",), f"no label for language {', '.join(sorted(missing))}: add it")
        if source.id not in used:
            yield at(key, ("id",), f"the source `{source.id}` is used nowhere: remove it or cite it")


def _check_cards_links(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """A card leads to a page; to a front page only where the default language does."""
    known = {resource.url for resource in catalogue.edition(None).resources.values()}
    for code, card in catalogue.language_cards.items():
        for field, url in (("guide", card.guide.url), ("legal_help", card.legal_help.url)):
            if _FRONT_PAGE.fullmatch(url) and url not in known:
                told = f"`{url}` is a front page: give the address of the page itself"
                yield at(("card", code), (field, "url"), told)


def _check_laws(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    codes = set(catalogue.languages)
    for law in catalogue.laws.values():
        key = ("law", law.id)
        for field in ("name", "does", "binds", "status", *(("after",) if law.after else ())):
            if missing := codes - set(getattr(law, field)):
                yield at(key, (field,), f"nothing for the language {', '.join(sorted(missing))}: add it")
        if law.number is not None and not _LAW_NUMBER.fullmatch(law.number):
            yield at(key, ("number",), f"`{law.number}` is not how it is cited: write it such as SB 54 or 8 USC 1373")


def _check_sequence(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Numbers run from 1 without a gap; the other languages' are compared with the default one's."""
    default = catalogue.languages[0]
    entries = catalogue.editions[default].entries.values()
    free = set(range(1, len(entries) + 1)) - {entry.number for entry in entries}
    for entry in entries:
        if entry.number > len(entries):
            told = f"{entry.number} leaves a gap: {min(free)} is the next"
            yield at((default, "entry", entry.slug), ("number",), told)


def _named(edition: Edition, catalogue: Catalogue) -> Named:
    return {
        "source": catalogue.sources.keys(),
        "law": catalogue.laws.keys(),
        "entry": edition.entries.keys(),
        "resource": edition.resources.keys(),
        "urgent help": edition.urgent.keys(),
        TARGET: {f"{kind}/{name}" for kind in ("entry", "signpost", "urgent") for name in edition.lists[kind]},
    }


def _check_edition(code: str, edition: Edition, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    yield from _check_language(code, edition, catalogue, at)
    yield from _check_entries(code, edition, at)
    for resource in edition.resources.values():
        yield from check_resource(resource, (code, "resource", resource.id), (), at)
    if NEEDED_TALK not in edition.smalltalk:
        yield at((code, "smalltalk"), (), f"the bot needs the small talk `{NEEDED_TALK}`: add it")
    yield from _check_patterns(edition.language, (code, "language"), at)
    yield from _check_patterns(edition.followups, (code, "followups"), at)
    yield from _check_placeholders(edition.phrases, (code, "phrases"), at)


def _check_language(code: str, edition: Edition, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    key, language = (code, "language"), edition.language
    if language.code != code:
        yield at(key, ("code",), f"must be `{code}`, the folder's name")
    for other in sorted(set(catalogue.languages) - set(language.names)):
        yield at(key, ("names",), f"no names for the language `{other}`: add how people here call it")
    for index, group in repeated([group.id for group in language.groups]):
        yield at(key, ("groups", index, "id"), f"`{group}` is used twice: choose another")


def _check_entries(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    numbers: dict[int, str] = {}
    groups = {group.id for group in edition.language.groups}
    for entry in edition.entries.values():
        key = (code, "entry", entry.slug)
        if entry.number in numbers:
            told = f"{entry.number} is also the number of `{numbers[entry.number]}`: choose another"
            yield at(key, ("number",), told)
        numbers[entry.number] = entry.slug
        if entry.group not in groups:
            yield at(key, ("group",), f"no group `{entry.group}` in {code}/language.yaml: correct it")
        if entry.slug in entry.related:
            yield at(key, ("related",), "must name three different other entries, not the entry itself")
        for index, name in repeated([point.id for point in entry.points]):
            yield at(key, ("points", index, "id"), f"`{name}` is used twice in this entry: choose another")
        length = len(visible_text(entry))
        if length > VISIBLE_LENGTH:
            told = f"the answer has {length} characters, at most {VISIBLE_LENGTH} fit one message: shorten it"
            yield at(key, (), told)


def _check_means(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each id, address and name of another part that is none."""
    by_language = {code: _named(edition, catalogue) for code, edition in catalogue.editions.items()}
    for key, part in every_part(catalogue):
        named = by_language.get(key[0], by_language[catalogue.languages[0]])
        if isinstance(part, Entry):
            named = {**named, "point": {point.id for point in part.points}}
        for place, what, name, told in _meant(part):
            if what and name not in named[what]:
                yield at(key, place, f"no {what} `{name}`: correct its name or add it")
            elif told:
                yield at(key, place, told)


@kept_of_parts
def _meant(part: Struct) -> Iterator[tuple[Place, str, str, str]]:
    """Yield the place of each name of another part, what it names, and what else is wrong there; of an id that too."""
    for place, struct in structs(part):
        for field, what in marked(type(struct), Means).items():
            value, where = getattr(struct, field), (*place, field)
            listed = isinstance(value, tuple)
            for index, name in enumerate(value if listed else filter(None, (value,))):
                here: Place = (*where, index) if listed else where
                if what in ("id", "url"):
                    yield here, "", name, (check_id if what == "id" else check_url)(name)
                else:
                    twice = listed and name in value[:index]
                    yield here, what, name, f"`{name}` stands twice in the list: remove one" if twice else ""


def _check_patterns(part: Struct, key: Key, at: At) -> Iterator[Problem]:
    for field, held in marked(type(part), Holds).items():
        for place, text in texts(getattr(part, field), (field,)):
            if sorted(_BRACED.findall(text)) != sorted(held.names):
                yield at(key, place, f"`{text}` must hold {' and '.join(held.names)} once")


def _check_placeholders(phrases: Phrases, key: Key, at: At) -> Iterator[Problem]:
    held = marked(Phrases, Holds)
    for name in Phrases.__struct_fields__:
        text, wanted = getattr(phrases, name), held[name].names if name in held else ()
        found = _BRACED.findall(text) if isinstance(text, str) else []
        if "{" in found or "}" in found:
            yield at(key, (name,), f"`{name}` has a lone brace: remove it")
        elif set(found) != set(wanted):
            yield at(key, (name,), f"`{name}` must hold {', '.join(sorted(wanted)) or 'no {placeholder}'}")
