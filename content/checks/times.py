"""The time of every statement: up to when it is known, when it ends, and that no day lies in the future."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from content.checks.languages import unchecked_cards
from content.checks.local import CALL_AGAIN, to_call_again
from content.checks.texts import MOST_TEXTS, every_part, kept_of_each, kept_of_parts, structs
from content.schema.catalogue import Catalogue, Edition, LawCard
from content.schema.errors import At, Key, Place, Problem
from content.schema.statements import Copy, Source, Statement
from content.schema.strict import longest
from content.schema.timeline import TEXT_FIELDS, changes, statements

STALE_DAYS = 240
"""After so many days without a newer source, what is known of a status is worth another look."""

_NEVER = date.max
"""When a text changes that no other can take the place of."""
_ELSEWHERE = "say it in a point or a law's status, with `until:`"
_SESSION = re.compile(r"(?:bill_id=\d{4}|/bills/\d{4}|/20\d\d-)(20\d\d)(?=\d?[A-Z/])|/(20\d\d)-r/")
"""How addresses of bills name a session: .../billNavClient.xhtml?bill_id=201720180SB54, .../2025/2025-r/bills/ab324."""
YEAR = re.compile(r"\b20[1-4]\d\b")
"""A year of this time."""
_ANY_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_WORD = re.compile(r"\w+(?:-\w+)*")


class Due(NamedTuple):
    """Something that an editor has to look at by ``day``: what, and where it stands."""

    day: date
    problem: Problem


def check_times(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each statement whose time is missing or claims more than anybody has read."""
    first = catalogue.languages[0]
    for key, place, statement in statements(catalogue):
        edition = catalogue.editions[key[0]]
        yield from _check_stated(statement, catalogue, key, place, at)
        yield from _check_change(statement, key, place, at)
        text = words_of(statement)
        if wrong := [named for named, day in days_in(text, edition) if day is None]:
            yield at(key, place, f"{wrong[0]!r} is no day of any year: correct it")
        if statement.known_to is None and (found := _dated(text, edition)):
            message = f"says {found!r}, which can change: add `known_to:`, the day of the newest source that was read"
            yield at(key, place, message)
        if statement.until is None and (day := _day_ahead(text, statement, edition, catalogue)):
            mend = "correct it, or add `until:` with `after:` or `withdraw:`"
            yield at(key, place, f"speaks of {day}, which lies ahead of what is known: {mend}")
        if statement.searched is None and (found := _spoken(edition.language.not_found, text)):
            yield at(key, place, f"says {found!r}: add `searched:` with `where:` and `on:`, the day of the search")
    for name, law in catalogue.laws.items():
        key = ("law", name)
        yield from _check_stated(law, catalogue, key, (), at)
        if law.ends is not None and law.ends.year < law.year:
            yield at(key, ("ends",), f"{law.ends} is before it was passed ({law.year}): correct one of them")
        if early := [year for year in _ANY_YEAR.findall(law.status.get(first, "")) if int(year) < law.year]:
            told = f"speaks of {early[0]}, before it was passed ({law.year}): correct one of them"
            yield at(key, ("status", first), told)
    for source in catalogue.sources.values():
        if source.copy_of is not None:
            yield from _check_copy(source.copy_of, source, at)


def future_dates(catalogue: Catalogue, today: date, at: At) -> Iterator[Problem]:
    """Yield a problem for each day of reading after ``today``, and each day or year ahead that nothing follows on."""
    for key, part in every_part(catalogue):
        for place, day in _days_of_reading(part):
            if day > today:
                yield at(key, place, f"{day} is in the future (today is {today}): write the day on which it was read")
    for key, place, text, edition, until in _texts_in_time(catalogue):
        days = [day for _, day in days_in(text, edition) if day and day > today]
        ahead = [*days, *(year for year in map(int, YEAR.findall(text)) if year > today.year)]
        if ahead and until is None:
            yield at(key, place, f"speaks of {ahead[0]}, which lies ahead: add `until:` with `after:` or `withdraw:`")
        elif ahead and until is _NEVER:
            told = f"speaks of {ahead[0]}, which lies ahead, and no other text can take its place: {_ELSEWHERE}"
            yield at(key, place, told)
    for name, law in catalogue.laws.items():
        if law.year > today.year:
            yield at(("law", name), ("year",), f"{law.year} lies ahead: write the year in which it was passed")


