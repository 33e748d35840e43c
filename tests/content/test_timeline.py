"""The content as it stands on a day: a clock moved through 2027 and 2028 shows each change on its day, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from content.schema.catalogue import Catalogue, LawCheck, Point
from content.schema.errors import Key, Place
from content.schema.timeline import as_of, changes, statements
from tests.content.readings import newest_reading

TODAY = newest_reading()
LAST = date(2028, 12, 31)
FORESEEN = {
    date(2027, 1, 1): {
        ("entry", "current-status"): ("By January 1, 2027", "Since January 1, 2027"),
        ("signpost", "courthouses"): ("you can ask (RA-010) for phone or video", "was to end with the year 2026"),
        ("entry", "state-agencies"): ("by January 1, 2027", "since January 1, 2027"),
        ("entry", "training"): ("By January 1, 2027", "Since January 1, 2027"),
        ("term", "model-policy"): ("by January 1,", "We have not checked who did."),
        ("law", "sb-580"): ("did not see whether", "Since January 1, 2027"),
    },
    date(2027, 7, 1): {
        ("entry", "oversight"): (
            "must review immigration detention sites until July 1, 2027",
            "were to end on July 1,",
        ),
        ("entry", "state-agencies"): ("reviews immigration detention sites", "were to end on July 1, 2027"),
        ("signpost", "detention-centers"): ("2027", "2027"),
        ("law", "ab-103"): ("reviews end on July 1, 2027", "were to end on July 1, 2027"),
        ("law", "ab-1766"): ("has until July 1, 2027", "had until July 1, 2027"),
        ("law", "sb-1399"): ("the reviews end on July 1, 2027", "were to end on July 1, 2027"),
    },
}
"""What the real content changes in 2027 and 2028: a part of the English text before and after, by day."""


def shown(catalogue: Catalogue) -> Iterator[tuple[Key, str]]:
    """Yield every text that can change, in each language, with the part that it stands in."""
    for key, _, statement in statements(catalogue):
        yield key, str(getattr(statement, "text", None) or getattr(statement, "meaning", None) or statement)
    for name, law in catalogue.laws.items():
        yield ("law", name), repr(sorted(law.status.items()))


def changed(before: Catalogue, after: Catalogue) -> dict[Key, tuple[str, str]]:
    """Return the text before and after of each part that says something else."""
    pairs = zip(shown(before), shown(after), strict=True)
    return {key: (old, new) for (key, old), (_, new) in pairs if old != new}


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def test_each_change_of_the_real_content_is_shown_on_its_day_and_on_no_other(catalogue: Catalogue) -> None:
    current, seen = as_of(catalogue, TODAY), {}
    assert current == catalogue, "something has ended and still stands in the content: write the new text"
    for day in days(TODAY + timedelta(1), LAST):
        tomorrow = as_of(catalogue, day)
        if found := changed(current, tomorrow):
            seen[day] = found
        current = tomorrow
    english = {
        day: {key if key[0] == "law" else key[1:]: texts for key, texts in found.items() if key[0] in ("en", "law")}
        for day, found in seen.items()
    }
    assert {day: set(found) for day, found in english.items()} == {day: set(parts) for day, parts in FORESEEN.items()}
    for day, parts in FORESEEN.items():
        for part, (before, after) in parts.items():
            old, new = (" ".join(text.split()) for text in english[day][part])
            assert before in old, part
            assert after in new, part
            assert old != new


def test_the_languages_change_on_the_same_days(catalogue: Catalogue) -> None:
    found: dict[str, list[tuple[date, Key, Place]]] = {code: [] for code in catalogue}
    for change in changes(catalogue):
        if change.key[0] in found:
            found[change.key[0]].append((change.day, change.key[1:], change.place))
    first, *others = found.values()
    assert first
    assert all(other == first for other in others)


class TestWithdrawn:
    """What has no text for later is left out from its day on."""

    @pytest.fixture
    def ending(self, catalogue: Catalogue) -> Catalogue:
        """The content, with a point and a correction of one entry that end on 1 March 2027."""
        edition = catalogue.edition("en")
        entry = edition.entries["oversight"]
        assert entry.law_check is not None
        point: Point = replace(entry.points[0], until=date(2027, 3, 1), withdraw=True)
        check: LawCheck = replace(entry.law_check, until=date(2027, 3, 1), withdraw=True)
        ends = replace(entry, points=(point, *entry.points[1:]), law_check=check)
        entries = edition.entries | {"oversight": ends}
        return replace(catalogue, editions=catalogue.editions | {"en": replace(edition, entries=entries)})

    @pytest.mark.parametrize(("day", "points", "check"), [(date(2027, 2, 28), 6, True), (date(2027, 3, 1), 5, False)])
    def test_it_is_gone_on_its_day(self, day: date, points: int, check: bool, ending: Catalogue) -> None:
        entry = as_of(ending, day).edition("en").entries["oversight"]
        assert (len(entry.points), entry.law_check is not None) == (points, check)

    def test_the_content_itself_stays_as_it_is(self, ending: Catalogue) -> None:
        as_of(ending, date(2030, 1, 1))
        assert len(ending.edition("en").entries["oversight"].points) == 6

    def test_sources_of_what_is_gone_are_no_longer_those_of_the_entry(self, ending: Catalogue) -> None:
        now, then = (as_of(ending, day).edition("en").entries["oversight"] for day in (TODAY, date(2027, 3, 1)))
        assert set(then.sources) < set(now.sources)
