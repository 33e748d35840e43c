"""The commands for editors: check, train, evaluate, schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from content.editorschema import GLOBS
from tests.content.mistakes import ENTRY, copy_content

DATA = Path(__file__).parent.parent / "data"

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


class TestCheck:
    """All mistakes at once."""

    def test_content_without_mistakes_is_counted(self, root: Path) -> None:
        shown = run("check", "--content", str(root)).stdout
        assert shown.splitlines()[-1].startswith("20 entries in en; 2 samples; 0 mistakes, ")

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
        assert "warning: there is no trained model: run `faqbot train`" in run("check", "--content", str(root)).stdout

    def test_warnings_fail_only_when_strict(self, root: Path) -> None:
        run("check", "--content", str(root))
        run("check", "--strict", "--content", str(root), code=1)

    def test_stale_reviews_are_warned_of(self, root: Path) -> None:
        shown = run("check", "--stale", "-1", "--content", str(root)).stdout
        assert "warning: en: entry oversight: last reviewed " in shown


class TestTrain:
    """What goes wrong before training."""

    def test_content_with_mistakes_is_not_trained_on(self, root: Path) -> None:
        (root / ENTRY).write_text("", encoding="utf-8")
        assert f"{ENTRY}:1: the file is empty" in run("train", "--content", str(root), code=1).stderr
        assert not (root / "built").exists()


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

    def test_the_text_names_every_figure(self, labelled: Path) -> None:
        shown = run("evaluate", str(labelled)).stdout
        names = ("top-1 strict", "resolved", "wrong", "refused", "urgent recall", "small talk", "calibration error")
        assert [name for name in names if name not in shown] == []

    def test_the_picture_report_is_one_file_that_needs_no_network(self, labelled: Path, tmp_path: Path) -> None:
        out = tmp_path / "report.html"
        run("evaluate", str(labelled), "--html", str(out))
        page = out.read_text(encoding="utf-8")
        assert "set.jsonl" in page
        assert "<script src" not in page
        assert "<link" not in page

    @pytest.mark.parametrize("row", ["{", '{"text": "t", "gold": [99]}', '{"text": "t", "gold": [1], "kind": "faqs"}'])
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
        assert "in-scope accuracy 100.0%, out-of-scope recall none in the set" in shown

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ((), "name at least one file"),
            (("--train", str(DATA / "dev-en.jsonl")), "--train and --test go together"),
            (("no-such-file.jsonl",), "does not exist"),
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
        assert set(json.loads(run("schema").stdout)) == set(GLOBS)

    def test_they_are_written_with_what_they_are_for(self, tmp_path: Path) -> None:
        shown = run("schema", "--out", str(tmp_path / "schemas")).stdout
        for name, glob in GLOBS.items():
            assert json.loads((tmp_path / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
            assert f"{name}.schema.json: for {glob}" in shown