def _texts_in_time(catalogue: Catalogue) -> Iterator[tuple[Key, Place, str, Edition, date | None]]:
    """Yield every text that states something, with the day on which it changes by itself; _NEVER where it cannot."""
    for key, place, statement in statements(catalogue):
        yield key, place, words_of(statement), catalogue.editions[key[0]], statement.until
    for code, edition in catalogue.editions.items():
        for slug, entry in edition.entries.items():
            for field in ("short", "for_you", "closing"):
                yield (code, "entry", slug), (field,), getattr(entry, field) or "", edition, _NEVER
        for name, law in catalogue.laws.items():
            for field, until in (("does", _NEVER), ("binds", _NEVER), ("status", law.until)):
                yield ("law", name), (field, code), getattr(law, field).get(code, ""), edition, until


def due(catalogue: Catalogue, at: At, days: int = STALE_DAYS) -> list[Due]:
    """Return everything that ends or grows old, the earliest first.

    A statement is due on its ``until``; one with a ``known_to`` also ``days`` after it. Local numbers are sooner.
    """
    found = [Due(card.known_to, problem) for card, problem in unchecked_cards(catalogue, at)]

    def add(day: date, key: Key, place: Place, told: str) -> None:
        found.append(Due(day, at(key, place, told)))

    after = timedelta(days)
    for change in changes(catalogue):
        what = "the text written for that day takes over" if change.replaced else "is no longer shown"
        add(change.day, change.key, change.place, f"{what} on {change.day}")
    for key, place, statement in statements(catalogue):
        if (known := statement.known_to) is not None and statement.until is None:
            add(known + after, key, place, f"known up to {known}: look for a newer source")
    for name, law in catalogue.laws.items():
        key, called = ("law", name), law.number or name
        told = f"the status of {called} is known up to {law.known_to}: look for a newer source"
        add(law.known_to + after, key, ("known_to",), told)
        if law.ends is not None:
            add(law.ends, key, ("ends",), f"{called} ends on {law.ends} unless it is prolonged")
    for code, card in catalogue.language_cards.items():
        told = f"known up to {card.known_to}: look whether the guide is still there"
        add(card.known_to + after, ("card", code), ("known_to",), told)
    for where, local, again in to_call_again(catalogue):
        told = f"`{local.id}` was last called or looked at on {local.opened}: {CALL_AGAIN}"
        add(again, ("local",), (*where, "opened"), told)
    return sorted(found)


def words_of(statement: Statement) -> str:
    """Return the words of a statement; a list of steps as one text."""
    for name in (*TEXT_FIELDS, "steps"):
        value = getattr(statement, name, None)
        if value is not None:
            return value if isinstance(value, str) else " ".join(value)
    return ""


def days_in(text: str, edition: Edition) -> tuple[tuple[str, date | None], ...]:
    """Return each whole day that ``text`` names as the edition's language writes dates; None where there is no such."""
    return _days_in(text, edition.language.date, edition.language.months)


def months_named(text: str, edition: Edition) -> tuple[tuple[str, date], ...]:
    """Return each month that ``text`` names with its year, and the first day of it."""
    return _months_named(text, edition.language.months)


@kept_of_each
def _months_named(text: str, months: tuple[str, ...]) -> Iterator[tuple[str, date]]:
    named = "|".join(map(re.escape, months))
    for one in re.finditer(rf"\b(?P<month>{named})(?:,|\s+[^\W\d]{{1,3}})?\s+(?P<year>[12]\d{{3}})\b", text):
        yield one[0], date(int(one["year"]), months.index(one["month"]) + 1, 1)


@kept_of_each
def _days_in(text: str, written: str, months: tuple[str, ...]) -> Iterator[tuple[str, date | None]]:
    if not all(part in written for part in ("{day}", "{month}", "{year}")):
        return  # a mistake of its own
    small = tuple(month.casefold() for month in months)
    for found in re.finditer(day_pattern(written, small), text.casefold()):
        try:
            yield found[0], date(int(found["year"]), small.index(found["month"]) + 1, int(found["day"]))
        except ValueError:
            yield found[0], None


@lru_cache
def day_pattern(written: str, months: tuple[str, ...]) -> str:
    """Return the pattern of a whole day where one is ``written`` like that."""
    parts = {"day": r"\d{1,2}", "month": "|".join(map(re.escape, months)), "year": r"\d{4}"}
    pattern = re.escape(written).replace(r"\ ", r"\s+")
    for name, part in parts.items():
        pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{part})")
    return pattern


