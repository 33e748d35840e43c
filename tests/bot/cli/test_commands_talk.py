"""The commands that talk: what they print, in which form, and what they say to wrong input."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import COMMANDS, cli
from bot.cli.options import known_language
from bot.cli.talking import prompt, talk
from content.reading.layout import BUILT_FOLDER
from content.reading.loader import read_catalogue
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE
from tests.content.mistakes.mistakes import copy_content
from tests.fakes.warm import Warm
from tests.tools.hangguard import HANG_GUARD
from tests.tools.places import ROOT

OVERSIGHT = "who checks that ICE task forces follow the rules?"
REPLY_KEYS = ["conversation", "type", "entry", "slug", "point", "lang", "text", "suggestions"]
MATCH_KEYS = ["text", "lang", "decision", "entry", "slug", "point", "confidence", "candidates"]


def run(*arguments: str, stdin: str | bytes = "", code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments, input=stdin)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


class TestProgram:
    """One real process."""

    @pytest.fixture(autouse=True)
    def _started(self, warm: Warm) -> None:
        self.warm = warm

    def process(self, *arguments: str, stdin: bytes = b"", coding: str = "") -> subprocess.CompletedProcess[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FORCE_")}
        return self.warm.run(*arguments, env=environment | {"PYTHONIOENCODING": coding}, stdin=stdin)

    def shell(self, line: str, call: str = "") -> subprocess.CompletedProcess[bytes]:
        """Let a shell run ``line``, where ``faqbot`` is the bot."""
        line = f'faqbot() {{ {call or self.warm.call} "$@"; }}; {line}'
        nothing = subprocess.DEVNULL
        return subprocess.run(
            ["sh", "-c", line], cwd=ROOT, stdin=nothing, capture_output=True, timeout=HANG_GUARD, check=False
        )

    def test_a_piped_question_is_answered_and_the_end_of_input_ends_it(self) -> None:
        done = self.process(stdin=f"{OVERSIGHT}\n\n2".encode())
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"Who checks task forces and ICE contact" in done.stdout
        assert done.stdout.count(b"Who checks task forces and ICE contact") == 2
        assert b"\x1b" not in done.stdout

    @pytest.mark.parametrize(
        ("arguments", "before", "after", "coding"),
        [
            *((["chat"], b"\xff\xfe\x00\n", b"16\n", coding) for coding in ("", "utf-8:strict", "ascii:strict")),
            (
                ["chat", "--jsonl"],
                b'{"conversation": 1, "text": "caf\xe9"}\n',
                b'{"conversation": 1, "text": "16"}\n',
                "utf-8:strict",
            ),
            (["match", "--jsonl"], b'{"text": "caf\xe9"}\n', b'{"text": "16"}\n', "ascii:strict"),
        ],
    )
    def test_bytes_that_are_no_text_are_no_end(
        self, arguments: list[str], before: bytes, after: bytes, coding: str
    ) -> None:
        done = self.process(*arguments, stdin=before + after, coding=coding)
        assert (done.returncode, done.stderr) == (0, b"")
        assert re.search(rb"What local police and sheriffs may do|local-police", done.stdout)

    @pytest.mark.parametrize(
        "command",
        ["topics", "show 5 --platform slack", "check --content {content}", "manifest --socket", "--help",
         "evaluate --json tests/data/dev-es.jsonl"],
    )  # fmt: skip
    def test_a_reader_that_has_enough_is_no_mistake(self, command: str, tmp_path: Path) -> None:
        # Without samples the check is quick, and warns of every intent: most is unsaid when the reader ends.
        content = copy_content(tmp_path / "content") if "{content}" in command else ""
        done = self.shell(f"faqbot {command.format(content=shlex.quote(str(content)))} | head -n 1")
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.parametrize(
        ("command", "closed", "call"),
        [
            *(("chat", closed, "") for closed in ("<&-", ">&-", "2>&-")),
            *(
                (command, "<&- >&- 2>&-", "")
                for command in ("chat", "chat --jsonl", "match --jsonl", "topics", "show none")
            ),
            ("chat", "<&- >&- 2>&-", f"{shlex.quote(sys.executable)} -m bot"),
        ],
    )
    def test_a_stream_that_is_closed_is_an_empty_one(self, command: str, closed: str, call: str) -> None:
        done = self.shell(f"faqbot {command} {closed}", call)
        assert done.returncode == (1 if command == "show none" else 0)
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_a_full_disk_is_one_line(self, unbuffered: str) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full here")
        environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "bot", "topics"],
                cwd=ROOT,
                env=environment,
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=HANG_GUARD,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr == b"Error: cannot write (No space left on device): check the path and its permissions\n"

    @pytest.mark.parametrize("module", ["bot.cli.main", "bot.cli.talking.talk", "content.schema.catalogue"])
    def test_an_interrupted_start_leaves_no_traceback(self, module: str) -> None:
        program = f"""
