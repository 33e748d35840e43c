"""The Bot API over aiohttp, which Slack's client uses too: half the work of PTB's own request class for each call.

Also: what comes in that the library cannot read, and how long a call waits where Telegram asks for patience.

PTB takes any transport of this shape (https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html);
bodies go as JSON (https://core.telegram.org/bots/api#making-requests). The bot uploads no files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from telegram import Bot, Update
from telegram.constants import FloodLimit
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import BaseRateLimiter
from telegram.request import BaseRequest, RequestData

from bot.metrics import Metrics
from bot.service.connector import Connector, NotConnectedError, PromptRequest
from bot.service.lanes import HeldError, Lanes, Pace
from bot.telegram.addressing import EPHEMERAL


class PerhapsSentError(TimedOut):
    """The request went out, its answer did not come: Telegram may have done what was asked."""


LONGEST_WAIT = 86_400.0
"""Seconds for which Telegram keeps an update. What asks to wait for longer, or in words, is none of its answers."""


class AiohttpRequest(BaseRequest):
    """One pool of ``connections``; a call beyond that waits for a free one. Times are in seconds.

    ``proxy`` is the address of an HTTP proxy to go through.
    """

    def __init__(self, connections: int, read_seconds: float, connect_seconds: float, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._connections = connections
        self._read_seconds = read_seconds
        self._connect_seconds = connect_seconds
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where the call names none; long polling adds its own to it."""
        return self._read_seconds

    async def initialize(self) -> None:
        if self._session is None:
            connector = Connector(limit=self._connections)
            headers = {"User-Agent": self.USER_AGENT, "Content-Type": "application/json"}
            self._session = ClientSession(
                connector=connector, headers=headers, proxy=self._proxy, request_class=PromptRequest
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the bot sends no files
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - a call waits its turn
    ) -> tuple[int, bytes]:
        """Return the status and body of the answer.

        Raises PerhapsSentError and NetworkError, none with a word of the address: it holds the token.
        """
        if self._session is None:
            raise NetworkError("not connected")
        timeout = ClientTimeout(
            total=None,
            connect=self._connect_seconds if connect_timeout is self.DEFAULT_NONE else connect_timeout,
            sock_read=self._read_seconds if read_timeout is self.DEFAULT_NONE else read_timeout,
        )
        body = json.dumps(request_data.parameters).encode() if request_data else b"{}"
        try:
            # Whoever leads elsewhere is not Telegram.
            async with self._session.request(
                method, url, data=body, timeout=timeout, allow_redirects=False
            ) as response:
                return await _read_answer(response)
        except NotConnectedError as error:
            raise NetworkError(str(error)) from None
        except (ClientError, OSError):
            # The connection was there: what was asked may be done.
            raise PerhapsSentError from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer in ``payload``. Raises PerhapsSentError where it is none: what was asked may be done.

        The library logs an error for each besides; whoever calls says what is lost, once.
        """
        answer = _read_object(payload)
        if answer is None or (answer.get("ok") is not False and answer.get("result") is None):
            raise PerhapsSentError
        return answer


_DONE = b'{"ok":true,'
"""How Telegram's answer begins where it has done what was asked; any other is looked at more closely."""


async def _read_answer(response: ClientResponse) -> tuple[int, bytes]:
    """Return the status and body of ``response``: of a refusal the status that Telegram names.

    Raises PerhapsSentError, and NetworkError for an error's status that comes without Telegram's word for it: it is
    another's, such as a proxy's, and will pass.
    """
    if response.status == HTTPStatus.GATEWAY_TIMEOUT:
        raise PerhapsSentError
    status, taken = response.status, response.status // 100 == 2
    try:
        answer = await response.read()
    except (ClientError, OSError):
        if taken:
            raise
        answer = b""
    if taken and answer.startswith(_DONE):
        return status, answer
    told = _read_object(answer) or {}
    if _is_refusal(told):
        return int(told["error_code"]), answer
    if not taken or told.get("ok") is False:
        raise NetworkError(f"status {status}, not of Telegram's")
    return status, answer


