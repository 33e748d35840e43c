"""The real content: accepted, complete, within its limits, current; and its digest and compiled form."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

import content.reading.compiled as compiled
import content.reading.loader as loader
from content.checks.references import VISIBLE_LENGTH, visible_text
from content.checks.times import STALE_DAYS, due, future_dates
from content.checks.warnings import readability
from content.checks.warnings.readability import BODY_GRADE, SHORT_GRADE, english_grade, read_grades, spanish_grade
from content.reading.compiled import CATALOGUE_FILE, load_catalogue, write_catalogue
from content.reading.digest import content_digest, samples_digest
from content.reading.layout import BUILT_FOLDER
from content.reading.loader import read_catalogue, read_with_places
from content.schema.catalogue import Catalogue
from tests.content.mistakes.mistakes import ENTRY, copy_content, line_of
from tests.content.readings import newest_reading
from tests.fakes.lent import Lent

EASY = "The cat sat on the mat. The dog ran to the park. It was a good day."
HARD = (
    "Intergovernmental jurisdictional considerations notwithstanding, constitutional interpretation necessitates "
    "comprehensive administrative reconciliation of legislative provisions."
)
FACIL = "El gato come pan. La niña va a casa. Hoy hace sol."
DIFICIL = (
    "La implementación institucional de procedimientos administrativos interjurisdiccionales requiere necesariamente "
    "interpretaciones constitucionales extraordinariamente especializadas."
)
LOCAL = "resources:\n  en:\n    - id: ours\n      label: Ours\n      phone: 1-800-898-7180\n      opened: 2026-11-24\n"
DATED = {
    ENTRY: "^    known_to:",
    "en/signposts/schools.yaml": "^known_to:",
    "en/urgent.yaml": "^    known_to:",
    "en/resources.yaml": "^    opened:",
    "en/glossary.yaml": "^    known_to:",
    "laws.yaml": "^    known_to:",
    "local.yaml": "^      opened:",
}
"""A day in each kind of file beside the sources, and how its line begins."""
WORDS_OF_A_POINT = 80


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """A copy of the English content with samples."""
    return Lent(copy_content(tmp_path_factory.mktemp("content") / "content", samples=True))


def touch(root: Path, file: str = ENTRY) -> None:
    path = root / file
    path.write_text(path.read_text(encoding="utf-8") + "# a change\n", encoding="utf-8")


def shift(path: Path, where: int | str, day: str) -> None:
    """Write ``day`` for the day in the line of that number, or in each line with that pattern."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for index, text in enumerate(lines):
        if index + 1 == where or (isinstance(where, str) and re.search(where, text)):
            lines[index] = re.sub(r"\d{4}-\d\d-\d\d", day, text)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class TestRealContent:
    """What the bot ships with."""

    def test_the_twenty_entries_and_those_added_since_in_english_and_spanish(self, catalogue: Catalogue) -> None:
        assert catalogue.languages[:2] == ("en", "es")
        for edition in catalogue.editions.values():
            assert len(edition.entries) >= 20
            assert [entry.number for entry in edition.entries.values()] == list(range(1, len(edition.entries) + 1))

    def test_a_signpost_is_never_one_of_the_entries(self, catalogue: Catalogue) -> None:
        for edition in catalogue.editions.values():
            assert not edition.signposts.keys() & edition.entries.keys()

    def test_every_answer_fits_one_message(self, catalogue: Catalogue) -> None:
        lengths = {
            f"{lang} {slug}": len(visible_text(entry))
            for lang, edition in catalogue.editions.items()
            for slug, entry in edition.entries.items()
        }
        assert {name: length for name, length in lengths.items() if length > VISIBLE_LENGTH} == {}

    def test_every_phone_number_of_the_project_is_confirmed_by_a_source(self, catalogue: Catalogue) -> None:
        for edition in catalogue.editions.values():
            phones = {resource.phone: resource.source for resource in edition.resources.values() if resource.phone}
            assert {"911", "988"} <= phones.keys()
            assert all(source in catalogue.sources for source in phones.values())

    def test_every_source_was_read_and_is_secure(self, catalogue: Catalogue) -> None:
        today = newest_reading()
        assert [s.id for s in catalogue.sources.values() if s.known > today or not s.url.startswith("https://")] == []

    def test_a_point_is_one_idea(self, catalogue: Catalogue) -> None:
        for lang, edition in catalogue.editions.items():
            points = [(entry.slug, point) for entry in edition.entries.values() for point in entry.points]
            long = [(lang, slug, point.id) for slug, point in points if len(point.text.split()) > WORDS_OF_A_POINT]
            assert long == []

    def test_the_compiled_catalogue_is_what_the_yaml_says(self) -> None:
        assert load_catalogue() == read_catalogue()