def _check_copy(copy: Copy, source: Source, at: At) -> Iterator[Problem]:
    place = ("copy_of", "dated")
    if copy.dated > source.opened:
        yield at(("source", source.id), place, f"is after `opened` ({source.opened}): correct one of them")
    # A session of the Legislature is two years, of which the one form names the last and the other the first.
    last = max((int(one[1] or one[2]) + bool(one[2]) for one in _SESSION.finditer(copy.address)), default=None)
    if last is not None and copy.dated.year > last:
        told = f"is after the session of the bill that was read ({last}): write the day that its text speaks for"
        yield at(("source", source.id), place, told)


def _check_stated(
    stated: Statement | LawCard, catalogue: Catalogue, key: Key, place: Place, at: At
) -> Iterator[Problem]:
    """What ends must be followed by something, and nobody knows more than the sources; at least one is no index."""
    until, known_to = stated.until, stated.known_to
    withdraw = isinstance(stated, Statement) and stated.withdraw
    if until is None and (stated.after is not None or withdraw):
        yield at(key, place, "`after` and `withdraw` need `until:`, the day from which they hold")
    if until is not None and (stated.after is None) == (not withdraw):
        yield at(key, (*place, "until"), "needs `after:` (the text from that day on) or `withdraw: true`, one of them")
    # What is known on the day ``until`` is what holds from then on: the text of before is not.
    if until is not None and known_to is not None and until <= known_to:
        told = f"{until} is no later than `known_to` ({known_to}): correct it, or write what holds now as the text"
        yield at(key, (*place, "until"), told)
    sources = [catalogue.sources[name] for name in stated.sources if name in catalogue.sources]
    read = [source.known for source in sources]
    if isinstance(stated, Statement) and stated.searched is not None:
        read.append(stated.searched.on)
    if known_to is not None and read and known_to > max(read):
        told = f"{known_to} is later than its newest source ({max(read)}): nobody has read anything of that day"
        yield at(key, (*place, "known_to"), told)
    if sources and all(source.shallow for source in sources):
        yield at(key, (*place, "sources"), "rests on index pages alone: add the document itself")


def _check_change(statement: Statement, key: Key, place: Place, at: At) -> Iterator[Problem]:
    """What changes by itself must still be there, and fit where it stands."""
    field = next((name for name in TEXT_FIELDS if hasattr(statement, name)), None)
    if field is None:
        if statement.until is not None:
            told = "steps do not change by themselves: say nothing in them that ends on a day"
            yield at(key, (*place, "until"), told)
        return
    if statement.withdraw and key[1] != "entry":
        yield at(key, (*place, "withdraw"), "buttons and questions lead here: write `after:`, the text from that day")
    most = longest(type(statement), field)
    if statement.after is not None and most is not None and len(statement.after) > most:
        told = f"`after` has {len(statement.after)} characters, at most {most} like `{field}`: shorten it"
        yield at(key, (*place, "after"), told)


def _dated(text: str, edition: Edition) -> str | None:
    """Return the words in ``text`` that can be out of date one day: a year of this time, a word for a status."""
    if year := YEAR.search(text):
        return year[0]
    return _spoken(edition.language.status_words, text)


@lru_cache(MOST_TEXTS)
def _spoken(phrases: tuple[str, ...], text: str) -> str | None:
    """Return the first of ``phrases`` that stands in ``text``, its words one behind the other."""
    words = f" {' '.join(_WORD.findall(text.casefold()))} "
    return next((phrase for phrase in phrases if f" {phrase.casefold()} " in words), None)


def _day_ahead(text: str, statement: Statement, edition: Edition, catalogue: Catalogue) -> str | None:
    """Return the day or month in ``text`` that nobody can have known of."""
    if (known := statement.known(catalogue.sources)) is None:
        return None
    searched = statement.searched.on if statement.searched else known
    days = [(str(day), day) for _, day in days_in(text, edition) if day and day > known]
    months = [(named, day) for named, day in months_named(text, edition) if day > max(known, searched)]
    return next((named for named, _ in (*days, *months)), None)


@kept_of_parts
def _days_of_reading(part: Struct) -> Iterator[tuple[Place, date]]:
    for place, struct in structs(part):
        for field in ("opened", "dated", "known_to", "on"):
            if (day := getattr(struct, field, None)) is not None:
                yield (*place, field), day
