"""The commands for editors: check, train, evaluate, schema."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import bot.cli.editing.content as commands
import intents.training.learning as learning
from bot.cli.main import cli
from content.schema.catalogue import Catalogue
from content.schema.editor import KINDS
from intents.classifier.modelfile import MODEL_FILE
from tests.content.mistakes.mistakes import ENTRY, copy_content, line_of
from tests.content.readings import newest_reading
from tests.tools.hangguard import HANG_GUARD
from tests.tools.places import DATA

SMALL_SET = (
    {"text": "who checks that ICE task forces follow the rules?", "gold": [5], "kind": "faq", "style": "plain"},
    {"text": "can local police help ICE?", "gold": [16], "also": [], "kind": "faq", "style": "plain"},
    {"text": "how do I boil an egg", "gold": [], "also": [], "kind": "oos", "style": "far"},
    {"text": "hello", "gold": [], "also": [], "kind": "smalltalk", "style": "greeting"},
    {"text": "ICE is at my door right now", "gold": [], "also": [], "kind": "urgent", "style": "door"},
)


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


FIGURES = (
    "top-1 strict", "top-1 lenient", "resolved", "answered", "wrong", "refused", "false answers far",
    "false answers near", "urgent recall", "false alarms", "small talk", "point right", "point wrong",
    "point false", "calibration error",
)  # fmt: skip


def program(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run one real process, where the streams take UTF-8 and nothing else."""
    environment = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=DATA.parent.parent, env=environment, capture_output=True, timeout=HANG_GUARD, check=False,
    )  # fmt: skip


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A small labelled set."""
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in SMALL_SET), encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the English content with few samples and no model."""
    copied = copy_content(tmp_path / "content")
    (copied / "en/samples").mkdir()
    (copied / "en/samples/05-oversight.yaml").write_text(
        "intent: entry/oversight\nvoices:\n  a:\n    - who checks them\n    - who watches them\n", encoding="utf-8"
    )
    return copied


def write_samples(root: Path, lang: str, slug: str) -> None:
    path = root / lang / f"samples/{slug}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"intent: entry/{slug}\nvoices: {{a: [{slug} {lang}]}}\n", encoding="utf-8")


class TestCheck:
    """All mistakes at once."""

    def test_content_without_mistakes_is_counted(self, root: Path) -> None:
        shown = run("check", "--content", str(root)).stdout
        assert re.match(r"\d+ entries in en; 2 samples; 0 mistakes, ", shown.splitlines()[-1])

    def test_reading_grades_are_reported(self, root: Path) -> None:
        assert "en: hardest short answer grade " in run("check", "--content", str(root)).stdout

    def test_mistakes_are_listed_with_file_and_line(self, root: Path) -> None:
        path = root / ENTRY
        text = path.read_text("utf-8").replace("number: 5", "number: five").replace("group: ", "gruppe: ")
        path.write_text(text, "utf-8")
        shown = run("check", "--content", str(root), code=1).stderr
        assert f"{ENTRY}:1: `number` must be a whole number, not 'five'" in shown
        assert f"{ENTRY}:3: unknown field `gruppe`: remove it or correct its name" in shown

    def test_mistakes_in_samples_are_listed_too(self, root: Path) -> None:
        path = root / "en/samples/05-oversight.yaml"
        path.write_text(path.read_text("utf-8").replace("entry/oversight", "entry/oversite"), "utf-8")
        assert "en/samples/05-oversight.yaml:1: no such intent" in run("check", "--content", str(root), code=1).stderr

    def test_a_missing_model_is_a_warning_that_names_the_command(self, root: Path) -> None:
        assert (
            "warning: there is no trained model: run `faqbot train`"
            in run("check", "--samples", "--content", str(root)).stdout
        )

    def test_warnings_fail_only_when_strict(self, root: Path) -> None:
        run("check", "--content", str(root))
        run("check", "--strict", "--content", str(root), code=1)

    def test_mistakes_in_content_and_samples_stray_files_and_future_days_are_told_at_once(self, root: Path) -> None:
        path = root / "en/resources.yaml"
        path.write_text(re.sub(r"(?m)^    opened: .*", "    opened: 9999-12-31", path.read_text("utf-8")), "utf-8")
        (root / "en/entries/21-x.yml").write_text("", "utf-8")
        (root / "en/samples/99.yaml").write_text("intent: entry/oversight\nvoices: {a: [who checks them]}\n", "utf-8")
        shown = run("check", "--content", str(root), code=1).stderr
        assert f"en/resources.yaml:{line_of(path, '^    opened:')}: 9999-12-31 is in the future" in shown
        assert "en/entries/21-x.yml:1: is not read: rename it to `21-x.yaml`, or remove it" in shown
        assert "en/samples/99.yaml:2: the same sample stands at en/samples/05-oversight.yaml:4" in shown

    def test_what_a_platform_would_refuse_is_a_mistake_in_its_file(self, root: Path) -> None:
        path = root / "en/phrases.yaml"
        longest = "intro: " + "Long. " * 399
        path.write_text(
            re.sub(r"(?m)^  (intro|not_kept): .*(\n    .*)*", f"  {longest}", path.read_text("utf-8"), count=1), "utf-8"
        )
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"(?m)^  not_kept: .*(\n    .*)*", f"  not_kept: {'Long. ' * 399}", text), "utf-8")
        shown = run("check", "--content", str(root), code=1).stderr
        assert "en/phrases.yaml:1: privacy on Telegram: takes 2 messages: shorten it" in shown

    def test_a_text_that_is_hard_to_read_is_warned_of_at_its_line(self, root: Path) -> None:
        path = root / ENTRY
        hard = "Intergovernmental jurisdictional considerations necessitate administrative reconciliation."
        path.write_text(re.sub(r"(?m)^short: .*(\n  .*)*", f"short: {hard}", path.read_text("utf-8")), "utf-8")
        shown = run("check", "--content", str(root)).stdout
        assert f"warning: {ENTRY}:{line_of(path, '^short:')}: short answer at grade " in shown

    def test_an_entry_without_samples_is_warned_of(self, root: Path) -> None:
        shown = run("check", "--content", str(root)).stdout
        assert "warning: en/entries/17-training.yaml:1: nobody has written samples for it: add a file with " in shown