class TestDigest:
    """Names exact content."""

    def test_it_changes_with_any_content_file_but_not_with_samples(self, root: Path) -> None:
        before = content_digest(root), samples_digest(root)
        touch(root, "en/samples/05-oversight.yaml")
        assert content_digest(root) == before[0]
        assert samples_digest(root) != before[1]
        after = samples_digest(root)
        touch(root)
        assert content_digest(root) != before[0]
        assert samples_digest(root) == after

    def test_it_changes_with_a_name(self, root: Path) -> None:
        before = content_digest(root)
        (root / ENTRY).rename((root / ENTRY).with_name("05-other.yaml"))
        assert content_digest(root) != before

    def test_line_ends_of_another_system_are_the_same_content(self, root: Path) -> None:
        before = content_digest(root)
        path = root / ENTRY
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert content_digest(root) == before

    def test_an_editors_hidden_files_and_folders_are_no_content(self, root: Path) -> None:
        before = content_digest(root), samples_digest(root)
        (root / "en/entries/.#05-oversight.yaml").symlink_to("editor@machine.1234")
        (root / "en/entries/._05-oversight.yaml").write_bytes(b"\xff")
        (root / "en/samples/.05-oversight.yaml").write_bytes(b"\xff")
        (root / "en/signposts/old.yaml").mkdir()
        assert (content_digest(root), samples_digest(root)) == before
        assert read_catalogue(root).digest == before[0]

    def test_what_is_built_is_no_content(self, root: Path) -> None:
        before = content_digest(root)
        write_catalogue(read_catalogue(root), root)
        assert content_digest(root) == before


