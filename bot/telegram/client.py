"""The Bot API over aiohttp, which Slack's client uses too: half the work of PTB's own request class for each call.

PTB takes any transport of this shape (https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html);
bodies go as JSON (https://core.telegram.org/bots/api#making-requests). The bot uploads no files.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, SocketTimeoutError, TCPConnector
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData


class PerhapsSentError(TimedOut):
    """The request went out, the answer did not come in time: Telegram has most likely done what was asked."""


class AiohttpRequest(BaseRequest):
    """One pool of ``connections``; a call beyond that waits for a free one. Times are in seconds.

    ``proxy`` is the address of an HTTP proxy to go through.
    """

    __slots__ = ("_connect_seconds", "_connections", "_proxy", "_read_seconds", "_session")

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
        """Open the pool, unless it is open."""
        if self._session is None:
            connector = TCPConnector(limit=self._connections)
            headers = {"User-Agent": self.USER_AGENT, "Content-Type": "application/json"}
            self._session = ClientSession(connector=connector, headers=headers, proxy=self._proxy)

    async def shutdown(self) -> None:
        """Close the pool, unless it is closed."""
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

        Raises PerhapsSentError, TimedOut and NetworkError, none with a word of the address: it holds the token.
        """
        if self._session is None:
            raise NetworkError("not connected")
        timeout = ClientTimeout(
            total=None,
            sock_connect=self._connect_seconds if connect_timeout is self.DEFAULT_NONE else connect_timeout,
            sock_read=self._read_seconds if read_timeout is self.DEFAULT_NONE else read_timeout,
        )
        body = json.dumps(request_data.parameters).encode() if request_data else b"{}"
        try:
            async with self._session.request(method, url, data=body, timeout=timeout) as response:
                return response.status, await response.read()
        except ConnectionTimeoutError:
            raise TimedOut from None
        except SocketTimeoutError:
            raise PerhapsSentError from None
        except ClientError as error:
            raise NetworkError(type(error).__name__) from None


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment (``HTTPS_PROXY``, ``NO_PROXY`` and kin) names for ``url``, or None.

    Looked up once: aiohttp would read the environment and a file for every call.
    """
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
