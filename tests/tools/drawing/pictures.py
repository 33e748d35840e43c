"""Makes docs/pictures/: what people see on both platforms, as the playground draws it (``make pictures``).

In ``before/`` is what they saw until the first message answered the question: the payloads of that time, which
``tests/data/replies/before/`` keeps, drawn by the same page.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from bot.cli.talking.terminal import page_width, render_whole
from bot.dialogue.answers import card_reply
from bot.playground.browser import PictureError, open_browser, save_picture
from bot.playground.server import Playground
from bot.playground.slack import SlackDeed, SlackOpen, SlackSay
from bot.playground.stage import Deed, Stage
from bot.playground.telegram import USERNAME, TelegramSay
from bot.settings import BotError
from content.reading.compiled import load_catalogue
from content.reading.digest import CONTENT_FOLDER
from tests.tools.drawing import screens
from tests.tools.places import DATA, ROOT

FOLDER = ROOT / "docs" / "pictures"
QUESTION = "who checks that ICE task forces follow the rules?"
CLAIM = "does the city report its task forces to anyone?"


def asked(text: str) -> list[Deed]:
    """Return one question in a direct message and in a private chat."""
    return [SlackSay("alex", "direct", text), TelegramSay("alex", "private", text)]


BOTH = "&only=both&slack=direct&telegram=private"
SCENES: dict[str, tuple[Sequence[Deed], str]] = {
    "answer": (asked(QUESTION), BOTH),
    "clarify": (asked("raids"), BOTH),
    "urgent": (asked("ICE is at my door"), BOTH),
    "topics": ([SlackSay("alex", "direct", "topics"), TelegramSay("alex", "private", "/topics")], BOTH),
    "group": (
        [
            SlackSay("ana", "channel", CLAIM, mention=False),
            SlackSay("alex", "channel", QUESTION),
            TelegramSay("ana", "group", CLAIM),
            TelegramSay("alex", "group", f"@{USERNAME} {QUESTION}"),
        ],
        "&only=both&slack=channel&telegram=group",
    ),
    "home": (
        [SlackOpen("alex", "home"), TelegramSay("alex", "private", "/start")],
        "&only=both&slack=home&telegram=private",
    ),
}
SAID_BEFORE = {"group": "answer"}
"""The scenes in which the bot said what it said in another."""
CARDS = ("zh-hans", "ar", "km", "ko", "pa")
"""Languages of five scripts, of those that there are cards in."""
CRIES = {
    "zh-hans": "移民局在敲门，怎么办",
    "ar": "الهجرة على الباب، ساعدوني",
    "km": "ជួយផង ភ្នាក់ងារអន្តោប្រវេសន៍នៅមាត់ទ្វារ",
    "ko": "이민국이 문 앞에 있어요 도와주세요",
    "pa": "ਮਦਦ ਕਰੋ, ਇਮੀਗ੍ਰੇਸ਼ਨ ਵਾਲੇ ਦਰਵਾਜ਼ੇ ਤੇ ਹਨ",
}
"""What somebody writes in them in the terminal's picture."""


def play_before(stage: Stage, name: str) -> None:
    """Let people do in ``stage``, where nothing was said yet, what they do in a scene, and the bot what it once did."""
    said = json.loads((DATA / "replies" / "before" / f"{SAID_BEFORE.get(name, name)}.json").read_text("utf-8"))
    for deed in SCENES[name][0]:
        stage.timeline.turn += 1
        if isinstance(deed, SlackDeed):
            if event := stage.slack.do(deed):
                _on_slack(stage, event["event"], said["slack"])
        elif update := stage.telegram.do(deed):
            message = update["message"]
            if message["chat"]["type"] == "private" or USERNAME in message["text"]:
                _on_telegram(stage, message, said["telegram"])


def _on_slack(stage: Stage, event: dict[str, Any], said: dict[str, Any]) -> None:
    if event["type"] == "app_home_opened":
        stage.slack.answer("views.publish", {"user_id": event["user"], "view": said})
        return
    thread = {"thread_ts": event["ts"]} if event["type"] == "app_mention" else {}
    stage.slack.answer("chat.postMessage", {"channel": event["channel"], **said, **thread})


def _on_telegram(stage: Stage, message: dict[str, Any], said: Sequence[dict[str, Any]]) -> None:
    private = message["chat"]["type"] == "private"
    reply = {} if private else {"reply_parameters": {"message_id": message["message_id"]}}
    for call in said:
        stage.telegram.answer("sendMessage", {"chat_id": message["chat"]["id"], **call, **reply})


def in_terminal() -> list[str]:
    """Return what a terminal shows to whoever cries for help in each language of CARDS."""
    catalogue, width = load_catalogue(), page_width(screens.COLUMNS)
    shown = []
    for code in CARDS:
        card = catalogue.language_cards[code]
        text = render_whole(card_reply(card, "en", urgent=True), bold=True, width=width)
        shown.append(f"> {CRIES[code]}\n\n{text}")
    return shown


async def make(names: Sequence[str]) -> None:
    """Write the pictures called ``names``, or all. Raises PictureError for a name that there is not."""
    cards = [f"cards/{code}" for code in CARDS]
    known = [*SCENES, *(f"before/{name}" for name in SCENES), "playground", *cards, "terminal"]
    if unknown := sorted(set(names).difference(known)):
        raise PictureError(
            f"no picture is called {', '.join(unknown)}; there are {', '.join(known)}; "
            "`faqbot pictures NAME` draws whatever else the content says, such as language/vi"
        )
    async with Playground(CONTENT_FOLDER, lambda _root: []) as page, open_browser() as browser:

        async def take(name: str, query: str, selector: str, width: int, ready: str) -> None:
            await browser.open(query if query.startswith("data:") else f"{page.url}?theme=light{query}", width)
            await browser.wait(ready)
            if told := await browser.boxes():
                raise PictureError(told)
            path = FOLDER / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            save_picture(await browser.take(selector), path)
            print(f"{path.stat().st_size / 1000:4.0f} kB  {name}.png")

        for name in names or known:
            folder, _, scene = name.rpartition("/")
            await page.stage.restart()
            if folder == "cards":
                query = f"&view=content&key=language/{scene}"
                await take(name, query, ".twins", 840, "document.querySelector('.twins .bubble')")
                continue
            if name == "terminal":
                await take(name, screens.page(in_terminal()), "#screens", 1120, screens.DRAWN)
                continue
            if name == "playground":
                await page.stage.do(SlackSay("alex", "channel", QUESTION))
                await page.stage.do(TelegramSay("ana", "private", "¿la policía coopera con ICE?"))
                whole = "document.querySelector('[data-turn=\"2\"] .why meter')"
                await take(name, "&person=ana", "#page", 1400, whole)
                continue
            deeds, query = SCENES[scene]
            if folder:
                play_before(page.stage, scene)
            else:
                for deed in deeds:
                    await page.stage.do(deed)
            last = page.stage.timeline.turn
            await take(name, query, ".panes", 840, f"document.querySelector('[data-turn=\"{last}\"] .pane')")


if __name__ == "__main__":
    try:
        asyncio.run(make(sys.argv[1:]))
    except BotError as error:
        sys.exit(str(error))
