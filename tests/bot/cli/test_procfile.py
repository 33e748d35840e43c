"""The Procfile as an operator tries it: honcho starts what a Heroku-style platform would, and the bot reads .env."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from content.reading.digest import CONTENT_FOLDER
from tests.fakes.deployment import TELEGRAM_PATH, copy_content, deliver, environ_for
from tests.fakes.servers import free_port
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import direct
from tests.fakes.slack.socket import SlackSocket
from tests.fakes.telegram.api import TelegramApi
from tests.tools.hangguard import HANG_GUARD, ends_with_us
from tests.tools.places import ROOT


async def end(process: asyncio.subprocess.Process) -> None:
    """End a process that still runs, and those that it started."""
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(HANG_GUARD):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()


@dataclass
class Place:
    """A checkout with a .env, between both platforms' fakes."""

    folder: Path
    slack: SlackApi
    telegram: TelegramApi
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, **more: str) -> None:
        """Write .env."""
        environ = environ_for(self.slack, self.telegram, PORT=str(self.port), **more)
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in environ.items()))

    async def start(self, *names: str) -> asyncio.subprocess.Process:
        """Run ``honcho start``; what it prints goes to :attr:`log`."""
        inherited = {name: os.environ[name] for name in ("HOME", "LANG", "PYTHONPATH") if name in os.environ}
        # The Procfile says ``python``, as platforms have it; here that is the interpreter of the tests.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        with self.log.open("wb") as log:
            return await asyncio.create_subprocess_exec(
                *ends_with_us(
                    [sys.executable, "-m", "honcho", "-e", os.devnull, "start", "-p", f"{self.port}", *names], "TERM"
                ),
                cwd=self.folder,
                env=inherited | {"PATH": path, "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> Path:
        return self.folder / "honcho.log"

    async def release(self) -> str:
        """Run what the platform runs before a new version takes over; return what it printed."""
        honcho = await self.start("release")
        try:
            async with asyncio.timeout(HANG_GUARD):
                assert await honcho.wait() == 0, self.log.read_text()
        finally:
            await end(honcho)
        return self.log.read_text()

    @asynccontextmanager
    async def running(self, *names: str) -> AsyncIterator[None]:
        """Run processes of these names; at the end SIGTERM must end each cleanly, in time."""
        honcho = await self.start(*names)
        try:
            yield
            honcho.send_signal(signal.SIGTERM)
            async with asyncio.timeout(HANG_GUARD):
                await honcho.wait()
        finally:
            await end(honcho)
        text = self.log.read_text()
        for name in names:
            assert f"{name}.1 stopped (rc=0)" in text, text

    async def healthy(self) -> None:
        """Wait until the web process answers."""
        async with asyncio.timeout(HANG_GUARD), httpx.AsyncClient() as client:
            while True:
                assert "stopped" not in self.log.read_text(), self.log.read_text()
                try:
                    response = await client.get(f"{self.url}/healthz")
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                else:
                    assert (response.status_code, response.text) == (200, "ok\n")
                    return


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    copy_content(tmp_path)
    for file in CONTENT_FOLDER.glob("*.py"):
        shutil.copy(file, tmp_path / "content")
    for name in ("bot", "intents", "content/schema", "content/reading", "content/checks"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "Procfile", tmp_path)
    async with SlackApi() as slack, TelegramApi() as telegram:
        yield Place(tmp_path, slack, telegram, free_port())


async def test_release_sets_the_webhook_and_web_answers_both_platforms_over_http(place: Place) -> None:
    place.configure(PUBLIC_URL=place.url)
    assert "webhook" in await place.release()
    assert place.telegram.methods.webhook["url"] == f"{place.url}{TELEGRAM_PATH}"
    async with place.running("web"), httpx.AsyncClient(timeout=HANG_GUARD) as place.telegram.client:
        await place.healthy()
        assert await deliver(place.telegram.client, place.url, direct("5")) == 200
        ana = place.telegram.world.person("Ana")
        await place.telegram.world.says(ana, "5")
        assert await place.telegram.deliver() == [200]
        assert [call.args["channel"] for call in place.slack.called("chat.postMessage")] == ["D1"]
        assert len(place.telegram.said(place.telegram.world.private(ana))) == 1
    assert "nothing to change" in await place.release(), "a second release changes nothing"


async def test_release_removes_the_webhook_and_worker_answers_without_a_public_address(place: Place) -> None:
    place.telegram.methods.setWebhook({"url": "https://old.example.org/telegram/webhook"})
    place.configure(SLACK_APP_TOKEN="xapp-one")
    assert "the bot can be polled" in await place.release()
    async with SlackSocket(place.slack) as socket, place.running("worker"):
        ana = place.telegram.world.person("Ana")
        await place.telegram.world.says(ana, "5")
        await socket.connected()
        await socket.acknowledged(await socket.deliver(direct("5")))
        await place.telegram.until(lambda: place.telegram.said(place.telegram.world.private(ana)))
        assert [call.args["channel"] for call in place.slack.called("chat.postMessage")] == ["D1"]
    assert place.telegram.world.updates == [], "what was answered was confirmed"


async def test_slack_over_http_and_telegram_by_polling_run_side_by_side(place: Place) -> None:
    place.configure(TELEGRAM_WEBHOOK_SECRET="")
    async with place.running("web", "worker"), httpx.AsyncClient(timeout=HANG_GUARD) as client:
        await place.healthy()
        assert await deliver(client, place.url, direct("5")) == 200
        ana = place.telegram.world.person("Ana")
        await place.telegram.world.says(ana, "5")
        await place.telegram.until(lambda: place.telegram.said(place.telegram.world.private(ana)))
        ready = (await client.get(f"{place.url}/readyz")).json()
        assert "telegram" not in ready, "the web process leaves Telegram to the worker"
        assert [call.args["channel"] for call in place.slack.called("chat.postMessage")] == ["D1"]


def test_the_operators_document_shows_the_procfile_as_it_is() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["web", "worker", "release"]
    document = (ROOT / "docs/operate.md").read_text()
    assert all(line in document for line in lines)
