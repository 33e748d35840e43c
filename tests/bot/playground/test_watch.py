"""What an editor saves is on the page, or the page says what is wrong with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.playground.server import Playground
from bot.playground.watch import State
from content.schema.errors import Problem

ENTRY = "en/entries/05-oversight.yaml"
HANG_GUARD = 60.0


async def after(page: Playground, number: int) -> State:
    """Return what is known of the content once the change of that number has been looked at."""
    async with asyncio.timeout(HANG_GUARD), page._news:
        await page._news.wait_for(lambda: page.watch.state.number >= number and not page.watch.state.checking)
    return page.watch.state


def edit(root: Path, old: str, new: str) -> None:
    path = root / ENTRY
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def title(page: Playground) -> str:
    return page.stage.conversation.replies.answer("oversight", "en").title


async def test_an_edit_is_taken_up(editing: Playground, edited: Path) -> None:
    await after(editing, 0)
    before = title(editing)
    edit(edited, f"title: {before}", "title: A new title")
    state = await after(editing, 1)
    assert (state.mistakes, title(editing)) == ((), "A new title")


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
    (edited / "en/samples/stray.yaml").write_text("intent: entry/none\nvoices:\n  a: [what]\n")
    state = await after(editing, 1)
    assert any("stray.yaml" in str(one) for one in state.mistakes), state
