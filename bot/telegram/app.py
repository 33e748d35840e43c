"""The Telegram bot as the servers run it: a webhook route, a polling worker, and a life from connect to drain."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import ExtBot

from bot.logs import get_logger
from bot.service.app import Services
from bot.service.inbox import Result
from bot.service.lanes import Lanes, Pace
from bot.service.web.http import Posts, ask_again
from bot.settings import BotError, Settings
from bot.state.batch import Batch
from bot.telegram.addressing import conversation_key, tap_of, turn_of
from bot.telegram.client import (
    EVERYWHERE,
    IN_A_GROUP,
    AiohttpRequest,
    LaneLimiter,
    UpdatesRequest,
    proxy_for,
    read_update,
)
from bot.telegram.handlers.messages import Handlers
from bot.telegram.polling import POLL_PAUSES, Poller
from bot.telegram.sending import SEND_PAUSES, Sender

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
READ_SECONDS = 20.0
"""Longer than PTB's 5: a slow answer is better than not knowing whether a message was sent."""
POLL_READ_SECONDS = 5.0
"""On top of the time that a long poll may take."""
CONNECT_SECONDS = 10.0
HOLD_SECONDS = 1.0
"""How long an update stays unacknowledged while it is being answered; then Telegram is to deliver it again. Telegram
waits much longer, but it has only so many connections, and others wait for one. This and ongoing.FINISH_SECONDS must
end within server.LINGER_SECONDS."""
HELD_SECONDS = 0.2
"""How long one stays so whose chat is held: enough for what needs no answer, and no answer comes sooner."""
FEW_HELD = 8
"""Updates under way that are held for all of their time. Of more each is held for less, so that connections are free
for the next ones: among them may be a cry for help, which waits for nothing once it is here."""
UNBOUNDED = 0
"""Connections: the lanes say how many calls may be under way, and urgent help waits for none of them."""


class TokenRefusedError(BotError):
    def __init__(self) -> None:
        super().__init__(
            "TELEGRAM_BOT_TOKEN: Telegram refuses it; copy it again from @BotFather, or check TELEGRAM_API_URL"
        )


