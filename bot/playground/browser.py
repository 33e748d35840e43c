"""Pictures of the playground's page, taken by a Chromium without a window, over its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import base64
import io
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import BotError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-quic", "--remote-debugging-port=0",
)  # fmt: skip
"""No window, and nothing asked of any other machine."""
PATIENCE_SECONDS = 30.0
PAGE_WIDTHS = {"phone": 840, "desktop": 1500}
"""Of a window in which an item stands beside itself on the other platform."""
LOOK_SECONDS = 0.05
COLORS = 64
"""Of a picture that is written: letters and flat faces need no more."""
MISSING_LETTERS = Path(__file__).with_name("boxes.js").read_text(encoding="utf-8")
"""Gives the letters on the page that no font of this machine has."""


class PictureError(BotError):
    """There is nothing to take pictures with, or the page does not show what one is to be taken of."""


def find_browser() -> str | None:
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Run a Chromium while the context lasts. Raises PictureError without any."""
    if (program := find_browser()) is None:
        raise PictureError("no Chromium in PATH: install it (on Debian and Ubuntu: apt-get install chromium)")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # Chromium's own sandbox refuses to run as root.
        flags = (*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else []), f"--user-data-dir={folder}")
        process = await asyncio.create_subprocess_exec(
            program, *flags, "about:blank", stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            address = await _announced(process, Path(folder) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
                browser = Browser(socket)
                await browser.begin()
                yield browser
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


class Browser:
    """The one page of a Chromium that is reached by ``socket``."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._session = ""

    async def begin(self) -> None:
        """Make the page; to be called first."""
        target = await self._call("Target.createTarget", url="about:blank")
        attached = await self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]

    async def open(self, url: str, width: int, height: int = 900) -> None:
        """Open ``url`` in a window of that size."""
        await self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        look = {"name": "prefers-color-scheme", "value": "light"}
        await self._call("Emulation.setEmulatedMedia", features=[look])
        await self._call("Page.navigate", url=url)

    async def wait(self, condition: str) -> None:
        """Wait until the JavaScript expression ``condition`` holds. Raises PictureError where it never does."""
        look = f"const look = () => ({condition}) ? done(true) : setTimeout(look, 20); look();"
        tried = f"new Promise((done) => {{ {look} }})"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    # Navigating takes the page away under what waits in it: then it waits in the next.
                    with suppress(PictureError):
                        if (await self._evaluate(tried)) is True:
                            return
        except TimeoutError:
            raise PictureError(f"the page never came to this: {condition}") from None

    async def press(self, selector: str) -> None:
        """Press all that ``selector`` names."""
        await self._evaluate(f"document.querySelectorAll({selector!r}).forEach((one) => one.click())")

    async def take(self, selector: str) -> bytes:
        """Return a PNG of the first element that ``selector`` names, all of it. Raises PictureError without any."""
        box = await self._evaluate(
            f"(() => {{ const one = document.querySelector({selector!r}); if (!one) return null;"
            " const box = one.getBoundingClientRect();"
            " return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height}; })()"
        )
        if box is None:
            raise PictureError(f"the page shows nothing at {selector}")
        shot = await self._call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={**box, "scale": 1}
        )
        return base64.b64decode(shot["data"])

    async def boxes(self) -> str:
        """Return what is to be said of letters on the page that no font of this machine has; empty where it has all."""
        missing = await self._evaluate(MISSING_LETTERS)
        advice = "(on Debian and Ubuntu: apt-get install fonts-noto-core fonts-noto-cjk)"
        return f"no font of this machine has these letters: {missing} {advice}" if missing else ""

    async def _evaluate(self, expression: str) -> Any:
        found = await self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise PictureError(str(found["exceptionDetails"].get("text")))
        return found["result"].get("value")

    async def _call(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        await self._socket.send_json(message | ({"sessionId": self._session} if self._session else {}))
        answer: dict[str, Any] = {}
        async with asyncio.timeout(2 * PATIENCE_SECONDS):
            while answer.get("id") != number:
                answer = await self._socket.receive_json()
        if "error" in answer:
            raise PictureError(f"{method}: {answer['error']['message']}")
        return answer["result"]


async def _announced(process: asyncio.subprocess.Process, file: Path) -> str:
    """Return the address on which Chromium listens, once it has written it to ``file``. Raises PictureError."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while process.returncode is None:
                lines = (await asyncio.to_thread(_read, file)).split()
                if len(lines) == 2:
                    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
                await asyncio.sleep(LOOK_SECONDS)
    raise PictureError("Chromium does not start: start it by hand to see why")


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except FileNotFoundError:
        return ""


def save_picture(png: bytes, path: Path) -> None:
    """Write ``png`` to ``path``, with fewer colours where Pillow is there to reduce them."""
    try:
        from PIL import Image  # noqa: PLC0415 - only where editors' packages are installed
    except ModuleNotFoundError:
        path.write_bytes(png)
        return
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(colors=COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