class TestCompiled:
    """The catalogue as one file."""

    def test_it_is_equal_to_what_was_read(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        read = read_catalogue(root)
        write_catalogue(read, root)
        monkeypatch.setattr(loader, "read_catalogue", None)
        assert load_catalogue(root) == read

    def test_it_is_written_byte_for_byte_the_same(self, root: Path) -> None:
        first = write_catalogue(read_catalogue(root), root).read_bytes()
        assert write_catalogue(read_catalogue(root), root).read_bytes() == first

    def test_a_stale_one_is_not_used(self, root: Path) -> None:
        write_catalogue(read_catalogue(root), root)
        path = root / ENTRY
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nshort_title: ", "\nshort_title: New "), encoding="utf-8")
        assert load_catalogue(root).edition("en").entries["oversight"].short_title.startswith("New ")

    @pytest.mark.parametrize("damage", [b"", b"{", b'{"digest": 1}', b"\xff"])
    def test_a_broken_one_is_not_used(self, damage: bytes, root: Path) -> None:
        write_catalogue(read_catalogue(root), root)
        (root / BUILT_FOLDER / CATALOGUE_FILE).write_bytes(damage)
        assert load_catalogue(root) == read_catalogue(root)

    def test_one_in_which_a_single_word_was_changed_is_not_used(self, root: Path) -> None:
        path = write_catalogue(read_catalogue(root), root)
        title = read_catalogue(root).edition("en").entries["oversight"].title
        path.write_bytes(path.read_bytes().replace(title.encode(), title.swapcase().encode()))
        assert load_catalogue(root).edition("en").entries["oversight"].title == title

    def test_without_one_the_yaml_is_read_and_compiled(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shutil.rmtree(root / BUILT_FOLDER, ignore_errors=True)
        read = load_catalogue(root)
        assert read == read_catalogue(root)
        monkeypatch.setattr(loader, "read_catalogue", None)
        assert load_catalogue(root) == read

    def test_one_that_other_code_made_is_not_used(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as other:
            other.setattr(compiled, "_code", lambda: "other code")
            write_catalogue(msgspec.structs.replace(read_catalogue(root), editions={}), root)
        assert load_catalogue(root) == read_catalogue(root)

    def test_where_none_can_be_written_the_yaml_is_read_each_time(self, root: Path) -> None:
        shutil.rmtree(root / BUILT_FOLDER, ignore_errors=True)
        (root / BUILT_FOLDER).write_text("a file where the folder would be")
        assert load_catalogue(root) == load_catalogue(root) == read_catalogue(root)


class TestTimes:
    """What is known grows old, and nothing is known of tomorrow."""

    def test_what_is_known_is_due_after_240_days(self, root: Path) -> None:
        catalogue, at = read_with_places(root)
        known = catalogue.edition("en").entries["oversight"].points[2].known_to
        assert known is not None
        line = f"{ENTRY}:{line_of(root / ENTRY, '^  - id: forums')}: known up to {known}: look for a newer source"
        assert [one.day for one in due(catalogue, at) if str(one.problem) == line] == [known + timedelta(STALE_DAYS)]
        assert [one.day for one in due(catalogue, at, 10) if str(one.problem) == line] == [known + timedelta(10)]

    def test_what_ends_is_due_on_its_day_and_the_earliest_stands_first(self, root: Path) -> None:
        catalogue, at = read_with_places(root)
        found = due(catalogue, at)
        line = line_of(root / ENTRY, "^  - id: detention-reviews")
        told = f"{ENTRY}:{line}: the text written for that day takes over on 2027-07-01"
        assert [str(one.day) for one in found if str(one.problem) == told] == ["2027-07-01"]
        assert [one.day for one in found] == sorted(one.day for one in found)
        assert any("SB 98 ends on 2031-01-01 unless it is prolonged" in str(one.problem) for one in found)

    @pytest.mark.parametrize("file", ["sources.yaml", *DATED])
    def test_a_day_after_today_is_found_in_its_file_and_line(self, file: str, root: Path) -> None:
        (root / "local.yaml").write_text(LOCAL, encoding="utf-8")
        if file != "sources.yaml":  # nothing is known later than its sources, which then lie ahead too
            shift(root / "sources.yaml", r"(?:opened|dated): ", "2028-03-03")
            text = (root / "sources.yaml").read_text(encoding="utf-8")  # and no bill's text speaks for that day
            (root / "sources.yaml").write_text(re.sub(r"address: .*", "address: a copy", text), encoding="utf-8")
        line = line_of(root / file, {**DATED, "sources.yaml": "^    opened:"}[file])
        shift(root / file, line, "2028-03-03")
        catalogue, at = read_with_places(root)
        assert list(future_dates(catalogue, date(2028, 3, 3), at)) == []
        told = f"{file}:{line}: 2028-03-03 is in the future (today is 2028-03-02): write the day on which it was read"
        assert told in map(str, future_dates(catalogue, date(2028, 3, 2), at))


class TestReading:
    """How hard the answers are to read."""

    def test_every_answer_keeps_to_the_grades(self, catalogue: Catalogue) -> None:
        readings = list(read_grades(catalogue))
        assert len(readings) == sum(len(catalogue.edition(lang).entries) for lang in ("en", "es")) >= 40
        assert [reading for reading in readings if reading.too_hard] == []

    def test_hard_text_is_found_hard_in_either_language(self) -> None:
        assert english_grade(EASY) < SHORT_GRADE < BODY_GRADE < english_grade(HARD)
        assert spanish_grade(FACIL) < SHORT_GRADE < BODY_GRADE < spanish_grade(DIFICIL)

    @pytest.mark.parametrize(("ease", "grade"), [(95, 5.0), (90, 5.0), (65, 8.0), (40, 13.5), (30.1, 15.0), (29, 17.0)])
    def test_an_ease_is_a_grade_of_fleschs_table(
        self, ease: float, grade: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(readability, "_averages", lambda _text, _patterns: ((206.84 - 60 - ease) / 1.02, 1.0))
        assert spanish_grade("") == pytest.approx(grade, abs=0.05)
