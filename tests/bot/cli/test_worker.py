"""The worker runs what the settings allow, stops when told to, and drains before it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from types import ModuleType
from typing import Any, Self, cast

import pytest

from bot.cli.worker import run_worker, stop_on_signals
from bot.service.app import Services
from bot.settings import BotError, read_settings
from tests.tools.hangguard import HANG_GUARD

TELEGRAM = {"TELEGRAM_BOT_TOKEN": "123456:abcdefghijklmnopqrstuvwxyz"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


class FakePlatform:
    """A platform's app that writes down its life."""

    def __init__(self, name: str, life: list[str], error: Exception | None) -> None:
        self._name, self._life, self._error = name, life, error

    async def __aenter__(self) -> Self:
        self._life.append(f"{self._name} entered")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._life.append(f"{self._name} left")

    async def run_socket(self) -> None:
        await self._run()

    async def run_polling(self) -> None:
        await self._run()

    async def _run(self) -> None:
        self._life.append(f"{self._name} runs")
        if self._error is not None:
            raise self._error
        try:
            await asyncio.Event().wait()
        finally:
            self._life.append(f"{self._name} stopped")


class Fakes:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.life: list[str] = []
        self.errors: dict[str, Exception] = {}
        for name, cls in (("slack", "SlackApp"), ("telegram", "TelegramApp")):
            module = ModuleType(f"bot.{name}.app")
            setattr(module, cls, lambda _services, name=name: FakePlatform(name, self.life, self.errors.get(name)))
            monkeypatch.setitem(sys.modules, f"bot.{name}.app", module)

    async def until(self, event: str) -> None:
        async with asyncio.timeout(HANG_GUARD):
            while event not in self.life:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Fakes:
    return Fakes(monkeypatch)


def services(environ: dict[str, str]) -> Services:
    class Only:
        settings = read_settings(environ)

    return cast("Services", Only())


async def test_both_platforms_run_until_told_to_stop_and_are_left(fakes: Fakes) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(services(SLACK | TELEGRAM), stop))
    await fakes.until("telegram runs")
    stop.set()
    await worker
    assert fakes.life[-4:-2] == ["slack stopped", "telegram stopped"]
    assert set(fakes.life[-2:]) == {"telegram left", "slack left"}


@pytest.mark.parametrize(("environ", "name"), [(SLACK, "slack"), (TELEGRAM, "telegram")])
async def test_only_what_is_set_up_runs(fakes: Fakes, environ: dict[str, str], name: str) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(services(environ), stop))
    await fakes.until(f"{name} runs")
    stop.set()
    await worker
    assert {event.split()[0] for event in fakes.life} == {name}


@pytest.mark.parametrize(("name", "other"), [("slack", "telegram"), ("telegram", "slack")])
async def test_a_platform_that_cannot_go_on_leaves_the_other_running(fakes: Fakes, name: str, other: str) -> None:
    fakes.errors[name] = BotError("refused")
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(services(SLACK | TELEGRAM), stop))
    await fakes.until(f"{name} runs")
    await fakes.until(f"{other} runs")
    assert f"{other} stopped" not in fakes.life
    stop.set()
    await worker
    assert {"slack left", "telegram left", f"{other} stopped"} <= set(fakes.life)


async def test_where_no_platform_is_left_the_worker_ends_with_what_ended_it(fakes: Fakes) -> None:
    fakes.errors = {"slack": BotError("gone"), "telegram": BotError("refused")}
    with pytest.raises(BotError, match=r"gone|refused"):
        await run_worker(services(SLACK | TELEGRAM), asyncio.Event())
    assert {"slack left", "telegram left"} <= set(fakes.life)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_signals_stop_it(name: signal.Signals) -> None:
    stop = stop_on_signals()
    try:
        os.kill(os.getpid(), name)
        async with asyncio.timeout(HANG_GUARD):
            await stop.wait()
    finally:
        loop: Any = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGINT)


async def test_a_loop_that_takes_no_signals_is_stopped_by_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""

    def refuse(*_: object) -> None:
        raise NotImplementedError

    kept = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(asyncio.get_running_loop(), "add_signal_handler", refuse)
    try:
        stop = stop_on_signals()
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(HANG_GUARD):
            await stop.wait()
    finally:
        for name, handler in kept.items():
            signal.signal(name, handler)
