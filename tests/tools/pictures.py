"""Makes docs/pictures/: what people see on both platforms, as the playground draws it (``make pictures``)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.playground.browser import Browser, PictureError, save_picture
from bot.playground.server import Playground
from bot.playground.slack import SlackOpen, SlackSay
from bot.playground.stage import Deed
from bot.playground.telegram import USERNAME, TelegramSay
from bot.settings import BotError
from content.reading.digest import CONTENT_FOLDER

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
QUESTION = "who checks that ICE task forces follow the rules?"


def asked(text: str) -> list[Deed]:
    """Return one question in a direct message and in a private chat."""
    return [SlackSay("alex", "direct", text), TelegramSay("alex", "private", text)]


BOTH = "&only=both&slack=direct&telegram=private"
SCENES: dict[str, tuple[Sequence[Deed], str]] = {
    "answer": (asked(QUESTION), BOTH),
    "clarify": (asked("data rules"), BOTH),
    "urgent": (asked("ICE is at my door"), BOTH),
    "topics": ([SlackSay("alex", "direct", "topics"), TelegramSay("alex", "private", "/topics")], BOTH),
    "group": (
        [
            SlackSay("ana", "channel", "does the city report its task forces to anyone?", mention=False),
            SlackSay("alex", "channel", QUESTION),
            TelegramSay("ana", "group", "does the city report its task forces to anyone?"),
            TelegramSay("alex", "group", f"@{USERNAME} {QUESTION}"),
        ],
        "&only=both&slack=channel&telegram=group",
    ),
    "home": ([SlackOpen("alex", "home")], "&only=slack&slack=home"),
}
CARDS = ("zh-hans", "ar", "km", "ko", "pa")
"""Languages of five scripts, of those that there are cards in."""


async def make(names: Sequence[str]) -> None:
    """Write the pictures called ``names``, or all."""
    FOLDER.mkdir(exist_ok=True)
    async with Playground(CONTENT_FOLDER, lambda _root: []) as page, Browser() as browser:

        async def take(name: str, query: str, selector: str, width: int, ready: str) -> None:
            if names and name not in names:
                return
            await browser.open(f"{page.url}?theme=light{query}", width)
            await browser.wait(ready)
            if told := await browser.boxes():
                raise PictureError(told)
            path = FOLDER / f"{name}.png"
            save_picture(await browser.take(selector), path)
            print(f"{path.stat().st_size / 1000:4.0f} kB  {path.name}")

        for name, (deeds, query) in SCENES.items():
            await page.stage.restart()
            for deed in deeds:
                await page.stage.do(deed)
            last = page.stage.timeline.turn
            await take(name, query, ".panes", 840, f"document.querySelector('[data-turn=\"{last}\"] .pane')")
        await page.stage.restart()
        for deed in [
            SlackSay("alex", "channel", QUESTION),
            TelegramSay("ana", "private", "¿la policía coopera con ICE?"),
        ]:
            await page.stage.do(deed)
        whole = "document.querySelector('[data-turn=\"2\"] .why meter')"
        await take("playground", "&person=ana", "#page", 1400, whole)
        for code in CARDS:
            query = f"&view=content&key=language/{code}"
            await take(f"card-{code}", query, ".twins", 840, "document.querySelector('.twins .bubble')")


if __name__ == "__main__":
    try:
        asyncio.run(make(sys.argv[1:]))
    except BotError as error:
        sys.exit(str(error))