def _read_object(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _is_refusal(answer: Mapping[str, Any]) -> bool:
    """Say whether ``answer`` is how Telegram itself refuses (https://core.telegram.org/bots/api#making-requests).

    The library takes the form of what goes with it for granted.
    """
    code, words, parameters = answer.get("error_code"), answer.get("description"), answer.get("parameters") or {}
    if answer.get("ok") is not False or not isinstance(words, str) or not isinstance(parameters, dict):
        return False
    wait, moved = parameters.get("retry_after") or 0, parameters.get("migrate_to_chat_id") or 0
    sound = isinstance(wait, (int, float)) and 0 <= wait < LONGEST_WAIT and isinstance(moved, int)
    return sound and isinstance(code, int) and code // 100 in (4, 5)


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment (``HTTPS_PROXY``, ``NO_PROXY`` and kin) names for ``url``, or None.

    Looked up once: aiohttp would read the environment and a file for every call.
    """
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


HIGHEST_NUMBER = 2**63
"""Update numbers lie below it; what does not is none."""


def read_update(data: object, bot: Bot | None, metrics: Metrics) -> Update | None:
    """Return ``data`` as an update; None, counted, where the library cannot read it, whatever it stumbles over."""
    try:
        update = Update.de_json(data, bot) if isinstance(data, dict) and _numbered(data) else None
    except Exception:  # fields of any type and size come from outside, and the library takes their types for granted
        update = None
    if update is None:
        metrics.refused("telegram", "unreadable")
    return update


def _numbered(data: dict[str, Any]) -> bool:
    number = data.get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < HIGHEST_NUMBER


class UpdatesRequest(AiohttpRequest):
    """What polling asks with. The library reads all updates of an answer or, because of a single one, none.

    Of those that it cannot read only the number is left, so that they are confirmed with the others.
    """

    def __init__(self, metrics: Metrics, read_seconds: float, connect_seconds: float, proxy: str | None) -> None:
        super().__init__(1, read_seconds, connect_seconds, proxy)
        self._metrics = metrics

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]  # there a function
        """Return the answer in ``payload`` with updates that can be read."""
        try:
            answer = super().parse_json_payload(payload)
        except PerhapsSentError:
            # Updates may be asked for as often as one likes.
            raise NetworkError("no answer of Telegram's") from None
        if isinstance(answer.get("result"), list):
            answer["result"] = [
                data if read_update(data, None, self._metrics) else {"update_id": data["update_id"]}
                for data in answer["result"]
                if isinstance(data, dict) and _numbered(data)
            ]
        return answer


MARGIN_SECONDS = 0.1
"""On top of what Telegram asks for: its clock and ours differ."""
EVERYWHERE = Pace(FloodLimit.MESSAGES_PER_SECOND, 1.0)
IN_A_GROUP = Pace(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, 60.0)


class WaitTooLongError(TelegramError):
    """Telegram asks to wait longer than the bot waits: the update is given back."""


def wait_of(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait (an int or a timedelta, as PTB is told by PTB_TIMEDELTA)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class LaneLimiter(BaseRateLimiter[bool]):
    """PTB's limiter over :class:`~bot.service.lanes.Lanes`: a chat that is held back holds back no other.

    ``rate_limit_args=True`` marks urgent help, which is tried at once whatever its chat is held for. A call about no
    chat (an answer to a press) neither waits nor is waited for.
    """

    def __init__(self, metrics: Metrics, lanes: Lanes) -> None:
        self._metrics = metrics
        self._lanes = lanes

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None:
        self._lanes.close()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,  # noqa: ARG002 - PTB's signature
        data: dict[str, Any],
        rate_limit_args: bool | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        chat, make = data.get("chat_id"), partial(callback, *args, **kwargs)
        if chat is None:
            return await make()
        crowd = isinstance(chat, int) and chat < 0
        try:
            done = await self._lanes.call(str(chat), make, self._asked, urgent=bool(rate_limit_args), crowd=crowd)
        except HeldError:
            raise WaitTooLongError("asked to wait too long") from None
        # Done is done, whatever is said of the message, whose form the library would take for granted.
        return done if isinstance(done, dict) and EPHEMERAL in done else True

    def _asked(self, error: Exception) -> float | None:
        """Return for how long ``error`` asks to wait, if it does."""
        if not isinstance(error, RetryAfter):
            return None
        self._metrics.retried("telegram")
        return wait_of(error) + MARGIN_SECONDS
