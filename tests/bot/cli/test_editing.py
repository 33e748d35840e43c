"""The commands with which editors write: something new in every language, and a check after each change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import cli
from content.reading.loader import read_draft
from content.reading.watching import LOOK_SECONDS, each_change, state_of
from content.schema.errors import ContentError
from tests.content.mistakes.mistakes import ENTRY, copy_content
from tests.content.readings import newest_reading
from tests.fakes.lent import Lent

LANGUAGES = ("en", "es")
TITLES = {"en": "Who may fly drones here", "es": "Quién puede volar drones aquí"}
KINDS = ("entry", "signpost", "term", "law")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """A copy of the content in both languages, with one sample in each."""
    root = copy_content(tmp_path_factory.mktemp("content") / "content", languages=LANGUAGES)
    for lang in LANGUAGES:
        (root / lang / "samples").mkdir()
        text = f"intent: entry/oversight\nvoices: {{a: [who checks them in {lang}]}}\n"
        (root / lang / "samples/05-oversight.yaml").write_text(text, "utf-8")
    return Lent(root)


@pytest.fixture
def root(copied: Lent) -> Iterator[Path]:
    """The same, for one test to edit."""
    with copied.out() as folder:
        yield folder


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def mistakes(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_draft(root, newest_reading())
    return [str(problem) for problem in caught.value.problems]


def all_files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def fill(root: Path, name: str) -> None:
    """Fill in everything that `new` has left open, as an editor would."""
    alike = {
        "group": "accountability", "sources": "[gov-7284-6]", "url": "https://oag.ca.gov/immigrant/resources",
        "related": "[oversight, training, local-police]", "nearest": "[oversight]", "entries": "[oversight]",
        "level": "state", "year": "2025", "known_to": "2025-01-27", "rests_on": "[first]", "number": '"SB 999"',
    }  # fmt: skip
    for path in [*root.rglob(f"*{name}.yaml"), *root.glob("??/glossary.yaml"), root / "laws.yaml"]:
        lang = path.relative_to(root).parts[0]
        text, words = path.read_text("utf-8"), TITLES.get(lang, "")
        text = re.sub(r"(?m)^( *)(title|short_title|heading|term|label):$", rf"\1\2: {words}", text)
        for number in range(text.count(">-\n\n")):  # no two alike
            text = re.sub(r"(?m)^( *)(\w+): >-\n\n", rf"\1\2: >-\n\1  {words} {number}.\n", text, count=1)
        for field, value in alike.items():
            text = re.sub(rf'(?m)^( *){field}:(?: \[\]| "")?$', rf"\1{field}: {value}", text)
        text = text.replace("aliases: []", f"aliases: [{words.casefold()} too]")
        text = re.sub(r"(?m)^    -$", f"    - {words.casefold()}?", text)
        for code, title in TITLES.items():
            text = text.replace(f'      {code}: ""', f"      {code}: {title}.")
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_thing_is_named_line_by_line_until_it_is_filled_in(kind: str, root: Path) -> None:
    name = "sb-999" if kind == "law" else "flying-drones"
    before = all_files(root)
    shown = run("new", kind, name, "--content", str(root)).output
    written = [path for path, content in all_files(root).items() if before.get(path) != content]
    assert {str(root / path) for path in written} == set(shown.splitlines()[:-1])
    assert "`faqbot check --watch`" in shown.splitlines()[-1]
    found = mistakes(root)
    assert len(found) > 5
    for problem in found:
        file, line, advice = re.fullmatch(r"([^:]+):(\d+): (.*)", problem).groups()  # type: ignore[union-attr]
        assert file in written
        assert int(line) > before.get(file, b"").count(b"\n")
        assert re.search(r"fill it in|add some|must be one of", advice), problem
    fill(root, name)
    draft = read_draft(root, newest_reading())
    edition = draft.catalogue.edition("es")
    kinds = {"entry": edition.entries, "signpost": edition.signposts, "term": edition.glossary}
    assert name in kinds.get(kind, draft.catalogue.laws)
    if kind in ("entry", "signpost"):
        assert [one.lang for one in draft.samples if one.intent == f"{kind}/{name}"] == list(LANGUAGES)


@pytest.mark.parametrize(
    ("kind", "file", "says"),
    [
        ("entry", "en/entries/21-drones.yaml", "at most 280 characters"),
        ("signpost", "en/signposts/drones.yaml", "at most 520 characters"),
        ("term", "en/glossary.yaml", "At most 320 characters"),
        ("law", "laws.yaml", "One of: state, federal, local, voters"),
    ],
)
def test_what_belongs_there_stands_above(kind: str, file: str, says: str, root: Path) -> None:
    old = (root / file).read_text("utf-8") if (root / file).exists() else ""
    run("new", kind, "drones", "--content", str(root))
    assert says in (root / file).read_text("utf-8").removeprefix(old)


def test_a_new_entry_takes_the_next_number_and_knows_the_groups(root: Path) -> None:
    run("new", "entry", "drones", "--content", str(root))
    run("new", "entry", "airplanes", "--content", str(root))
    text = (root / "es/entries/22-airplanes.yaml").read_text("utf-8")
    assert "number: 22\nslug: airplanes\n# One of: " in text
    assert "accountability" in text


def test_a_new_term_keeps_the_rest_of_the_file_and_its_line_ends(root: Path) -> None:
    path = root / "en/glossary.yaml"
    old = path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n")
    path.write_bytes(old)
    run("new", "term", "drone-pilot", "--content", str(root))
    text = path.read_bytes()
    assert text.startswith(old + b"\r\n  # ")
    assert text.count(b"\n") == text.count(b"\r\n")
    assert [problem for problem in mistakes(root) if not problem.startswith(("en/glossary", "es/glossary"))] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("entry", "oversight"), "05-oversight.yaml has the name 'oversight' already: choose another"),
        (("signpost", "schools"), "schools.yaml has the name 'schools' already: choose another"),
        (("term", "a-number"), "glossary.yaml has 'a-number' already: choose another name"),
        (("law", "sb-54"), "laws.yaml has 'sb-54' already: choose another name"),
        (("entry", "Two Words"), "'Two Words' may hold only a-z, 0-9 and single hyphens, at most 40 of them"),
        (("entry", "a" * 41), "may hold only a-z, 0-9 and single hyphens, at most 40 of them"),
        (("entry", "../drones"), "may hold only a-z, 0-9 and single hyphens, at most 40 of them"),
        (("entry", "99"), "'99' would be read as a number: add a word to it, such as topic-99"),
        (("law", "2026-11"), "would be read as a number: add a word to it"),
        (("urgent", "drones"), "'urgent' is not one of 'entry', 'signpost', 'term', 'law'"),
    ],
)
def test_what_is_there_or_has_no_name_is_refused_and_nothing_written(
    arguments: tuple[str, str], says: str, root: Path
) -> None:
    before = all_files(root)
    result = CliRunner().invoke(cli, ["new", *arguments, "--content", str(root)])
    assert result.exit_code != 0
    assert says in result.output
    assert all_files(root) == before


def test_a_twin_that_stands_in_one_language_only_is_refused_before_the_other_is_written(root: Path) -> None:
    (root / "es/samples/21-drones.yaml").write_text("intent: entry/drones\nvoices: {a: [los drones]}\n", "utf-8")
    before = all_files(root)
    shown = run("new", "entry", "drones", "--content", str(root), code=1).output
    assert "stands there already: rename or remove it" in shown
    assert all_files(root) == before


def test_the_last_number_ends_it(root: Path) -> None:
    path = root / ENTRY
    path.write_text(path.read_text("utf-8").replace("number: 5", "number: 999"), "utf-8")
    assert "no number is left" in run("new", "entry", "drones", "--content", str(root), code=1).output


def test_a_folder_without_languages_is_refused(tmp_path: Path) -> None:
    assert "no language folder" in run("new", "entry", "drones", "--content", str(tmp_path), code=1).output


class Editor:
    """Somebody who edits while the watcher pauses, and ends it when there is nothing more to edit."""

    def __init__(self, *edits: Callable[[], object]) -> None:
        self.edits = list(edits)

    def __call__(self, seconds: float) -> None:
        assert seconds == LOOK_SECONDS
        if not self.edits:
            raise KeyboardInterrupt
        self.edits.pop(0)()


def test_each_change_is_checked_and_nothing_is_checked_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / ENTRY
    good = path.read_text("utf-8")
    edits = Editor(
        lambda: path.write_text(good.replace("number: 5", "number: five"), "utf-8"),
        lambda: None,
        lambda: path.write_text(good, "utf-8"),
    )
    monkeypatch.setattr("bot.cli.editing.check.time.sleep", edits)
    shown = run("check", "--watch", "--content", str(root)).output
    checks = re.findall(r"(?m)^20 entries in en, es; 2 samples; 0 mistakes|^\d+ mistakes?$", shown)
    assert checks == ["20 entries in en, es; 2 samples; 0 mistakes", "1 mistake", *checks[:1]]
    assert f"{ENTRY}:1: `number` must be a whole number, not 'five'" in shown
    assert shown.count("waiting for a change") == 3


def test_a_folder_that_goes_for_a_moment_ends_no_watch(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = root.with_name("away")
    edits = Editor(lambda: root.rename(away), lambda: away.rename(root))
    monkeypatch.setattr("bot.cli.editing.check.time.sleep", edits)
    shown = run("check", "--watch", "--content", str(root)).output
    assert re.findall(r"(?m)^(cannot use|20 entries)", shown) == ["20 entries", "cannot use", "20 entries"]


def test_a_folder_that_goes_while_it_is_looked_at_is_empty(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_path: Path, _pattern: str) -> Iterator[Path]:
        raise FileNotFoundError(2, "No such file or directory", str(root))

    monkeypatch.setattr(Path, "rglob", gone)
    assert state_of(root) == frozenset()


def test_a_file_more_less_or_changed_is_seen_and_what_is_built_or_hidden_is_not(root: Path) -> None:
    local, hidden = root / "local.yaml", root / "en/entries/.05-oversight.yaml.swp"
    (root / "built").mkdir()
    steps = [
        (lambda: hidden.write_text("x", "utf-8"), False),
        (lambda: (root / "built/catalogue.json").write_text("x", "utf-8"), False),
        (lambda: local.write_text("resources: {}", "utf-8"), True),
        (lambda: local.write_text("resources: {en: []}", "utf-8"), True),
        (local.unlink, True),
        (lambda: (root / "en/entries").rename(root / "en/entry"), True),
    ]
    for step, changes in steps:
        before = state_of(root)
        step()
        assert (state_of(root) != before) is changes


def test_a_change_while_the_check_runs_is_seen_at_the_next_look(root: Path) -> None:
    seen = []
    for state in each_change(root, Editor(lambda: None)):
        seen.append(state)
        if len(seen) == 1:
            (root / "local.yaml").write_text("resources: {}\n", "utf-8")
        else:
            break
    assert len(seen) == 2
