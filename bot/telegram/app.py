"""The Telegram bot as the servers run it: a webhook route, a polling worker, and a life from connect to drain."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
from types import TracebackType
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.error import InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.errors import BotError
from bot.limits import TelegramLimit
from bot.logs import get_logger
from bot.service.background import DRAIN_SECONDS, BackgroundTasks
from bot.service.services import Services
from bot.settings import Settings
from bot.telegram.addressing import conversation_key
from bot.telegram.client import AiohttpRequest, proxy_for
from bot.telegram.handlers.messages import Handlers
from bot.telegram.handlers.mistakes import Mistakes
from bot.telegram.polling import PAUSES, Poller
from bot.telegram.ratelimiter import PatientRateLimiter
from bot.telegram.sending import Delivery, Patience
from bot.telegram.turns import Turns
from bot.telegram.updates import UpdatesRequest, read_update

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
READ_SECONDS = 20.0
"""Longer than PTB's 5: a slow answer is better than not knowing whether a message was sent."""
POLL_READ_SECONDS = 5.0
"""On top of the time that a long poll may take."""
CONNECT_SECONDS = 10.0
CONNECTIONS = 32
"""Calls under way at once."""


class TokenRefusedError(BotError):
    """Telegram does not know the token."""

    def __init__(self) -> None:
        super().__init__("TELEGRAM_BOT_TOKEN: Telegram refuses it; copy it again from @BotFather")


class TelegramApp:
    """The bot on Telegram. Enter it to connect; leave it to finish what was acknowledged and disconnect.

    Needs ``services.settings.telegram_bot_token``. ``messages_per_second`` bounds what is sent to all chats
    together (0: no bound); ``patience`` and ``poll_pauses`` say how failures are waited out.
    """

    def __init__(
        self,
        services: Services,
        *,
        messages_per_second: float = TelegramLimit.MESSAGES_PER_SECOND,
        patience: Patience | None = None,
        poll_pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._services = services
        self._application = _application(services, messages_per_second)
        bot = self._application.bot
        self._delivery = Delivery(bot, services.metrics, self._forget_chat, patience)
        handlers = Handlers(services, self._delivery, bot)
        self._application.add_handlers(handlers.all())
        self._application.add_error_handler(Mistakes(services, self._delivery).on_error)
        self._poller = Poller(bot, services.metrics, self._take, poll_pauses)
        self._pauses = poll_pauses
        self._tasks = BackgroundTasks()
        self._turns = Turns()
        self._connected = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises TokenRefusedError; while Telegram cannot be reached, goes on trying in the background."""
        try:
            connected = await self._connect()
        except TokenRefusedError:
            await self._disconnect()
            raise
        if not connected:
            self._connecting = asyncio.create_task(self._keep_connecting())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        late = await self._tasks.drain(DRAIN_SECONDS)
        if late:
            get_logger().warning("stopped with work unfinished", platform="telegram", count=late)
        elif self._connected.is_set():
            await self._poller.confirm()
        await self._disconnect()

    def routes(self) -> list[Route]:
        """Return the webhook's route; none where no secret is set, because nobody could be believed."""
        if not self._services.settings.telegram_webhook:
            return []
        return [Route(WEBHOOK_PATH, self._webhook, methods=["POST"])]

    async def run_polling(self) -> None:
        """Poll until cancelled. Raises WebhookSetError and TokenRefusedError."""
        await self._connected.wait()
        try:
            await self._poller.run()
        except InvalidToken:
            raise TokenRefusedError from None

    async def ready(self) -> dict[str, str]:
        """Return ``telegram`` (ok or connecting) and, once it polls, ``telegram_polling``."""
        states = {"telegram": "ok" if self._connected.is_set() else "connecting"}
        if self._poller.state != "starting":
            states["telegram_polling"] = self._poller.state
        return states

    async def settled(self) -> None:
        """Wait until all updates taken so far are dealt with, for a minute at most."""
        await self._tasks.drain(60)

    async def _webhook(self, request: Request) -> Response:
        """Take one update: the secret first, then the body, then 200 at once and the work afterwards."""
        secret = self._services.settings.telegram_webhook_secret
        given = request.headers.get(SECRET_HEADER, "")
        if secret is None or not hmac.compare_digest(given.encode(), secret.value.encode()):
            self._services.metrics.refused("telegram", "secret")
            return Response(status_code=401)
        try:
            data = json.loads(await request.body())
        except (ValueError, RecursionError):
            data = None
        update = read_update(data, self._application.bot, self._services.metrics)
        if update is not None:
            self._take(update)
        return Response(status_code=200)

    def _take(self, update: Update) -> asyncio.Task[Any]:
        return self._tasks.start(self._process(update))

    async def _process(self, update: Update) -> None:
        """Deal with ``update`` once, after all earlier ones of the same chat."""
        async with self._turns.turn(_chat_of(update)):
            if not await self._services.deduplicator.first("telegram", "update", str(update.update_id)):
                self._services.metrics.duplicate("telegram")
                return
            await self._connected.wait()
            await self._application.process_update(update)

    async def _connect(self) -> bool:
        try:
            await self._application.initialize()
        except InvalidToken:
            # The library's own message quotes the token.
            raise TokenRefusedError from None
        except (NetworkError, RetryAfter) as error:
            self._services.metrics.failed("telegram", type(error).__name__)
            get_logger().warning("not reachable", platform="telegram", code=type(error).__name__)
            return False
        self._connected.set()
        return True

    async def _disconnect(self) -> None:
        await self._application.shutdown()
        # An application that never got through leaves its connections open.
        await self._application.bot.shutdown()

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

    async def _forget_chat(self, chat_id: int) -> None:
        """Drop what is kept of someone who blocked the bot: in a private chat, chat and person have the same id."""
        await self._services.conversation.forget(conversation_key(chat_id, chat_id))


def bot_token(settings: Settings) -> str:
    """Return the token. Raises BotError where none is set."""
    if settings.telegram_bot_token is None:
        raise BotError("Telegram: set TELEGRAM_BOT_TOKEN")
    return settings.telegram_bot_token.value


def api_url(settings: Settings) -> str:
    """Return the Bot API's address as python-telegram-bot wants it: all up to the token."""
    return f"{settings.telegram_api_url.rstrip('/')}/bot"


def make_request(
    settings: Settings, read_seconds: float, connect_seconds: float = CONNECT_SECONDS, *, connections: int = 1
) -> AiohttpRequest:
    """Return the transport to the Bot API, through the environment's proxy where it names one."""
    return AiohttpRequest(connections, read_seconds, connect_seconds, _proxy(settings))


def _proxy(settings: Settings) -> str | None:
    return proxy_for(settings.telegram_api_url)


def _application(services: Services, messages_per_second: float) -> Application[ExtBot[Any], Any, Any, Any, Any, Any]:
    settings = services.settings
    request = make_request(settings, READ_SECONDS, connections=CONNECTIONS)
    polling = UpdatesRequest(services.metrics, 1, POLL_READ_SECONDS, CONNECT_SECONDS, _proxy(settings))
    return (
        ApplicationBuilder()
        .token(bot_token(services.settings))
        .base_url(api_url(services.settings))
        .request(request)
        .get_updates_request(polling)
        .rate_limiter(PatientRateLimiter(services.metrics, messages_per_second))
        .updater(None)
        .build()
    )


def _chat_of(update: Update) -> int | None:
    """Return what the order is kept by: the chat, or the person where there is none (inline mode)."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else None
