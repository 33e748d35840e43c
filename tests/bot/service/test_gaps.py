"""What could not be answered is counted where that is asked for: never words, rarely, and nothing that is rare."""

from __future__ import annotations

import asyncio
import io
import json
import stat
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.dialogue.actions import Action, Verb
from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Author
from bot.service.desk import Desk
from bot.service.gaps import FEWEST, KEPT_MONTHS, WRITE_SECONDS, Gap, Gaps, Reason, month_before, read_gaps
from intents.match import Kind
from tests.tools.places import DATA

TODAY = date(2026, 11, 28)
MARK = "c4narymark"
PIZZA = f"what is the best pizza in {MARK} town"


class Hours:
    """A sleep that ends when told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.slept = asyncio.Event()
        self._passed = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) > 1:
            self.slept.set()
        await self._passed.acquire()

    async def pass_one(self) -> None:
        self._passed.release()
        await self.slept.wait()


def author(number: int = 0) -> Author:
    return Author(platform="telegram", person=f"{MARK}-{number}", conversation=f"{MARK}-{number}", met=True)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def counter(folder: Path, hours: Hours | None = None, today: date = TODAY) -> Gaps:
    return Gaps(folder, lambda: today, hours or Hours())


async def test_a_refusal_is_counted_with_the_nearest_topic_and_no_word_of_it(
    conversation: Conversation, tmp_path: Path
) -> None:
    async with counter(tmp_path) as gaps:
        desk = Desk(conversation, gaps=gaps)
        for number in range(FEWEST):
            await desk.ask(PIZZA, author(number))
        await desk.ask("who checks that ICE task forces follow the rules?", author())
    assert read_gaps(tmp_path, TODAY) == {Gap("2026-11", "no answer", "", "en"): FEWEST}, "pizza is near no topic"
    (path,) = files(tmp_path)
    assert MARK not in path.read_text("utf-8") + path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_votes_against_an_answer_are_counted_once_for_each_person(
    conversation: Conversation, tmp_path: Path
) -> None:
    async with counter(tmp_path) as gaps:
        desk = Desk(conversation, gaps=gaps)
        for number in range(FEWEST):
            for verb in (Verb.NOT_HELPFUL, Verb.NOT_HELPFUL, Verb.HELPFUL):
                await desk.press(Action(verb, "oversight", "es"), author(number))
            await desk.press(Action(Verb.NOT_HELPFUL, f"{MARK}-no-topic", "es"), author(number))
    assert read_gaps(tmp_path, TODAY) == {Gap("2026-11", "not helpful", "oversight", "es"): FEWEST}


@pytest.mark.parametrize(
    "text",
    [
        "ICE is at my door right now",
        "help!!!",
        "la migra se llevó a mi papá ahora mismo",
        "Aidez-moi, l'immigration est à ma porte !",
    ],
)
async def test_what_is_about_distress_is_counted_nowhere(text: str, conversation: Conversation, tmp_path: Path) -> None:
    async with counter(tmp_path) as gaps:
        for number in range(FEWEST):
            await Desk(conversation, gaps=gaps).ask(text, author(number))
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "lang", "name"),
    [
        ("Wo kann ich hier bitte eine gute Wohnung finden?", "de", "de, German"),
        ("do you have this in Somali?", "so", "so, Somali"),
        ("¿lo tienen en yoruba?", "yo", "yo, Yoruba"),
        ("do you speak hawaiian", "haw", "haw, Hawaiian"),
        ("Est-ce que la police aide les agents de l'immigration ?", "fr", "fr, Français"),
        ("警察会帮助移民局吗?", "zh-hans", "zh-hans, 简体中文"),
    ],
)
async def test_a_language_that_it_does_not_speak_is_counted_by_its_name_near_no_topic(
    text: str, lang: str, name: str, conversation: Conversation, tmp_path: Path
) -> None:
    async with counter(tmp_path) as gaps:
        for number in range(FEWEST):
            await Desk(conversation, gaps=gaps).ask(text, author(number))
    assert read_gaps(tmp_path, TODAY) == {Gap("2026-11", "another language", "", lang): FEWEST}
    assert f"      {FEWEST} near no topic ({name})" in show(tmp_path)[1].splitlines()


async def test_what_is_asked_back_is_counted_under_what_is_offered_first(
    conversation: Conversation, tmp_path: Path
) -> None:
    async with counter(tmp_path) as gaps:
        for number in range(FEWEST):
            await Desk(conversation, gaps=gaps).ask("raids", author(number))
    choice = (await conversation.classify(author().says("raids"))).choices[0]
    topic = choice.id if choice.kind is Kind.ENTRY else str(choice)
    assert read_gaps(tmp_path, TODAY) == {Gap("2026-11", "asked back", topic, "en"): FEWEST}


async def test_out_of_scope_is_counted_under_no_topic(conversation: Conversation, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (DATA / "dev-en.jsonl").read_text("utf-8").splitlines()]
    async with counter(tmp_path) as gaps:
        for number, row in enumerate(row for row in rows if row["kind"] == "oos"):
            await Desk(conversation, gaps=gaps).ask(row["text"], author(number))
    counts = json.loads(files(tmp_path)[0].read_text("utf-8"))
    assert sum(count for *_, count in counts) >= 40
    assert [topic for _, reason, topic, _, _ in counts if reason == Reason.REFUSED] == [""]


async def test_what_is_answered_is_no_gap_however_often_it_is_asked(conversation: Conversation, tmp_path: Path) -> None:
    async with counter(tmp_path) as gaps:
        for number in range(FEWEST):
            await Desk(conversation, gaps=gaps).ask("who checks that ICE task forces follow the rules?", author(number))
    assert files(tmp_path) == []


async def test_without_it_nothing_is_counted(conversation: Conversation, tmp_path: Path) -> None:
    await Desk(conversation).ask(PIZZA, author())
    assert files(tmp_path) == []


async def test_it_is_written_once_an_hour_whether_anybody_writes_then_or_not_and_at_the_end(tmp_path: Path) -> None:
    hours = Hours()
    async with counter(tmp_path, hours) as gaps:
        gaps.note(Reason.REFUSED, "oversight", "en")
        gaps.note(Reason.REFUSED, "oversight", "en")
        assert files(tmp_path) == []
        await asyncio.sleep(0)
        await hours.pass_one()
        (path,) = files(tmp_path)
        assert json.loads(path.read_text()) == [["2026-11", "no answer", "oversight", "en", 2]]
        gaps.note(Reason.REFUSED, "oversight", "en")
        assert json.loads(path.read_text())[0][-1] == 2
    assert json.loads(path.read_text())[0][-1] == 3
    assert set(hours.asked) == {WRITE_SECONDS}


async def test_old_months_go_from_a_file_that_has_newer_ones(tmp_path: Path) -> None:
    days = [date(2026, 1, 9)]
    async with Gaps(tmp_path, lambda: days[0], Hours()) as gaps:
        for days[0] in (date(2026, 1, 9), date(2026, 5, 9), date(2026, 6, 9)):
            for _ in range(FEWEST):
                gaps.note(Reason.REFUSED, "oversight", "en")
    months = {"2026-01", "2026-05", "2026-06"}
    (path,) = files(tmp_path)
    assert {row[0] for row in json.loads(path.read_text())} == months
    assert {gap.month for gap in read_gaps(tmp_path, TODAY)} == {"2026-05", "2026-06"}
    async with counter(tmp_path):
        assert {row[0] for row in json.loads(path.read_text())} == {"2026-05", "2026-06"}


async def test_a_folder_that_cannot_be_written_is_told_of_at_the_start(tmp_path: Path, log: io.StringIO) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    async with counter(tmp_path / "notes.txt") as gaps:
        assert "GAPS_FOLDER" in log.getvalue()
        gaps.note(Reason.REFUSED, "oversight", "en")


async def test_what_is_rare_is_not_shown_and_processes_count_together(tmp_path: Path) -> None:
    for times in (FEWEST - 1, 1):
        async with counter(tmp_path) as gaps:
            for _ in range(times):
                gaps.note(Reason.REFUSED, "oversight", "en")
            gaps.note(Reason.REFUSED, "training", "en")
    (tmp_path / "broken.gaps.json").write_text("{", "utf-8")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    assert read_gaps(tmp_path, TODAY) == {Gap("2026-11", "no answer", "oversight", "en"): FEWEST}


async def test_old_counts_are_deleted_at_a_start_and_nothing_else(tmp_path: Path) -> None:
    for day in (date(2026, 4, 30), date(2026, 5, 31)):
        async with counter(tmp_path, today=day) as gaps:
            gaps.note(Reason.REFUSED, "oversight", "en")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    async with counter(tmp_path):
        pass
    kept = [path.read_text("utf-8") for path in files(tmp_path)]
    assert len(kept) == 2
    assert not any("2026-04" in text for text in kept)
    assert [month_before(TODAY, months) for months in (0, 10, 11, KEPT_MONTHS)] == [
        "2026-11", "2026-01", "2025-12", "2026-05",
    ]  # fmt: skip


async def test_a_folder_that_cannot_be_written_to_stops_nothing(conversation: Conversation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    async with counter(tmp_path / "file") as gaps:
        await Desk(conversation, gaps=gaps).ask(PIZZA, author())


def show(folder: Path | str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["gaps"], env={"GAPS_FOLDER": str(folder)})
    return result.exit_code, result.output


async def test_the_command_lists_the_most_frequent_first(tmp_path: Path) -> None:
    async with counter(tmp_path) as gaps:
        for topic, times in (("oversight", 5), ("", 7), ("training", 4)):
            for _ in range(times):
                gaps.note(Reason.ASKED_BACK, topic, "es")
    code, shown = show(tmp_path)
    assert code == 0
    assert shown.splitlines() == [
        "2026-11 asked back",
        "      7 near no topic (es)",
        "      5 oversight (es)",
        "counts below 5 are not shown; older than 6 months are deleted",
    ]


@pytest.mark.parametrize(
    ("folder", "says"), [("", "nothing is counted: set GAPS_FOLDER"), ("/no/such", "there is no such folder yet")]
)
def test_the_command_says_what_is_missing(folder: str, says: str) -> None:
    code, shown = show(folder)
    assert code == 1
    assert says in shown
