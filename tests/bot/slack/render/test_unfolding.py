"""The whole answer unfolds in place where one person reads it; in the open and where it cannot, a button stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.slack.conftest import Rig
from tests.fakes.slack.payloads import command, direct, mention, press


def kinds(blocks: list[dict[str, Any]]) -> set[str]:
    return {block["type"] for block in blocks}


def codes(blocks: list[dict[str, Any]]) -> list[str]:
    """Return what the buttons of ``blocks`` do."""
    elements = (element for block in blocks for element in block.get("elements", []))
    return [element["value"] for element in elements if "value" in element]


async def test_in_a_direct_message_the_whole_answer_unfolds_in_place(rig: Rig) -> None:
    await rig.send(direct("oversight"))
    blocks = rig.api.world.messages[-1]["blocks"]
    assert "container" in kinds(blocks)
    assert "w:oversight:en" not in codes(blocks)
    assert "o:oversight:en" in codes(blocks)


async def test_in_the_open_nothing_longer_than_a_first_message_is_posted(rig: Rig) -> None:
    await rig.send(mention("oversight"))
    blocks = rig.api.world.messages[-1]["blocks"]
    assert "container" not in kinds(blocks)
    assert "w:oversight:en" in codes(blocks)


@pytest.mark.parametrize("text", ["oversight", "training"])
async def test_where_slack_refuses_the_block_the_button_stands_and_it_is_not_tried_again(rig: Rig, text: str) -> None:
    world = rig.api.world
    world.unknown_blocks = {"container"}
    await rig.send(direct("oversight"))
    assert len(rig.api.called("chat.postMessage")) == 2
    blocks = world.messages[-1]["blocks"]
    assert "container" not in kinds(blocks)
    assert "w:oversight:en" in codes(blocks), "the whole message with its buttons, not short text"
    await rig.send(direct(text))
    assert len(rig.api.called("chat.postMessage")) == 3, "remembered as long as the process runs"
    assert len(world.messages) == 2


async def test_what_is_only_too_long_is_tried_again_with_the_next_answer(rig: Rig) -> None:
    world = rig.api.world
    before, world.block_characters = world.block_characters, 4_000
    await rig.send(direct("oversight"))
    assert "container" not in kinds(world.messages[-1]["blocks"])
    world.block_characters = before
    await rig.send(direct("oversight"))
    assert "container" in kinds(world.messages[-1]["blocks"])


async def test_an_acknowledgement_and_a_response_url_unfold_only_what_slack_has_taken_before(rig: Rig) -> None:
    url = rig.api.response_url()
    assert "container" not in kinds((await rig.send(command("oversight", url))).json()["blocks"])
    await rig.send(press("t:oversight:en", url, channel="D1", private=True))
    (posted,) = rig.api.world.hooks[url.rpartition("/")[2]].posts
    assert "container" not in kinds(posted["blocks"])
    await rig.send(direct("oversight"))
    assert "container" in kinds((await rig.send(command("oversight", url))).json()["blocks"])
