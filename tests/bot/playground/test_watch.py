"""What an editor saves is on the page, or the page says what is wrong with it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli.editing.check import check_content
from bot.installed import command_name
from bot.playground.server import Playground
from bot.playground.watch import State
from content.reading import documents
from content.reading.documents import Document, KeptDocuments
from content.reading.layout import BUILT_FOLDER
from content.reading.writing import replace_file
from content.schema.errors import Problem
from intents.classifier.modelfile import MODEL_FILE
from tests.tools.hangguard import HANG_GUARD

ENTRY = "en/entries/05-oversight.yaml"
TITLE = "Who checks task forces and ICE contact"


async def after(page: Playground, number: int) -> State:
    """Return what is known of the content once the change of that number has been looked at."""
    async with asyncio.timeout(HANG_GUARD), page._news:
        await page._news.wait_for(lambda: page.watch.state.number >= number and not page.watch.state.checking)
    return page.watch.state


def edit(root: Path, old: str, new: str) -> None:
    path = root / ENTRY
    text = path.read_text()
    assert old in text
    replace_file(path, text.replace(old, new, 1).encode())  # at one stroke: half a file is another edit


def title(page: Playground) -> str:
    return page.stage.conversation.replies.answer("oversight", "en").title


async def test_an_edit_is_taken_up(editing: Playground, edited: Path) -> None:
    await after(editing, 0)
    before = title(editing)
    edit(edited, f"title: {before}", "title: A new title")
    state = await after(editing, 1)
    assert (state.mistakes, title(editing)) == ((), "A new title")


async def test_of_an_edit_one_file_is_parsed_and_the_page_told_before_all_is_checked(
    edited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    read, parse, tell = KeptDocuments(), documents.parse, Playground._tell

    def parsed(file: str, text: str) -> Document:
        done.append(file)
        return parse(file, text)

    async def told(page: Playground) -> None:
        done.append(title(page))
        await tell(page)

    def check(root: Path) -> Sequence[Problem | str]:
        done.append("check")
        return check_content(root, read=read)[1]

    monkeypatch.setattr(documents, "parse", parsed)
    monkeypatch.setattr(Playground, "_tell", told)
    async with Playground(edited, check, read=read) as page:
        for number, (old, new) in enumerate([("", TITLE), (TITLE, "A new title"), ("A new title", TITLE)]):
            if old:
                edit(edited, f"title: {old}", f"title: {new}")
            await after(page, number)
            if old:
                assert done == [ENTRY, new, "check", new]
            done.clear()


async def test_a_mistake_is_told_with_its_place_and_the_old_stays(editing: Playground, edited: Path) -> None:
    await after(editing, 0)
    before = title(editing)
    edit(edited, f"title: {before}", f"title: {'long ' * 30}")
    (mistake, *_) = (await after(editing, 1)).mistakes
    assert isinstance(mistake, Problem)
    assert (mistake.file, mistake.line > 0, title(editing)) == (ENTRY, True, before)
    edit(edited, f"title: {'long ' * 30}", f"title: {before}")
    assert (await after(editing, 2)).mistakes == ()


async def test_yaml_that_cannot_be_read_is_a_mistake_too(editing: Playground, edited: Path) -> None:
    await after(editing, 0)
    edit(edited, "title: ", "title: [")
    (mistake, *_) = (await after(editing, 1)).mistakes
    assert isinstance(mistake, Problem)
    assert mistake.file == ENTRY


async def test_what_check_finds_beside_the_catalogue_is_told(editing: Playground, edited: Path) -> None:
    await after(editing, 0)
    (edited / "en/samples").mkdir(exist_ok=True)
    (edited / "en/samples/stray.yaml").write_text("intent: entry/none\nvoices:\n  a: [what]\n")
    state = await after(editing, 1)
    assert any("stray.yaml" in str(one) for one in state.mistakes), state


async def test_an_edit_is_taken_up_while_the_one_before_is_checked(edited: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()
    found = iter((["of the first"], ["of the second"]))

    def check(_root: Path) -> Sequence[str]:
        warnings = next(found)
        begun.set()
        assert go_on.wait(HANG_GUARD)
        return warnings

    async with Playground(edited, check) as page:
        try:
            assert await asyncio.to_thread(begun.wait, HANG_GUARD)
            edit(edited, f"title: {title(page)}", "title: A new title")
            async with asyncio.timeout(HANG_GUARD), page._news:
                await page._news.wait_for(lambda: page.watch.state.number == 1)
            assert (title(page), page.watch.state.checking) == ("A new title", True)
        finally:
            go_on.set()
        assert (await after(page, 1)).warnings == ("of the second",)


async def test_a_model_that_is_trained_anew_is_taken_up(editing: Playground, edited: Path) -> None:
    await after(editing, 0)
    model = edited / BUILT_FOLDER / MODEL_FILE
    model.write_bytes(model.read_bytes()[:-1])
    mistakes = [str(one) for one in (await after(editing, 1)).mistakes]
    # As it can be typed where the page was opened.
    assert [f"run `{command_name()} train`" in one for one in mistakes if "train`" in one] == [True]