class TelegramApp:
    """The bot on Telegram. Enter it to connect; leave it to finish what was acknowledged and disconnect.

    Needs ``services.settings.telegram_bot_token``. ``lanes`` say in what order and at what pace messages leave;
    ``send_pauses`` and ``poll_pauses`` are the seconds after failures in a row, ``hold_seconds`` those that the webhook
    is held for an answer.
    """

    def __init__(
        self,
        services: Services,
        *,
        lanes: Lanes | None = None,
        send_pauses: Sequence[float] = SEND_PAUSES,
        poll_pauses: Sequence[float] = POLL_PAUSES,
        hold_seconds: float = HOLD_SECONDS,
    ) -> None:
        self._services = services
        self._inbox = services.open_inbox("telegram")
        # All processes together may send as much as Telegram allows.
        own_share = Pace(EVERYWHERE.most / services.settings.web_concurrency, EVERYWHERE.seconds)
        self._lanes = lanes or Lanes(own_share, IN_A_GROUP)
        self._bot = _open_bot(services, self._lanes)
        self._sender = Sender(self._bot, services.metrics, self._forget_chat, self._inbox.start, send_pauses)
        self._handlers = Handlers(services, self._sender, self._bot, self._inbox)
        self._poller = Poller(self._bot, services.metrics, self._take, self._held, poll_pauses)
        self._pauses = poll_pauses
        self._hold_seconds = hold_seconds
        self._holding = 0
        self._few_held = FEW_HELD / services.settings.web_concurrency
        self._connected = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None
        self._refused = False

    async def __aenter__(self) -> Self:
        """Connect. Raises TokenRefusedError; while Telegram cannot be reached, goes on trying in the background."""
        try:
            connected = await self._connect()
        except TokenRefusedError:
            await self._bot.shutdown()
            raise
        if not connected:
            self._connecting = asyncio.create_task(self._keep_connecting())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        late = await self._inbox.drain()
        if late:
            get_logger().warning("stopped with work unfinished", platform="telegram", count=late)
        if self._connected.is_set():
            await self._poller.confirm()
        # Also one that never got through: it leaves its connections open.
        await self._bot.shutdown()

    def routes(self) -> list[Route]:
        """Return the webhook's route; none where no secret is set, because nobody could be believed."""
        if not self._services.settings.telegram_webhook:
            return []
        return [Route(WEBHOOK_PATH, Posts(self._webhook), methods=["POST"])]

    async def run_polling(self) -> None:
        """Poll until cancelled. Raises WebhookSetError and TokenRefusedError."""
        await self._connected.wait()
        try:
            await self._poller.run()
        except InvalidToken:
            raise TokenRefusedError from None

    async def ready(self) -> dict[str, str]:
        """Return ``telegram`` (ok, connecting or token refused) and, once it polls, ``telegram_polling``."""
        word = "ok" if self._connected.is_set() else "connecting"
        states = {"telegram": "token refused" if self._refused else word}
        if self._poller.state != "starting":
            states["telegram_polling"] = self._poller.state
        return states

    async def settled(self) -> None:
        """Wait until all updates taken so far are dealt with, for a minute at most."""
        await self._inbox.drain(60)

    def stop(self) -> None:
        self._inbox.stop()

    async def _webhook(self, body: bytes, headers: Mapping[str, str]) -> Response:
        """Take one update: the secret first, then the body; 200 once it is dealt with."""
        secret = self._services.settings.telegram_webhook_secret
        given = headers.get(SECRET_HEADER, "")
        if secret is None or not hmac.compare_digest(given.encode(), secret.value.encode()):
            self._services.metrics.refused("telegram", "secret")
            return Response(status_code=401)
        if self._refused:
            return ask_again()
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        update = read_update(data, self._bot, self._services.metrics)
        if update is None:
            return Response(status_code=200)
        self._holding += 1
        try:
            result = await self._take(update, self._hold_seconds * min(1.0, self._few_held / self._holding))
        finally:
            self._holding -= 1
        return ask_again() if result is Result.LATE else Response(status_code=200)

    async def _take(self, update: Update, within: float | None = None) -> Result:
        """Deal with ``update`` once, after all earlier ones of the same chat.

        That is waited for, ``within`` seconds at most, and hardly where its chat is held.
        """

        async def work(batch: Batch) -> None:
            await self._connected.wait()
            await self._handlers.handle(update, batch)

        mark, hurries = ("update", str(update.update_id)), partial(self._handlers.hurries, update)
        try:
            turn, tap = turn_of(update), tap_of(update)
            # Before it is connected, the bot does not know its own name.
            ahead = self._handlers.ahead(update) if self._connected.is_set() else ()
        except Exception:  # the library takes a field's type for granted that came otherwise
            self._services.metrics.refused("telegram", "unreadable")
            return Result.DONE
        within = HELD_SECONDS if within is not None and self._held(update) else within
        result = await self._inbox.take(mark, work, within=within, turn=turn, tap=tap, hurries=hurries, ahead=ahead)
        if result is Result.SEEN:
            self._services.metrics.duplicate("telegram")
            if update.callback_query is not None:
                await self._sender.answer_button(update.callback_query)
        return result

    def _held(self, update: Update) -> bool:
        """Say whether Telegram takes nothing for the chat of ``update`` just now."""
        try:
            chat = update.effective_chat
        except Exception:  # the library takes a field's type for granted that came otherwise
            chat = None
        return chat is not None and self._lanes.held(str(chat.id)) > 0

    async def _connect(self) -> bool:
        try:
            await self._bot.initialize()
        except InvalidToken:
            self._refused = True
            # The library's own message quotes the token.
            raise TokenRefusedError from None
        except Exception as error:  # whatever comes in place of an answer, the next may be one
            self._services.metrics.failed("telegram", type(error).__name__)
            get_logger().warning("not reachable", platform="telegram", code=type(error).__name__)
            return False
        self._connected.set()
        return True

    async def _keep_connecting(self) -> None:
        for attempt in itertools.count():
            await asyncio.sleep(self._pauses[min(attempt, len(self._pauses) - 1)])
            try:
                if await self._connect():
                    return
            except TokenRefusedError:
                self._services.metrics.failed("telegram", "TokenRefusedError")
                get_logger().error("token refused", platform="telegram")
                return

    async def _forget_chat(self, chat_id: int, batch: Batch | None) -> None:
        """Drop what is kept of someone who blocked the bot: in a private chat, chat and person have the same id."""
        await self._services.conversation.through(batch).forget(conversation_key(chat_id, chat_id))


def bot_parameters(
    settings: Settings, read_seconds: float, connect_seconds: float = CONNECT_SECONDS, *, connections: int = 1
) -> dict[str, Any]:
    """Return what any bot of python-telegram-bot is made with. Raises BotError where no token is set."""
    if settings.telegram_bot_token is None:
        raise BotError("Telegram: set TELEGRAM_BOT_TOKEN")
    url = settings.telegram_api_url
    return {
        "token": settings.telegram_bot_token.value,
        "base_url": f"{url.rstrip('/')}/bot",
        "request": AiohttpRequest(connections, read_seconds, connect_seconds, proxy_for(url)),
    }


def _open_bot(services: Services, lanes: Lanes) -> ExtBot[bool]:
    settings, metrics = services.settings, services.metrics
    polling = UpdatesRequest(metrics, POLL_READ_SECONDS, CONNECT_SECONDS, proxy_for(settings.telegram_api_url))
    return ExtBot(
        **bot_parameters(settings, READ_SECONDS, connections=UNBOUNDED),
        get_updates_request=polling,
        rate_limiter=LaneLimiter(metrics, lanes),
    )
