"""Connections to a platform, which tell whether a call can have left at all."""

from __future__ import annotations

from aiohttp import (
    BytesPayload,
    ClientConnectionError,
    ClientConnectionResetError,
    ClientError,
    ClientRequest,
    ClientResponse,
    ClientTimeout,
    TCPConnector,
)
from aiohttp.connector import Connection
from aiohttp.http_writer import StreamWriter
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


class PromptRequest(ClientRequest):
    """Writes a body of bytes with its head, at once: aiohttp up to Python 3.11 leaves it to a task, for a later turn of
    the loop. What goes by a proxy is left to it."""

    async def send(self, conn: Connection) -> ClientResponse:
        """Send it. Raises NotConnectedError where the connection has ended meanwhile."""
        body, protocol, made = self._body, conn.protocol, self.response_class
        if not isinstance(body, BytesPayload) or protocol is None or protocol.writing_paused or self.proxy or not made:
            return await super().send(conn)
        writer = StreamWriter(protocol, self.loop)
        await writer.write_headers(f"{self.method} {self.url.raw_path_qs} HTTP/1.1", self.headers)
        try:
            await writer.write(await body.as_bytes(), drain=False)
        except ClientConnectionResetError as error:
            raise NotConnectedError(type(error).__name__) from None
        await writer.write_eof()
        protocol.start_timeout()
        return made(
            self.method,
            self.original_url,
            writer=None,
            continue100=None,
            timer=self._timer,
            request_info=self.request_info,
            traces=[],
            loop=self.loop,
            session=self._session,
            stream_writer=writer,
        )
