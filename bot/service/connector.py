"""Connections to a platform, which tell whether a call can have left at all."""

from __future__ import annotations

from aiohttp import ClientConnectionError, ClientError, ClientRequest, ClientTimeout, TCPConnector
from aiohttp.connector import Connection
from aiohttp.tracing import Trace


class NotConnectedError(ClientConnectionError):
    """There is no connection: the call has not left. It holds nothing of the address, which may hold a token."""


class Connector(TCPConnector):
    """Raises NotConnectedError for all that goes wrong before a request is written.

    So do a name that nobody resolves, a proxy that refuses to pass the call on, a handshake that fails or hangs. How
    long all of it may take is the request's ``ClientTimeout.connect``; ``sock_connect`` would leave out the name.
    """

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109
        try:
            return await super().connect(req, traces, timeout)
        except (ClientError, OSError, TimeoutError) as error:
            raise NotConnectedError(type(error).__name__) from None