import runpy, sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
sys.argv = ["faqbot", "topics"]
runpy.run_module("bot", run_name="__main__")
"""
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=HANG_GUARD, check=False
        )
        assert done.returncode in (1, 130)
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("command", [["chat", "--jsonl"], ["match", "--jsonl"]])
    def test_an_interrupted_command_leaves_no_traceback(self, command: list[str]) -> None:
        # A test run in the background may have been started with interrupts ignored.
        listening = (
            "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
            f"sys.argv = ['faqbot', *{command!r}]; runpy.run_module('bot', run_name='__main__')"
        )
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [sys.executable, "-c", listening], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        ) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            assert running.stderr is not None
            try:
                running.stdin.write(b'{"conversation": 1, "text": "5"}\n')
                running.stdin.flush()
                assert running.stdout.readline()
                running.send_signal(signal.SIGINT)
                assert running.wait(60) == 1
                assert b"Traceback" not in running.stderr.read()
            finally:
                running.kill()

    def test_a_mistake_in_the_content_is_one_message(self, tmp_path: Path) -> None:
        done = self.process("topics", "--content", str(tmp_path))
        assert done.returncode == 1
        assert done.stderr.startswith(b"Error: the content has mistakes:\n")
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("command", [["ask", "who checks the task forces?"], ["topics"], ["match", "hello"]])
    def test_one_answer_needs_no_event_loop(self, command: list[str]) -> None:
        program = (
            "import sys; from bot.cli.main import cli; cli(sys.argv[1:], standalone_mode=False);"
            "assert 'asyncio' not in sys.modules"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, *command], cwd=ROOT, capture_output=True, timeout=HANG_GUARD, check=False
        )
        assert done.stderr == b""


class TestFinish:
    """Work that never waits is run without an event loop."""

    def test_it_returns_what_the_work_returns(self) -> None:
        async def inner(value: int) -> int:
            return value + 1

        async def work() -> tuple[int, int]:
            return await inner(1), await inner(2)

        assert talk.finish(work()) == (2, 3)

    def test_a_mistake_in_the_work_is_passed_on(self) -> None:
        async def work() -> None:
            raise ValueError("spilt")

        with pytest.raises(ValueError, match="spilt"):
            talk.finish(work())

    def test_work_that_waits_is_a_mistake_and_is_closed(self) -> None:
        closed = []

        async def work() -> None:
            try:
                await asyncio.sleep(0)
            finally:
                closed.append(True)

        with pytest.raises(RuntimeError, match="needs an event loop"):
            talk.finish(work())
        assert closed == [True]


class TestHelp:
    """What the commands say of themselves."""

    def test_the_help_lists_every_command(self) -> None:
        shown = run("--help").stdout
        assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []

    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_command_has_help(self, name: str) -> None:
        shown = run(name, "-h").stdout
        assert shown.startswith(f"Usage: faqbot {name}")
        assert len(shown.split("\n\n")[1].strip()) > 10

    def test_an_unknown_command_is_one_line(self) -> None:
        assert "No such command 'chatt'" in run("chatt", code=2).stderr


class TestChat:
    """Talking."""

    def test_without_a_command_it_chats(self) -> None:
        assert "Who checks task forces" in run(stdin=f"{OVERSIGHT}\n").stdout

    def test_it_remembers_within_one_run(self) -> None:
        shown = run("chat", stdin="oversight\n2\n").stdout
        assert shown.count("Who checks task forces") == 2

    def test_suggestions_are_numbered(self, catalogue: Catalogue) -> None:
        point = catalogue.edition("en").entries["oversight"].points[0]
        assert f"1. {point.heading} · 2. " in run("chat", stdin="oversight\n").stdout

    @pytest.mark.parametrize("stdin", ["", "\n\n   \n"])
    def test_nothing_said_is_nothing_answered(self, stdin: str) -> None:
        assert run("chat", stdin=stdin).output == ""

    def test_a_person_is_welcomed_prompted_and_bid_farewell(
        self, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue
    ) -> None:
        said = iter(["2"])
        prompts = []

        def read(prompt: str) -> str:
            prompts.append(prompt)
            if (line := next(said, None)) is None:
                raise EOFError
            return line

        monkeypatch.setattr(prompt, "reader_for", lambda _names: read)
        monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True)
        shown = run("chat").stdout
        phrases = catalogue.edition("en").phrases
        assert phrases.terminal_hint in shown
        assert phrases.terminal_bye in shown
        assert prompts == [f"\n{phrases.terminal_prompt} "] * 2
        second = catalogue.edition("en").language.starters[1]
        assert catalogue.edition("en").entries[second].title in shown

    @pytest.mark.parametrize("word", ["quit", "/quit", "exit", "salir", "QUIT ", "/exit"])
    def test_a_word_ends_it(self, word: str) -> None:
        assert run("chat", stdin=f"{word}\n{OVERSIGHT}\n").output == ""

    @pytest.mark.parametrize(("asked", "lang"), [("help", "en"), ("/help", "en"), ("/ayuda", "es")])
    def test_help_is_the_terminals_own(self, asked: str, lang: str, catalogue: Catalogue) -> None:
        first = catalogue.edition(lang).phrases.help_terminal.splitlines()[0]
        assert first in run("chat", "--lang", lang, stdin=f"{asked}\n").stdout

    @pytest.mark.parametrize(("asked", "lang"), [("/privacy", "en"), ("privacy", "en"), ("privacidad", "es")])
    def test_the_privacy_text_can_be_asked_for(self, asked: str, lang: str, catalogue: Catalogue) -> None:
        assert catalogue.edition(lang).phrases.privacy.title in run("chat", "--lang", lang, stdin=f"{asked}\n").stdout

    def test_a_topic_can_be_shown_by_command(self) -> None:
        assert "Who checks task forces" in run("chat", stdin="/topic oversight\n").stdout

    def test_the_language_can_be_asked_for(self, catalogue: Catalogue) -> None:
        assert catalogue.edition("es").entries["oversight"].title in run("chat", "--lang", "es", stdin="5\n").stdout


class TestChatJsonl:
    """The contract for other programs."""

    def test_each_line_gets_one_object_with_exactly_the_keys(self) -> None:
        rows = [{"conversation": "a", "text": OVERSIGHT}, {"conversation": "a", "text": "why?"}]
        first, second = objects(run("chat", "--jsonl", stdin=lines(*rows)))
        assert list(first) == list(second) == REPLY_KEYS
        for found in (first, second):
            assert [found[key] for key in ("conversation", "type", "entry", "slug", "lang")] == [
                *("a", "answer", 5, "oversight", "en")
            ]
        assert all(list(choice) == ["entry", "slug", "label"] for choice in first["suggestions"])
        # What shows more of the entry comes first, then the related topics.
        entries = [choice["entry"] for choice in first["suggestions"]]
        assert (set(entries[:-3]), entries[-3:]) == ({5}, [14, 18, 13])

    def test_conversations_are_kept_apart(self) -> None:
        rows = [{"conversation": "a", "text": OVERSIGHT}, {"conversation": "b", "text": "why?"}]
        assert objects(run("chat", "--jsonl", stdin=lines(*rows)))[1]["type"] != "answer"

    def test_signposts_and_terms_name_themselves(self) -> None:
        texts = ("can ICE come into my kids school", "what is a detainer?")
        rows = [{"conversation": 1, "text": text} for text in texts]
        first, second = objects(run("chat", "--jsonl", stdin=lines(*rows)))
        assert list(first) == [*REPLY_KEYS, "signpost"]
        assert (first["type"], first["signpost"], first["conversation"]) == ("signpost", "schools", "1")
        assert list(second) == [*REPLY_KEYS, "term"]
        assert (second["type"], second["term"]) == ("glossary", "detainer")

    @pytest.mark.parametrize(
        "bad",
        [
            "{",
            "[]",
            '"text"',
            "5",
            "null",
            '{"text": "x"}',
            '{"conversation": "a"}',
            '{"conversation": "a", "text": 5}',
            "[" * 5000,
        ],
    )
    def test_a_bad_line_is_named_and_the_others_answered(self, bad: str) -> None:
        result = run("chat", "--jsonl", stdin=lines(bad, "", {"conversation": "a", "text": "5"}), code=1)
        assert result.stderr == 'line 1: must be a JSON object with "conversation", "text" (text as a string)\n'
        assert [found["entry"] for found in objects(result)] == [5]

    def test_a_language_may_be_hinted_for_each_line(self) -> None:
        rows = [{"conversation": lang, "text": "5", "lang": lang} for lang in ("en", "es", "xx")]
        assert [found["lang"] for found in objects(run("chat", "--jsonl", stdin=lines(*rows)))] == ["en", "es", "en"]

    @pytest.mark.parametrize("wrong", [5, ["es"], {"a": 1}, True, None])
    def test_a_language_that_is_no_text_is_named(self, wrong: object) -> None:
        result = run("chat", "--jsonl", stdin=lines({"conversation": "a", "text": "5", "lang": wrong}), code=1)
        assert result.stderr == 'line 1: "lang" must be a string such as "es"\n'

    def test_bad_input_is_answered(self) -> None:
        texts = ["", "x" * 40_000, "🙂🙂", "\x00\x07", "مرحبا", "<@U123>", "<b>", "\ud800"]
        found = objects(run("chat", "--jsonl", stdin=lines(*({"conversation": "a", "text": text} for text in texts))))
        assert len(found) == len(texts)
        assert "answer" not in {item["type"] for item in found}


class TestMatch:
    """Classification only."""

    def test_each_line_gets_a_decision_with_candidates_best_first(self) -> None:
        texts = [OVERSIGHT, "how do I boil an egg", "", "hello", "ICE is at my door right now", "what is a detainer?"]
        found = objects(run("match", "--jsonl", stdin=lines(*({"text": text} for text in texts))))
        assert [item["text"] for item in found] == texts
        for item in found:
            assert list(item)[: len(MATCH_KEYS)] == MATCH_KEYS
            confidences = [candidate["confidence"] for candidate in item["candidates"]]
            assert len(confidences) >= 3
            assert confidences == sorted(confidences, reverse=True)
            assert all(list(candidate) == ["entry", "slug", "confidence"] for candidate in item["candidates"])
        decisions = ["answer", "fallback", "fallback", "smalltalk", "urgent", "glossary"]
        assert [item["decision"] for item in found] == decisions
        assert (found[0]["entry"], found[0]["slug"]) == (5, "oversight")
        assert found[-1]["term"] == "detainer"

    def test_every_title_and_alias_answers_with_its_entry(self, catalogue: Catalogue) -> None:
        wanted = [
            (lang, name, entry.number)
            for lang, edition in catalogue.editions.items()
            for entry in edition.entries.values()
            for name in (entry.title, entry.slug, *entry.aliases)
        ]
        rows = ({"text": name, "lang": lang} for lang, name, _ in wanted)
        found = objects(run("match", "--jsonl", stdin=lines(*rows)))
        wrong = [
            (name, item["decision"], item["entry"])
            for (_, name, number), item in zip(wanted, found, strict=True)
            if (item["decision"], item["entry"]) != ("answer", number)
        ]
        assert wrong == []

    def test_a_text_comes_back_as_it_was(self) -> None:
        texts = ["¿qué?", "\ud800", "\x00", 'a "b" \\ c', "مرحبا", "🙂"]
        found = objects(run("match", "--jsonl", stdin=lines(*({"text": text} for text in texts))))
        assert [item["text"] for item in found] == texts

    def test_a_text_can_be_given_directly(self) -> None:
        assert objects(run("match", "who", "checks", "the", "task", "forces?"))[0]["slug"] == "oversight"

    def test_a_byte_order_mark_before_the_first_line_is_passed_over(self) -> None:
        assert objects(run("match", "--jsonl", stdin="\ufeff" + lines({"text": "5"})))[0]["entry"] == 5

    def test_a_bad_line_is_named(self) -> None:
        result = run("match", "--jsonl", stdin=lines("{", {"text": "5"}), code=1)
        assert result.stderr == 'line 1: must be a JSON object with "text" (text as a string)\n'
        assert [found["entry"] for found in objects(result)] == [5]

    def test_without_anything_it_says_what_it_needs(self) -> None:
        assert "give a text, or --jsonl" in run("match", code=2).stderr


class TestAskTopicsShow:
    """One question, the list, one entry."""

    def test_ask_answers_once(self) -> None:
        assert "Who checks task forces" in run("ask", *OVERSIGHT.split()).stdout

    def test_ask_as_json_has_the_keys(self) -> None:
        (found,) = objects(run("ask", "--json", OVERSIGHT))
        assert list(found) == REPLY_KEYS
        assert (found["conversation"], found["entry"]) == (None, 5)

    def test_ask_needs_a_question(self) -> None:
        assert "Missing argument" in run("ask", code=2).stderr

    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_topics_lists_all_twenty(self, lang: str, catalogue: Catalogue) -> None:
        shown = run("topics", "--lang", lang).stdout
        titles = [f"  {entry.number}. {entry.title}\n" for entry in catalogue.edition(lang).entries.values()]
        assert [title for title in titles if title not in shown] == []

    @pytest.mark.parametrize("name", ["5", "oversight", "audits", "Who checks them"])
    def test_show_finds_an_entry_by_any_name(self, name: str) -> None:
        assert "Who checks task forces and ICE contact" in run("show", name).stdout

    def test_show_takes_a_name_of_several_words(self) -> None:
        assert "SB 54" in run("show", "sb", "54").stdout

    def test_the_whole_answer_is_shown_on_request(self, catalogue: Catalogue) -> None:
        point = catalogue.edition("en").entries["oversight"].points[-1]
        assert point.heading in run("show", "5", "--full").stdout
        assert f"*{point.heading}*" in run("show", "5", "--full", "--platform", "slack").stdout

    @pytest.mark.parametrize("lang", ["en", "es"])
    @pytest.mark.parametrize("platform", ["slack", "telegram"])
    def test_show_prints_the_payload_of_a_platform(self, platform: str, lang: str, catalogue: Catalogue) -> None:
        shown = run("show", "5", "--platform", platform, "--lang", lang).stdout
        assert json.loads(shown)
        assert catalogue.edition(lang).entries["oversight"].title in shown

    def test_show_of_nothing_is_one_line(self) -> None:
        said = "Error: nothing is named 'pizza': `faqbot topics --all` lists all names\n"
        assert run("show", "pizza", code=1).stderr == said

    @pytest.mark.parametrize("command", [["topics"], ["topics", "--all"]])
    def test_topics_are_listed_without_a_model(self, command: list[str], tmp_path: Path) -> None:
        root = copy_content(tmp_path / "content", languages=("en",))
        assert not (root / BUILT_FOLDER / MODEL_FILE).exists()
        assert read_catalogue(root).edition("en").entries["oversight"].title in run(
            *command, "--content", str(root)
        ).stdout.replace("\n", " ")

    def test_a_wrong_folder_or_platform_is_one_message(self, tmp_path: Path) -> None:
        assert "does not exist" in run("topics", "--content", str(tmp_path / "none"), code=2).stderr
        assert "is not one of" in run("show", "5", "--platform", "fax", code=2).stderr

    @pytest.mark.parametrize(
        ("name", "lang", "near"),
        [
            ("oversigth", "en", "did you mean oversight?"),
            ("sb 55", "en", "did you mean immigration-enforcement?"),
            ("capacitasion", "es", "did you mean training?"),
        ],
    )
    def test_show_of_a_name_with_a_slip_suggests_what_is_near(self, name: str, lang: str, near: str) -> None:
        shown = run("show", name, "--lang", lang, code=1)
        assert shown.stderr == f"Error: no topic is named {name!r}: {near}\n"
        assert shown.stdout == ""

    def test_show_suggests_what_it_finds(self) -> None:
        (near,) = re.findall(r"did you mean (\S+?)(?: or \S+)*\?", run("show", "watchdogs", code=1).stderr)
        assert run("show", near).stdout

    def test_a_long_name_is_not_repeated_whole(self) -> None:
        assert len(run("show", "a" * 10_000, code=1).stderr) < 200

    @pytest.mark.parametrize(
        "command", [["show", "5"], ["topics"], ["ask", "hello"], ["match", "hello"], ["chat"], ["chat", "--jsonl"]]
    )
    @pytest.mark.parametrize("lang", ["fr", "xx", "", "english", "\ud800"])
    def test_a_language_that_the_content_has_not_is_refused_with_those_it_has(
        self, command: list[str], lang: str
    ) -> None:
        shown = run(*command, "--lang", lang, stdin="5\n", code=2)
        assert f"Invalid value for --lang: there is no language {lang!r}: choose en or es\n" in shown.stderr
        assert shown.stdout == ""

    @pytest.mark.parametrize("lang", ["es", "ES", "es-MX", "es_419"])
    def test_a_language_may_be_written_with_its_region(self, lang: str, catalogue: Catalogue) -> None:
        assert catalogue.edition("es").entries["oversight"].title in run("show", "5", "--lang", lang).stdout

    def test_without_english_the_first_language_is_the_default(self, tmp_path: Path) -> None:
        root = copy_content(tmp_path / "content", languages=("es",))
        assert known_language(read_catalogue(root), None) == "es"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("detainer", "Detainer (ICE hold)"), ("term/detainer", "Detainer (ICE hold)"), ("sb-54", "SB 54"),
        ("law/sb-54", "SB 54"), ("5", "Who checks task forces and ICE contact"),
        ("sb 54", "What SB 54, the sanctuary law, does"),
    ],
)  # fmt: skip
def test_show_finds_all_that_the_content_can_say(name: str, title: str) -> None:
    done = CliRunner().invoke(cli, ["show", *name.split()])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(title)


def test_show_in_every_form_and_language() -> None:
    done = CliRunner().invoke(cli, ["show", "urgent/door", "--lang", "es"])
    assert "911" in done.stdout
    done = CliRunner().invoke(cli, ["show", "urgent/door", "--platform", "slack"])
    assert json.loads(done.stdout)["blocks"]
    done = CliRunner().invoke(cli, ["show", "urgent/dor"])
    assert "did you mean urgent/door" in done.output


def test_topics_all_names_what_show_takes() -> None:
    keys = [line.partition(": ")[0] for line in CliRunner().invoke(cli, ["topics", "--all"]).stdout.splitlines()]
    assert {"entry/oversight", "term/detainer", "law/sb-54", "urgent/door", "language/vi"} <= {*keys}
