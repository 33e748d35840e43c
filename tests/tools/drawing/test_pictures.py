"""The pictures of what people saw before are drawn from payloads that the playground takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from bot.playground.browser import PictureError
from bot.playground.slack import Workspace
from bot.playground.stage import Stage
from bot.playground.telegram import Cloud
from bot.playground.timeline import Timeline
from tests.tools.drawing.pictures import FOLDER, SCENES, make, play_before


@pytest.mark.parametrize("name", SCENES)
def test_the_bot_says_on_both_platforms_what_it_once_said(name: str) -> None:
    timeline = Timeline()
    stage = SimpleNamespace(
        timeline=timeline, slack=Workspace(timeline, "http://localhost/slack"), telegram=Cloud(timeline)
    )
    play_before(cast("Stage", stage), name)
    said = {shown.place for shown in timeline.messages if shown.author == "bot"}
    assert len(said) == (1 if name == "home" else 2)
    assert (timeline.page("home:alex") is not None) is (name == "home")
    assert timeline.turn == len(SCENES[name][0])


@pytest.mark.parametrize("name", SCENES)
def test_each_scene_has_its_two_pictures(name: str) -> None:
    assert (FOLDER / f"{name}.png").is_file()
    assert (FOLDER / "before" / f"{name}.png").is_file()


async def test_a_name_that_no_picture_has_is_refused() -> None:
    with pytest.raises(PictureError, match=r"nope.*faqbot pictures"):
        await make(["answer", "nope"])