class TestDue:
    """What ends or grows old, the earliest first."""

    def test_the_next_weeks_are_listed_with_day_file_and_line(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(commands, "_today", newest_reading)
        shown = run("due", "--content", str(root)).stdout.splitlines()
        line = line_of(root / "en/entries/01-current-status.yaml", "^  - id: next-changes")
        assert (
            f"2027-01-01 en/entries/01-current-status.yaml:{line}: "
            "the text written for that day takes over on 2027-01-01"
        ) in shown
        assert re.fullmatch(rf"{len(shown) - 1} of \d+ are due within 60 days", shown[-1])
        days = [text.split()[0] for text in shown[:-1]]
        assert days == sorted(days)
        assert days[-1] <= (newest_reading() + timedelta(days=60)).isoformat()

    def test_what_is_overdue_is_marked(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(commands, "_today", lambda: date(2027, 7, 2))
        line = line_of(root / ENTRY, "^  - id: detention-reviews")
        assert f"2027-07-01 (over) {ENTRY}:{line}: the text" in run("due", "--content", str(root)).stdout

    def test_all_of_it_is_listed_where_asked(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(commands, "_today", newest_reading)
        shown = run("due", "--all", "--content", str(root)).stdout.splitlines()
        assert any(text.startswith("2031-01-01 laws.yaml:") for text in shown)
        assert shown[-1] == f"{len(shown) - 1} in all"

    def test_what_is_known_longer_than_the_days_given_is_due(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(commands, "_today", newest_reading)
        line = line_of(root / ENTRY, "^  - id: forums")
        told = f"{ENTRY}:{line}: known up to 2026-01-27: look for a newer source"
        assert f"2026-09-24 (over) {told}" in run("due", "--content", str(root)).stdout
        assert f"2026-02-26 (over) {told}" in run("due", "--days", "30", "--content", str(root)).stdout
        assert told not in run("due", "--days", "3000", "--content", str(root)).stdout

    @pytest.mark.parametrize("days", ["-3", "0", "soon", "1.5", ""])
    def test_days_that_are_no_number_from_1_are_refused(self, days: str, root: Path) -> None:
        shown = run("due", "--days", days, "--content", str(root), code=2)
        assert "Invalid value for '--days': " in shown.stderr
        assert shown.stdout == ""

    def test_content_with_mistakes_is_told_first(self, root: Path) -> None:
        (root / ENTRY).write_text("", encoding="utf-8")
        assert f"{ENTRY}:1: the file is empty" in run("due", "--content", str(root), code=1).stderr


class TestTrain:
    """What goes wrong before training."""

    def test_content_with_mistakes_is_not_trained_on(self, root: Path) -> None:
        (root / ENTRY).write_text("", encoding="utf-8")
        assert f"{ENTRY}:1: the file is empty" in run("train", "--content", str(root), code=1).stderr
        assert not (root / "built").exists()

    def test_without_samples_it_says_where_to_train(self, root: Path) -> None:
        shutil.rmtree(root / "en/samples")
        shown = run("train", "--content", str(root), code=1).stderr
        assert shown == f"Error: there are no samples below {root}: train in a checkout of the project\n"
        assert not (root / "built").exists()

    def test_samples_in_one_language_are_not_enough(self, root: Path) -> None:
        shown = run("train", "--content", str(root), code=1).stderr
        assert shown == "Error: all samples are in one language: add another, the bot learns to tell them apart\n"

    def test_an_entry_without_samples_is_named_before_training(self, tmp_path: Path) -> None:
        root = copy_content(tmp_path / "content", languages=("en", "es"))
        for lang in ("en", "es"):
            write_samples(root, lang, "oversight")
        shown = run("train", "--content", str(root), code=1).stderr
        assert "es/entries/17-training.yaml:1: nobody has written samples for it: add a file with " in shown
        assert "entries/05-oversight.yaml" not in shown
        assert not (root / "built").exists()

    def test_too_few_samples_are_told_in_one_line(
        self, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = copy_content(tmp_path / "content", languages=("en", "es"))
        for lang in ("en", "es"):
            for slug in catalogue.edition(lang).entries:
                write_samples(root, lang, slug)
        monkeypatch.setattr(learning, "RARE_IN_LANGUAGES", 1_000)
        shown = run("train", "--content", str(root), code=1).stderr
        assert shown == "Error: these samples are not enough: too few words stand in them often enough\n"
        assert not (root / "built").exists()

    def test_a_package_that_is_missing_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = copy_content(tmp_path / "content", languages=("en", "es"))
        for lang, slug in itertools.product(("en", "es"), (path.stem[3:] for path in (root / "en/entries").iterdir())):
            write_samples(root, lang, slug)
        monkeypatch.setitem(sys.modules, "intents.training.learning", None)
        shown = run("train", "--content", str(root), code=1).stderr
        assert shown.startswith(
            "Error: training is not possible: the package intents.training.learning is not installed"
        )

    def test_it_says_how_far_it_is_and_a_second_time_trains_nothing(self, tmp_path: Path) -> None:
        root = copy_content(tmp_path / "content", languages=("en", "es"))
        for lang, slug in itertools.product(("en", "es"), (path.stem[3:] for path in (root / "en/entries").iterdir())):
            path = root / lang / f"samples/{slug}.yaml"
            path.parent.mkdir(exist_ok=True)
            lines = "".join(f"    - {slug} {lang} {n}\n" for n in range(4))
            path.write_text(f"intent: entry/{slug}\nvoices:\n  a:\n{lines}", encoding="utf-8")
        first = run("train", "--content", str(root))
        assert first.stderr.splitlines()[-1] == "learning from 160 sample messages: 100 %"
        model = root / "built" / MODEL_FILE
        made = model.read_bytes()
        entry = root / ENTRY
        entry.write_text(entry.read_text("utf-8").replace("short_title: ", "short_title: My ", 1), "utf-8")
        again = run("train", "--content", str(root))
        assert (again.stdout, again.stderr) == ("the samples have not changed: nothing to train\n", "")
        assert run("train", "--force", "--content", str(root)).stdout.startswith("trained on 160 samples")
        assert model.read_bytes() == made, "the same samples make the same file"


@pytest.mark.parametrize("command", ["ask", "match"])
def test_a_bot_without_a_model_does_not_start_and_names_the_command(command: str, root: Path) -> None:
    shown = run(command, "hello", "--content", str(root), code=1).stderr
    assert shown == "Error: there is no trained model: run `faqbot train`\n"


class TestEvaluate:
    """Figures on labelled messages."""

    def test_the_figures_of_a_small_set(self, labelled: Path) -> None:
        figures = json.loads(run("evaluate", "--json", str(labelled)).stdout)["set.jsonl"]
        assert figures["top-1 strict"] == figures["resolved"] == 1.0
        assert figures["wrong"] == figures["false answers far"] == figures["false alarms"] == 0.0
        assert figures["urgent recall"] == figures["small talk"] == 1.0
        assert figures["false answers near"] is None
        assert figures["worth"]["all"] == {"right": 1.0}

    def test_the_text_names_every_figure(self, labelled: Path) -> None:
        shown = run("evaluate", str(labelled)).stdout
        assert [name for name in FIGURES if f"  {name:<20} " not in shown] == []
        assert f"  {'false answers near':<20} no such messages" in shown

    def test_the_text_says_how_each_style_fared(self, labelled: Path) -> None:
        lines = run("evaluate", str(labelled)).stdout.splitlines()
        styles = {"faq plain": 2, "oos far": 1, "smalltalk greeting": 1, "urgent door": 1}
        for style, count in styles.items():
            assert f"    {style:<24} 100.0% of {count}" in lines
            assert f"    {style:<24} right 100.0%" in lines

    def test_the_text_names_who_was_taken_for_whom_and_the_worst_with_their_candidates(self, tmp_path: Path) -> None:
        path = tmp_path / "wrong.jsonl"
        rows = [{"text": SMALL_SET[0]["text"], "gold": [number]} for number in (1, 2, 3)] * 8
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        lines = run("evaluate", str(path)).stdout.splitlines()
        assert "    entry/current-status -> entry/oversight: 8" in lines
        worst = lines[lines.index("  the worst 20:") + 1 :]
        assert len(worst) == 20
        assert all(
            re.search(r"\| decided answer/oversight \| oversight [01]\.\d\d, \S+ 0\.\d\d, \S+ 0\.\d\d$", line)
            for line in worst
        )

    def test_the_picture_report_is_one_file_that_needs_no_network(self, labelled: Path, tmp_path: Path) -> None:
        out = tmp_path / "report.html"
        run("evaluate", str(labelled), "--html", str(out))
        page = out.read_text(encoding="utf-8")
        assert "set.jsonl" in page
        assert [name for name in FIGURES if f"<th>{name}</th>" not in page] == []
        for picture in ("by style", "Reliability of answers", "Which entry was the best candidate for which"):
            assert f"<!-- {picture}" in page or picture in page
        assert page.count("<svg") == 3
        addresses = set(re.findall(r"https?:[^\s\"'<>)]*", page))
        assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}, "names of formats only"
        linked = re.findall(r"(?:src|href)\s*=\s*\"([^\"]{0,12})", page) + re.findall(r"url\(([^)]{0,12})", page)
        assert [link for link in linked if not link.startswith(("#", "data:"))] == []
        assert not re.search(r"<(script|link|iframe|object|embed)\b|@import", page)

    def test_figures_as_json_and_the_picture_report_go_together(self, labelled: Path, tmp_path: Path) -> None:
        out = tmp_path / "report.html"
        result = run("evaluate", "--json", "--html", str(out), str(labelled))
        assert set(json.loads(result.stdout)["set.jsonl"]) == {*FIGURES, "worth"}
        assert result.stderr == f"report written to {out}\n"
        assert out.exists()

    def test_two_files_of_one_name_are_both_measured(self, labelled: Path, tmp_path: Path) -> None:
        other = tmp_path / "other" / labelled.name
        other.parent.mkdir()
        other.write_text(json.dumps(SMALL_SET[0]) + "\n", encoding="utf-8")
        figures = json.loads(run("evaluate", "--json", str(labelled), str(other)).stdout)
        assert list(figures) == [str(labelled), str(other)]

    def test_a_message_with_half_a_character_is_shown(self, tmp_path: Path) -> None:
        path = tmp_path / "half.jsonl"
        path.write_text('{"text": "\\ud800", "gold": [5]}\n', encoding="utf-8")
        out = tmp_path / "report.html"
        done = program("evaluate", str(path), "--html", str(out))
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"\\ud800" in done.stdout
        assert "\\ud800" in out.read_text(encoding="utf-8")

    def test_a_report_into_a_folder_that_does_not_exist_is_refused_before_the_work(self, labelled: Path) -> None:
        out = labelled.parent / "none" / "report.html"
        result = run("evaluate", str(labelled), "--html", str(out), code=2)
        assert f"there is no folder {str(out.parent)!r}: make it, or choose another place" in result.stderr
        assert result.stdout == ""

    def test_pictures_without_matplotlib_name_the_package(
        self, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
        shown = run("evaluate", str(labelled), "--html", str(tmp_path / "report.html"), code=1).stderr
        assert shown.startswith(
            "Error: no pictures: the package matplotlib.figure is not installed: run `make .venv/tests`"
        )

    @pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe", b"caf\xe9\n", b"[" * 100_000])
    def test_a_file_without_messages_is_one_line(self, content: bytes, labelled: Path) -> None:
        labelled.write_bytes(content)
        for arguments in ([str(labelled)], ["--train", str(labelled), "--test", str(labelled)]):
            shown = run("evaluate", *arguments, code=1).stderr
            assert shown.startswith(f"Error: {labelled}:")
            assert shown.count("\n") == 1

    @pytest.mark.parametrize(
        "row",
        [
            "{",
            '{"text": "t", "gold": [99]}',
            '{"text": "t", "gold": [1], "kind": "faqs"}',
            '{"text": "t", "gold": ["entry/oversigth"]}',
            '{"text": "5", "gold": [5], "lang": "fr"}',
        ],
    )
    def test_a_wrong_row_is_one_line_with_file_and_line(self, row: str, labelled: Path) -> None:
        labelled.write_text(row + "\n", encoding="utf-8")
        shown = run("evaluate", str(labelled), code=1).stderr
        assert shown.startswith(f"Error: {labelled}:1: ")
        assert shown.count("\n") == 1

    def test_the_same_core_runs_on_any_intent_set(self, tmp_path: Path) -> None:
        path = tmp_path / "public.jsonl"
        texts = {
            "fruit": ("red apples", "green apples", "ripe pears", "sweet pears", "apple pie", "pear tree"),
            "ships": ("ships at sea", "a sailing ship", "boats at sea", "fast boats", "the harbor", "a ship"),
        }
        rows = [
            {"split": split, "intent": intent, "text": text}
            for intent, found in texts.items()
            for text in found
            for split in ("train", "test")
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        shown = run("evaluate", "--train", str(path), "--test", str(path)).stdout
        assert "2 intents, trained on 12 messages" in shown
        assert "in-scope accuracy 100.0%, out-of-scope recall none in the set, no threshold" in shown

    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ([("train", "a")], 'no rows with the split "test" and an intent other than "oos"'),
            ([("train", "a"), ("test", "oos")], 'no rows with the split "test" and an intent other than "oos"'),
            ([("test", "a")], "not enough: there are none"),
            ([("train", "a"), ("train", "a"), ("test", "a")], "not enough: all have the same label"),
            ([("train", "a"), ("train", "b"), ("test", "a")], "not enough: with some held out for calibration, "),
        ],
    )
    def test_a_set_that_cannot_be_learnt_from_is_one_line(
        self, rows: list[tuple[str, str]], says: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "public.jsonl"
        lines = [json.dumps({"split": split, "intent": intent, "text": "red apples"}) for split, intent in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        shown = run("evaluate", "--train", str(path), "--test", str(path), code=1).stderr
        assert shown.startswith(f"Error: {path}: ")
        assert says in shown
        assert shown.count("\n") == 1

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ((), "name at least one file"),
            (("--train", str(DATA / "dev-en.jsonl")), "--train and --test go together"),
            (
                ("--train", str(DATA / "dev-en.jsonl"), "--test", str(DATA / "dev-en.jsonl"), "--json"),
                "--html and --json",
            ),
            (("no-such-file.jsonl",), "does not exist"),
            ((str(DATA),), "is a directory"),
        ],
    )
    def test_wrong_use_is_explained(self, arguments: tuple[str, ...], says: str) -> None:
        assert says in run("evaluate", *arguments, code=2).stderr

    def test_rows_without_split_or_intent_are_named(self, labelled: Path) -> None:
        shown = run("evaluate", "--train", str(labelled), "--test", str(labelled), code=1).stderr
        assert f'{labelled}:1: needs a "split" and an "intent"' in shown


class TestSchema:
    """Schemas for editors."""

    def test_they_are_printed(self) -> None:
        assert set(json.loads(run("schema").stdout)) == set(KINDS)

    def test_they_are_written_with_what_they_are_for(self, tmp_path: Path) -> None:
        shown = run("schema", "--out", str(tmp_path / "schemas")).stdout
        for name, (glob, *_) in KINDS.items():
            assert json.loads((tmp_path / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
            assert f"{name}.schema.json: for {glob}" in shown

    def test_a_place_that_cannot_be_written_to_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        out = tmp_path / "file" / "schemas"
        shown = run("schema", "--out", str(out), code=1).stderr
        assert shown == f"Error: cannot use {str(out)!r} (Not a directory): check the path and its permissions\n"
