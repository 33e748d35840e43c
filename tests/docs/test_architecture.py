"""Where docs/architecture.md says that things are, they are; and a mention on Slack goes the way that it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.docs.documents import ROOT, named, page
from tests.fakes.deployment import deployed, environ_for
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import mention
from tests.fakes.telegram.api import TelegramApi

ARCHITECTURE = page("docs/architecture.md")
PLACES = ARCHITECTURE.rows("Where to find it")
MOST_TO_FIND = 2
ROOMS = ("bot", "intents", "content", "tests", "docs")
MOST_THINGS = 12
LISTS = re.compile(r"content/(languages|../(entries|signposts|samples))|tests/goldens/")
"""Levels with a file for each entry, sample, language or reply: as many as there are."""
WAY = [
    name if name.partition("/")[0] in ("bot", "intents", "content") else f"{named(row[0])[0]}/{name}"
    for row in ARCHITECTURE.rows("A message's way")
    for name in named(row[1])
]
"""The modules of the way, in their order, as paths."""


@pytest.mark.parametrize("row", PLACES, ids=lambda row: str(row[0]))
def test_a_thing_is_found_where_the_table_says(row: list[str]) -> None:
    found = re.findall(r"`([^`]+)` \(`([^`]+)`\)", row[1])
    assert 1 <= len(found) <= MOST_TO_FIND
    for name, what in found:
        assert what in (ROOT / name).read_text(encoding="utf-8"), name
    assert all((ROOT / name).exists() for name in named(row[2]))


def test_the_table_has_the_twelve_things_that_people_look_for() -> None:
    assert len(PLACES) == len({row[0] for row in PLACES}) == 12


@pytest.mark.parametrize("room", [name for row in ARCHITECTURE.rows("The rooms") for name in named(row[0])])
def test_a_room_is_there(room: str) -> None:
    assert (ROOT / room).exists()


def test_what_the_picture_names_is_there() -> None:
    picture = ARCHITECTURE.section("A message's way")
    for name in re.findall(r"\b(?:bot|intents)/[\w/]+\.py", picture):
        assert (ROOT / name).exists()


async def test_a_mention_on_slack_goes_the_way_that_is_told(catalogue: Catalogue, matcher: Matcher) -> None:
    entered: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(f"{ROOT}/"):
            entered.setdefault(name[len(str(ROOT)) + 1 :])

    async with (
        SlackApi() as slack,
        TelegramApi() as telegram,
        deployed(slack, telegram, environ_for(slack, telegram), catalogue, matcher) as bot,
    ):
        await bot.event(mention("what does sb 54 do"))
        sys.setprofile(note)
        try:
            await bot.event(mention("who checks that ICE task forces follow the rules?"))
        finally:
            sys.setprofile(None)
    assert [name for name in entered if name in WAY] == WAY


def test_no_level_of_the_house_has_more_than_a_dozen_things() -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *ROOMS]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split()
    held: dict[Path, set[Path]] = {}
    for file in map(Path, files):
        for place in (file, *file.parents):
            if place.name != "__init__.py" and (ROOT / place).exists():
                held.setdefault(place.parent, set()).add(place)
    crowded = {str(level) for level, things in held.items() if len(things) > MOST_THINGS}
    assert {level for level in crowded if not LISTS.match(level)} == set()
