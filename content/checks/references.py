"""Rules that hold between the parts of the content: references, ids, addresses, numbers and placeholders.

Every function yields problems; ``at`` turns a part's key and a place within it into a file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from string import Formatter

from content.checks.languages import check_languages
from content.checks.lists import check_lists
from content.checks.local import check_local, check_resource
from content.checks.names import check_id, check_law_names, check_names, check_terms_beside_laws, check_url
from content.checks.numbers import check_numbers, misread_months
from content.checks.times import check_times
from content.checks.twins import check_twins
from content.checks.wording import check_wording
from content.schema.catalogue import Catalogue, Edition, Entry
from content.schema.errors import At, Key, Place, Problem
from content.schema.phrases import PLACEHOLDERS, Phrases
from content.schema.timeline import statements

VISIBLE_LENGTH = 3000
"""Characters of one answer as a reader sees it: one Telegram message (4,096) and one Slack message, with room."""

NEEDED_TALK = ("help",)
"""Small talk that the bot itself falls back on, whatever the model has learnt."""

_LAW_NUMBER = re.compile(r"[A-Z]\w+ [1-9]\d*|[A-Z]+X\d-\d+|\d+ (?:USC|CFR) \d\w*(?:\.\d+)?")
_FRONT_PAGE = re.compile(r"https://[^/]+/?")
_SECTION, _SECTIONS = re.compile(r"[?&]sectionNum=([\d.]*\d)"), re.compile(r"\d+(?:\.\d+)*")


_HOLDING = {
    "in_language": ("{language}",),
    "asks_language": ("{language}",),
    "rather": ("{wanted}", "{unwanted}"),
}
"""The lists of patterns, and what each of these must hold."""
_TARGET = "signpost, urgent help or entry"
_REFERRING = {
    "signpost": (("sources", "source"), ("nearest", "entry"), ("choices", _TARGET)),
    "urgent": (("resources", "resource"), ("sources", "source"), ("choices", "urgent help"), ("next", _TARGET)),
    "smalltalk": (),
    "term": (("entries", "entry"), ("sources", "source")),
}
"""The fields that hold names of other parts, by kind, and what these are."""


def check_catalogue(catalogue: Catalogue, at: At) -> list[Problem]:
    """Return every mistake in how the parts of ``catalogue`` fit together."""
    problems = [*_check_sources(catalogue, at), *_check_sequence(catalogue, at), *check_local(catalogue, at)]
    for code, edition in catalogue.editions.items():
        problems += [*_check_edition(code, edition, catalogue, at), *check_names(code, edition, at)]
        problems += check_terms_beside_laws(code, edition, catalogue.laws, at)
    problems += [*_check_laws(catalogue, at), *check_law_names(catalogue.laws, at)]
    problems += [*check_languages(catalogue, at), *check_twins(catalogue, at), *check_lists(catalogue, at)]
    problems += _check_cards_links(catalogue, at)
    # References first: what follows looks the sources up. Where months are misread, no day is read.
    problems += list(misread_months(catalogue, at)) or check_times(catalogue, at)
    return [*problems, *check_wording(catalogue, at), *check_numbers(catalogue, at)]


def visible_text(entry: Entry) -> str:
    """Return all text of an entry that a reader sees, without sources and footer."""
    parts = [entry.title, entry.short, entry.for_you]
    for point in entry.points:
        parts += [point.heading, point.text]
    parts += [entry.law_check.text if entry.law_check else "", entry.closing or ""]
    return "\n".join(part for part in parts if part)


def _check_sources(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    used = {name for _, _, statement in statements(catalogue) for name in statement.sources}
    used.update(*(law.sources for law in catalogue.laws.values()))
    for edition in catalogue.editions.values():
        used |= {resource.source for resource in edition.resources.values() if resource.source}
        used |= {
            entry.law_check.said_by for entry in edition.entries.values() if entry.law_check and entry.law_check.said_by
        }
    for source in catalogue.sources.values():
        key = ("source", source.id)
        yield from check_id(source.id, key, ("id",), at)
        yield from check_url(source.url, key, ("url",), at)
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
            yield from check_url(url, ("card", code), (field, "url"), at)
            if _FRONT_PAGE.fullmatch(url) and url not in known:
                told = f"`{url}` is a front page: give the address of the page itself"
                yield at(("card", code), (field, "url"), told)


def _check_laws(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    slugs, codes = set(catalogue.edition(None).entries), set(catalogue.languages)
    for law in catalogue.laws.values():
        key = ("law", law.id)
        yield from check_id(law.id, key, ("id",), at)
        yield from _refer(law.entries, slugs, key, "entries", "entry", at)
        yield from _refer(law.sources, set(catalogue.sources), key, "sources", "source", at)
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
            yield at(
                (default, "entry", entry.slug), ("number",), f"{entry.number} leaves a gap: {min(free)} is the next"
            )


def _check_edition(code: str, edition: Edition, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    known = set(catalogue.sources)
    named = {
        "source": known,
        "entry": set(edition.entries),
        "resource": set(edition.resources),
        "urgent help": set(edition.urgent),
        _TARGET: {f"{kind}/{name}" for kind in ("entry", "signpost", "urgent") for name in edition.lists[kind]},
    }
    yield from _check_language(code, edition, catalogue, at)
    yield from _check_patterns(code, edition, at)
    yield from _check_entries(code, edition, known, at)
    for kind, fields in _REFERRING.items():
        for name, part in edition.lists[kind].items():
            yield from check_id(name, (code, kind, name), ("id",), at)
            for field, what in fields:
                yield from _refer(getattr(part, field), named[what], (code, kind, name), field, what, at)
    for signpost in edition.signposts.values():
        yield from check_url(signpost.link.url, (code, "signpost", signpost.id), ("link", "url"), at)
    for resource in edition.resources.values():
        yield from check_resource(resource, known, (code, "resource", resource.id), (), at)
    for needed in set(NEEDED_TALK) - set(edition.smalltalk):
        yield at((code, "smalltalk"), (), f"the bot needs the small talk `{needed}`: add it")
    for term in edition.glossary.values():
        if term.law is not None and term.law not in catalogue.laws:
            yield at((code, "term", term.id), ("law",), f"there is no law `{term.law}`: correct it")
    yield from _check_placeholders(code, edition.phrases, at)


def _check_language(code: str, edition: Edition, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    key, language = (code, "language"), edition.language
    if language.code != code:
        yield at(key, ("code",), f"must be `{code}`, the folder's name")
    for other in sorted(set(catalogue.languages) - set(language.names)):
        yield at(key, ("names",), f"no names for the language `{other}`: add how people here call it")
    yield from _refer(language.starters, set(edition.entries), key, "starters", "entry", at)
    groups = [group.id for group in language.groups]
    for index, group in enumerate(groups):
        yield from check_id(group, key, ("groups", index, "id"), at)
        if group in groups[:index]:
            yield at(key, ("groups", index, "id"), f"`{group}` is used twice: choose another")


def _check_patterns(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    patterns: list[tuple[str, Place, str, tuple[str, ...]]] = [
        ("followups", (field, index), pattern, parts)
        for field, parts in _HOLDING.items()
        for index, pattern in enumerate(getattr(edition.followups, field))
    ]
    patterns.append(("language", ("date",), edition.language.date, ("{day}", "{month}", "{year}")))
    for file, place, pattern, parts in patterns:
        if not _holds(pattern, *parts):
            yield at((code, file), place, f"`{pattern}` must hold {' and '.join(parts)} once")


def _holds(pattern: str, *parts: str) -> bool:
    """Say whether ``pattern`` holds each of ``parts`` once, and no other brace."""
    rest = pattern
    for part in parts:
        if pattern.count(part) != 1:
            return False
        rest = rest.replace(part, "")
    return "{" not in rest and "}" not in rest


def _check_entries(code: str, edition: Edition, known: AbstractSet[str], at: At) -> Iterator[Problem]:
    numbers: dict[int, str] = {}
    groups = {group.id for group in edition.language.groups}
    for entry in edition.entries.values():
        key = (code, "entry", entry.slug)
        yield from check_id(entry.slug, key, ("slug",), at)
        if entry.number in numbers:
            yield at(
                key, ("number",), f"{entry.number} is also the number of `{numbers[entry.number]}`: choose another"
            )
        numbers[entry.number] = entry.slug
        if entry.group not in groups:
            yield at(key, ("group",), f"no group `{entry.group}` in {code}/language.yaml: correct it")
        yield from _refer(entry.related, set(edition.entries), key, "related", "entry", at)
        yield from _refer(entry.rests_on, {point.id for point in entry.points}, key, "rests_on", "point", at)
        if entry.slug in entry.related:
            yield at(key, ("related",), "must name three different other entries, not the entry itself")
        yield from _check_citations(entry, known, key, at)
        length = len(visible_text(entry))
        if length > VISIBLE_LENGTH:
            yield at(
                key, (), f"the answer has {length} characters, at most {VISIBLE_LENGTH} fit one message: shorten it"
            )


def _check_citations(entry: Entry, known: AbstractSet[str], key: Key, at: At) -> Iterator[Problem]:
    ids = [point.id for point in entry.points]
    for index, point in enumerate(entry.points):
        yield from check_id(point.id, key, ("points", index, "id"), at)
        if point.id in ids[:index]:
            yield at(key, ("points", index, "id"), f"`{point.id}` is used twice in this entry: choose another")
        yield from _refer(point.sources, known, key, ("points", index, "sources"), "source", at)
    if entry.law_check:
        yield from _refer(entry.law_check.sources, known, key, ("law_check", "sources"), "source", at)
        if entry.law_check.said_by is not None and entry.law_check.said_by not in known:
            yield at(
                key, ("law_check", "said_by"), f"no source `{entry.law_check.said_by}`: correct its name or add it"
            )


def _refer(
    names: Sequence[str], known: AbstractSet[str], key: Key, field: str | Place, what: str, at: At
) -> Iterator[Problem]:
    place = (field,) if isinstance(field, str) else field
    for index, name in enumerate(names):
        if name not in known:
            yield at(key, (*place, index), f"no {what} `{name}`: correct its name or add it")
    yield from _check_repeats(names, key, place, at)


def _check_repeats(names: Sequence[str], key: Key, place: Place, at: At) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield at(key, (*place, index), f"`{name}` stands twice in the list: remove one")


def _check_placeholders(code: str, phrases: Phrases, at: At) -> Iterator[Problem]:
    for name in Phrases.__struct_fields__:
        text = getattr(phrases, name)
        if not isinstance(text, str):
            continue
        allowed = {f"{{{field}}}" for field in PLACEHOLDERS.get(name, ())}
        try:
            found = {
                f"{{{field}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
                for _, field, form, conversion in Formatter().parse(text)
                if field is not None
            }
        except ValueError:
            yield at((code, "phrases"), (name,), f"`{name}` has a lone brace: remove it")
            continue
        if found != allowed:
            wanted = ", ".join(sorted(allowed)) or "no {placeholder}"
            yield at((code, "phrases"), (name,), f"`{name}` must hold {wanted}")
