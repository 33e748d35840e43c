"""Rules that hold between the parts of the content: references, uniqueness, and the languages agreeing.

Every function yields problems; ``at`` turns a part's key and a place within it into a file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from string import Formatter
from typing import Any

from content.catalogue import Catalogue, Edition, Entry
from content.errors import Problem
from content.phrases import PLACEHOLDERS, Phrases

At = Callable[[tuple[str, ...], tuple[str | int, ...], str], Problem]

VISIBLE_LENGTH = 3000
"""Characters of one answer as a reader sees it: one Telegram message (4,096) and one Slack message, with room."""

REVIEW_DAYS = 180

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_catalogue(catalogue: Catalogue, at: At) -> list[Problem]:
    """Return every mistake in how the parts of ``catalogue`` fit together."""
    problems = list(_check_sources(catalogue, at))
    for code, edition in catalogue.editions.items():
        problems.extend(_check_edition(code, edition, catalogue, at))
    default, *others = catalogue.languages
    for code in others:
        problems.extend(_check_parity(default, code, catalogue, at))
    return problems


def stale_reviews(catalogue: Catalogue, today: date, days: int = REVIEW_DAYS) -> list[str]:
    """Return a line for each review or verification that is older than ``days`` on ``today``."""
    limit = today - timedelta(days=days)
    found: list[str] = []
    for code, edition in catalogue.editions.items():
        dated: dict[str, date] = {f"entry {entry.slug}": entry.reviewed for entry in edition.entries.values()}
        dated |= {f"signpost {item.id}": item.reviewed for item in edition.signposts.values()}
        dated |= {f"urgent {item.id}": item.reviewed for item in edition.urgent.values()}
        dated |= {f"resource {item.id}": item.verified for item in edition.resources.values()}
        found += [f"{code}: {name}: last reviewed {day}" for name, day in dated.items() if day < limit]
    return found


def visible_text(entry: Entry) -> str:
    """Return all text of an entry that a reader sees, without sources and footer."""
    parts = [entry.title, entry.short]
    for point in entry.points:
        parts += [point.heading, point.text]
    parts += [entry.law_check.text if entry.law_check else "", entry.closing or ""]
    return "\n".join(part for part in parts if part)


def _check_sources(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    used: set[str] = set()
    for edition in catalogue.editions.values():
        for entry in edition.entries.values():
            used |= set(entry.sources)
        used.update(*(signpost.sources for signpost in edition.signposts.values()))
        used.update(*(help_.sources for help_ in edition.urgent.values()))
        used.update(*(term.sources for term in edition.glossary.values()))
    for source in catalogue.sources.values():
        key = ("source", source.id)
        if not source.url.startswith("https://"):
            yield at(key, ("url",), f"`{source.url}` must start with https://")
        if missing := set(catalogue.languages) - set(source.label):
            yield at(key, ("label",), f"no label for language {', '.join(sorted(missing))}: add it")
        if source.id not in used:
            yield at(key, ("id",), f"the source `{source.id}` is used nowhere: remove it or cite it")


def _check_edition(code: str, edition: Edition, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    slugs, known = set(edition.entries), set(catalogue.sources)
    groups = {group.id for group in edition.language.groups}
    if edition.language.code != code:
        yield at((code, "language"), ("code",), f"must be `{code}`, the folder's name")
    for index, slug in enumerate(edition.language.starters):
        if slug not in slugs:
            yield at((code, "language"), ("starters", index), f"no entry `{slug}`: correct its slug")
    for index, pattern in enumerate(edition.followups.in_language):
        if not _holds(pattern, "{language}"):
            yield at((code, "followups"), ("in_language", index), f"`{pattern}` must hold {{language}} once")
    for index, pattern in enumerate(edition.followups.rather):
        if not _holds(pattern, "{wanted}", "{unwanted}"):
            yield at((code, "followups"), ("rather", index), f"`{pattern}` must hold {{wanted}} and {{unwanted}} once")
    for index, pattern in enumerate(edition.language.definition_questions):
        if not _holds(pattern, "{term}"):
            yield at((code, "language"), ("definition_questions", index), f"`{pattern}` must hold {{term}} once")
    yield from _check_entries(code, edition, known, groups, at)
    yield from _check_names(code, edition, at)
    for signpost in edition.signposts.values():
        key = (code, "signpost", signpost.id)
        yield from _known(signpost.sources, known, key, "sources", "source", at)
        yield from _known(signpost.nearest, slugs, key, "nearest", "entry", at)
        if not signpost.link.url.startswith("https://"):
            yield at(key, ("link", "url"), f"`{signpost.link.url}` must start with https://")
    for help_ in edition.urgent.values():
        key = (code, "urgent", help_.id)
        yield from _known(help_.resources, set(edition.resources), key, "resources", "resource", at)
        yield from _known(help_.sources, known, key, "sources", "source", at)
    for resource in edition.resources.values():
        if resource.url is None and resource.phone is None:
            yield at((code, "resource", resource.id), (), "needs a `url` or a `phone`: add one")
    for term in edition.glossary.values():
        key = (code, "term", term.id)
        yield from _known(term.entries, slugs, key, "entries", "entry", at)
        yield from _known(term.sources, known, key, "sources", "source", at)
    yield from _check_placeholders(code, edition.phrases, at)


def _holds(pattern: str, *parts: str) -> bool:
    """Say whether ``pattern`` holds each of ``parts`` once, and no other brace."""
    rest = pattern
    for part in parts:
        if pattern.count(part) != 1:
            return False
        rest = rest.replace(part, "")
    return "{" not in rest and "}" not in rest


def _check_entries(code: str, edition: Edition, known: set[str], groups: set[str], at: At) -> Iterator[Problem]:
    numbers: dict[int, str] = {}
    for entry in edition.entries.values():
        key = (code, "entry", entry.slug)
        if not _SLUG.fullmatch(entry.slug):
            yield at(key, ("slug",), f"`{entry.slug}` may hold only a-z, 0-9 and single hyphens")
        if entry.number in numbers:
            yield at(
                key, ("number",), f"{entry.number} is also the number of `{numbers[entry.number]}`: choose another"
            )
        numbers[entry.number] = entry.slug
        if entry.group not in groups:
            yield at(key, ("group",), f"no group `{entry.group}` in {code}/language.yaml: correct it")
        yield from _known(entry.related, set(edition.entries), key, "related", "entry", at)
        if entry.slug in entry.related or len(set(entry.related)) < len(entry.related):
            yield at(key, ("related",), "must name three different other entries")
        yield from _known(entry.sources, known, key, "sources", "source", at)
        cited = {source for point in entry.points for source in point.sources}
        cited |= set(entry.law_check.sources) if entry.law_check else set()
        for source in sorted(cited - set(entry.sources)):
            yield at(key, ("sources",), f"`{source}` is cited in the text but not listed: add it")
        for source in sorted(set(entry.sources) - cited):
            yield at(key, ("sources",), f"`{source}` is listed but no point cites it: cite it or remove it")
        length = len(visible_text(entry))
        if length > VISIBLE_LENGTH:
            yield at(
                key, (), f"the answer has {length} characters, at most {VISIBLE_LENGTH} fit one message: shorten it"
            )


def _check_names(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    """Slugs, titles and aliases share one namespace: what people type to look a topic up."""
    names = {entry.slug: entry.slug for entry in edition.entries.values()}
    names |= {entry.slug.replace("-", " "): entry.slug for entry in edition.entries.values()}
    titles: dict[str, str] = {}
    for entry in edition.entries.values():
        key = (code, "entry", entry.slug)
        for field in ("title", "short_title"):
            label = getattr(entry, field).casefold()
            if titles.setdefault(label, entry.slug) != entry.slug:
                yield at(key, (field,), f"`{getattr(entry, field)}` is also a title of `{titles[label]}`: change one")
        for index, alias in enumerate(entry.aliases):
            owner = names.setdefault(alias.casefold(), entry.slug)
            if owner != entry.slug:
                yield at(key, ("aliases", index), f"the alias `{alias}` belongs to `{owner}` too: remove one")
            elif alias.casefold() in (other.casefold() for other in entry.aliases[:index]):
                yield at(key, ("aliases", index), f"the alias `{alias}` stands twice: remove one")


def _known(
    names: Iterable[str], known: set[str], key: tuple[str, ...], field: str, what: str, at: At
) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            yield at(key, (field, index), f"no {what} `{name}`: correct its name or add it")


def _check_placeholders(code: str, phrases: Phrases, at: At) -> Iterator[Problem]:
    for name in Phrases.__struct_fields__:
        text = getattr(phrases, name)
        if not isinstance(text, str):
            continue
        allowed = PLACEHOLDERS.get(name, frozenset())
        try:
            found = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
        except ValueError:
            yield at((code, "phrases"), (name,), f"`{name}` has a lone brace: remove it")
            continue
        if found != allowed:
            wanted = ", ".join(f"{{{field}}}" for field in sorted(allowed)) or "no {placeholder}"
            yield at((code, "phrases"), (name,), f"`{name}` must hold {wanted}")


def _check_parity(default: str, code: str, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    first, other = catalogue.editions[default], catalogue.editions[code]
    pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("entry", dict(first.entries), dict(other.entries)),
        ("signpost", dict(first.signposts), dict(other.signposts)),
        ("urgent", dict(first.urgent), dict(other.urgent)),
        ("resource", dict(first.resources), dict(other.resources)),
        ("smalltalk", dict(first.smalltalk), dict(other.smalltalk)),
        ("term", dict(first.glossary), dict(other.glossary)),
    ]
    for kind, here, there in pairs:
        for name in here.keys() - there.keys():
            yield at((default, kind, name), (), f"the {kind} `{name}` is missing in `{code}`: add it there")
        for name in there.keys() - here.keys():
            yield at((code, kind, name), (), f"the {kind} `{name}` is missing in `{default}`: add it there")
    for slug in first.entries.keys() & other.entries.keys():
        yield from _check_twins((code, "entry", slug), first.entries[slug], other.entries[slug], default, at)
    for name in first.signposts.keys() & other.signposts.keys():
        a, b = first.signposts[name], other.signposts[name]
        for field in ("sources", "nearest"):
            if getattr(a, field) != getattr(b, field):
                yield at((code, "signpost", name), (field,), f"differs from the `{default}` signpost: make them equal")
    for name in first.urgent.keys() & other.urgent.keys():
        c, d = first.urgent[name], other.urgent[name]
        if len(c.steps) != len(d.steps):
            yield at((code, "urgent", name), ("steps",), f"has {len(d.steps)} steps, `{default}` has {len(c.steps)}")
        if c.resources != d.resources:
            yield at((code, "urgent", name), ("resources",), f"differs from `{default}`: make them equal")
    kept = [tuple(item.key for item in edition.phrases.privacy.kept) for edition in (first, other)]
    if kept[0] != kept[1]:
        yield at((code, "phrases"), ("privacy", "kept"), f"lists other keys than `{default}`: make them equal")


def _check_twins(key: tuple[str, ...], a: Entry, b: Entry, default: str, at: At) -> Iterator[Problem]:
    if len(a.points) != len(b.points):
        yield at(key, ("points",), f"has {len(b.points)} points, the `{default}` entry has {len(a.points)}")
    for field in ("number", "group", "related", "reviewed"):
        if getattr(a, field) != getattr(b, field):
            yield at(key, (field,), f"`{field}` differs from the `{default}` entry: make them equal")
    if set(a.sources) != set(b.sources):
        yield at(key, ("sources",), f"other sources than the `{default}` entry: make them equal")
    if (a.law_check is None) != (b.law_check is None):
        yield at(key, (), f"`law_check` stands in only one language: compare with the `{default}` entry")
    for index, (mine, twin) in enumerate(zip(a.points, b.points, strict=False)):
        if set(mine.sources) != set(twin.sources):
            yield at(
                key, ("points", index, "sources"), f"other sources than point {index + 1} of the `{default}` entry"
            )
