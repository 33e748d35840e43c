"""A fake Bot API server on loopback: state, refusals, faults on request, and a record of every call.

It behaves as https://core.telegram.org/bots/api says, as far as this bot can notice, over real HTTP: long polling
with offsets and conflicts, webhooks with the secret header and redelivery, 401 and 404 for wrong tokens.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from aiohttp import web

from tests.fakes.telegram.methods import Methods, Params, value
from tests.fakes.telegram.world import Chat, Refusal, World
from tests.tools.hangguard import HANG_GUARD

TOKEN = "7000001:fake-token-of-the-tests-0123456789"


@dataclass(frozen=True)
class Call:
    """One call as it arrived, and what came of it (``error`` is the refusal's description)."""

    method: str
    params: Params
    error: str | None = None


@dataclass(frozen=True)
class Fault:
    """What happens to a call in place of an answer: a status, a ``body`` that is none of Telegram's, a cut connection,
    or silence.

    With ``done`` the call is carried out first, so that only its answer is lost; with ``late`` it is answered after the
    silence.
    """

    status: int = 0
    description: str = "Internal Server Error"
    parameters: dict[str, int] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False
    done: bool = False
    late: bool = False
    body: str | None = None


def flood(seconds: int) -> Fault:
    """Return a refusal by 429."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


class TelegramApi:
    """The server. Enter it to start; ``url`` is what TELEGRAM_API_URL is set to."""

    def __init__(self) -> None:
        self.world = World()
        self.methods = Methods(self.world)
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.verdicts: list[str] = []
        self.delivered: list[int] = []
        self.client: httpx.AsyncClient | None = None
        self._poll = 0
        self._runner: web.AppRunner | None = None
        self._release = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> Self:
        # Only here: the judges take seconds to come, and most tests need none.
        from tests.fakes.telegram.judge import objection  # noqa: PLC0415

        self._hear = objection
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._release.set()
        async with self.world.changed:
            self._poll += 1
            self.world.changed.notify_all()
        if self._runner is not None:
            await self._runner.cleanup()

    # What tests ask

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of ``method`` meet ``faults``, in order."""
        self.faults[method].extend(faults)

    def made(self, method: str) -> list[Params]:
        """Return the parameters of all calls of ``method`` that were carried out."""
        return [call.params for call in self.calls if call.method == method and call.error is None]

    def last(self, method: str) -> Call:
        """Return the latest call of ``method``, refused or not."""
        return next(call for call in reversed(self.calls) if call.method == method)

    def said(self, chat: Chat) -> list[dict[str, Any]]:
        """Return the bot's messages in ``chat`` as people see them now, oldest first."""
        bot = self.world.bot["id"]
        return [message for message in chat.messages.values() if message["from"]["id"] == bot]

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until ``condition`` holds; it is looked at after every call."""
        async with asyncio.timeout(HANG_GUARD), self.world.changed:
            await self.world.changed.wait_for(condition)

    async def deliver(self) -> list[int]:
        """Post the queued updates to the webhook, in order; return the statuses. What is refused stays queued."""
        assert self.client is not None, "set the client that reaches the webhook"
        statuses = []
        for update in list(self.world.updates):
            statuses.append(await self.post(update))
            if statuses[-1] // 100 == 2:
                self.world.updates.remove(update)
        return statuses

    async def post(self, update: dict[str, Any], secret: str | None = None) -> int:
        """Post one update to the webhook as Telegram does; return the status."""
        assert self.client is not None
        header = {"X-Telegram-Bot-Api-Secret-Token": secret or self.methods.secret or ""}
        response = await self.client.post(self.methods.webhook["url"], json=update, headers=header)
        return response.status_code

    # The server

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != TOKEN:
            known_shape = ":" in token and token.partition(":")[0].isdigit()
            return _refused(Refusal(401, "Unauthorized") if known_shape else Refusal(404, "Not Found"))
        params = await _params(request)
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and fault.late:
            await self._release.wait()
            fault = None
        if fault is not None and not fault.done:
            return await self._fail(request, method, params, fault)
        try:
            self._judge(method, params)
            result = await self._carry_out(method, params)
        except Refusal as refusal:
            await self._record(Call(method, params, refusal.description))
            return _refused(refusal)
        await self._record(Call(method, params))
        if fault is not None:
            return await self._fail(request, method, params, fault)
        return web.json_response({"ok": True, "result": result})

    def _judge(self, method: str, params: Params) -> None:
        """Note what the judges say; the same words to another chat need no second hearing."""
        words = {**params, "chat_id": 1} if "chat_id" in params else params
        if objection := self._hear(json.dumps([method, words], sort_keys=True)):
            self.verdicts.append(f"{method}: {objection}")

    async def _carry_out(self, method: str, params: Params) -> Any:
        if method == "getUpdates":
            return await self._get_updates(params)
        carry_out = getattr(self.methods, method, None)
        if carry_out is None or method.startswith("_"):
            raise Refusal(404, "Not Found: method not found")
        return carry_out(params)

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self.methods.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                "webhook first",
            )
        allowed = value(params, "allowed_updates", list)
        if allowed is not None:
            self.world.allowed = frozenset(allowed)
        offset = value(params, "offset", int)
        limit = value(params, "limit", int) or 100
        timeout = value(params, "timeout", int) or 0
        world = self.world
        if offset is not None:
            world.updates[:] = [update for update in world.updates if update["update_id"] >= offset]
        async with world.changed:
            self._poll += 1
            mine = self._poll
            world.changed.notify_all()
            try:
                async with asyncio.timeout(timeout or 0.001):
                    await world.changed.wait_for(lambda: world.updates or self._poll != mine or self._release.is_set())
            except TimeoutError:
                return []
            if self._poll != mine:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            return world.updates[:limit]

    async def _fail(self, request: web.Request, method: str, params: Params, fault: Fault) -> web.StreamResponse:
        if not fault.done:
            await self._record(Call(method, params, f"fault {fault.status or 'network'}"))
        if fault.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault.silent:
            await self._release.wait()
            return web.Response()
        if fault.body is not None:
            return web.Response(status=fault.status or 200, text=fault.body, content_type="text/html")
        return _refused(Refusal(fault.status, fault.description, **fault.parameters))

    async def _record(self, call: Call) -> None:
        async with self.world.changed:
            self.calls.append(call)
            self.world.changed.notify_all()


async def _params(request: web.Request) -> Params:
    params: Params = dict(request.query)
    if request.content_type == "application/json":
        # As Telegram reads it: what is no string is kept as the JSON text it came as.
        body = json.loads(await request.text() or "{}")
        params |= {name: item if isinstance(item, str) else json.dumps(item) for name, item in body.items()}
    elif request.method == "POST":
        params |= {name: str(item) for name, item in (await request.post()).items()}
    return params


def _refused(refusal: Refusal) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return web.json_response(answer, status=refusal.code)
