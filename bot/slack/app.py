"""Slack, whole: over HTTP, over Socket Mode, for one workspace or many."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import msgspec
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.logs import get_logger
from bot.service.app import Services
from bot.service.connector import Connector, PromptRequest
from bot.service.lanes import Lanes
from bot.service.web.http import Posts, ask_again
from bot.settings import SLACK_API, BotError, Settings
from bot.slack.endpoint import STAMP_HEADER, Endpoint, Verifier
from bot.slack.handlers import Handlers
from bot.slack.oauth.workspaces import Workspaces
from bot.slack.reading import parse
from bot.slack.sending.calls import Calls
from bot.slack.sending.client import Answer, Pace, library_logger, retry_handlers, silent_logger
from bot.slack.sending.errors import REMEDIES, SEND_ERRORS, Remedy, code_of
from bot.slack.sending.response_url import ResponseUrls
from bot.slack.sending.sender import AT_ONCE, Sender
from bot.slack.setup.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.state.limits import Limit, RateLimits, Ruling

if TYPE_CHECKING:
    from bot.slack.oauth.flow import OAuth
    from bot.slack.oauth.store import DatabaseInstalls
    from bot.slack.socket_mode import SocketConnection


DONE = Response()
"""What acknowledges a delivery to which nothing is to be said; it is the same for all."""
INSTALLS = Limit(30, 60)
"""Installations begun, by all people together."""


class AppTokenRefusedError(BotError):
    """Slack opens no connection for the app-level token."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"SLACK_APP_TOKEN: Slack refuses it ({code}); copy it again (Basic Information, App-Level Tokens), with "
            "the scope connections:write, and switch Socket Mode on"
        )


class SlackApp:
    """The Slack adapter, an async context manager.

    Entering opens the connections; leaving finishes acknowledged work, then closes them. ``pace`` says how patient
    it is with Slack, ``clock`` against what a request's timestamp and a ``response_url``'s age are held.
    """

    def __init__(self, services: Services, *, pace: Pace | None = None, clock: Clock | None = None) -> None:
        self._services = services
        self._settings = services.settings
        self._pace = pace or Pace()
        self._inbox = services.open_inbox("slack")
        self._limits = RateLimits(services.store, services.keys)
        self._logger = library_logger(services.metrics)
        secret = self._settings.slack_signing_secret
        self._clock = clock or Clock()
        self._verifier = Verifier(secret.value, self._clock) if secret else None
        self._installs = _open_installs(self._settings, self._pace)
        self._stack = AsyncExitStack()
        self._endpoint: Endpoint | None = None
        self._oauth: OAuth | None = None
        self._socket: SocketConnection | None = None
        self._app_token_refused = False
        self._introduction: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        services, settings = self._services, self._settings
        timeout = ClientTimeout(total=self._pace.call_seconds, connect=self._pace.call_seconds / 2)
        # The lanes say how many calls may be under way; urgent help waits for no connection.
        connector = Connector(limit=0)
        session = await self._stack.enter_async_context(
            ClientSession(
                connector=connector,
                timeout=timeout,
                json_serialize_bytes=msgspec.json.encode,
                request_class=PromptRequest,
                response_class=Answer,
                cookie_jar=DummyCookieJar(),
            )
        )
        if self._installs is not None:
            await self._stack.enter_async_context(self._installs)
        handlers_of = partial(retry_handlers, self._pace, services.metrics)
        self._client = AsyncWebClient(
            base_url=settings.slack_api_url, session=session, logger=self._logger, retry_handlers=handlers_of()
        )
        token = settings.slack_bot_token
        self._workspaces = Workspaces(self._client, token.value if token else None, self._installs)
        lanes = Lanes(at_once=AT_ONCE, longest=self._pace.limit_seconds, retries=self._pace.limit_attempts)
        self._stack.callback(lanes.close)
        sender = Sender(
            Calls(session, self._client, handlers_of(limited=False)),
            services.metrics,
            self._workspaces,
            Calls(session, self._client, handlers_of(limited=False, though_unclear=False)),
            lanes,
        )
        host = urlsplit(settings.slack_api_url).hostname if settings.slack_api_url != SLACK_API else None
        careful = handlers_of(though_unclear=False)
        urls = ResponseUrls(session, handlers_of(), careful, self._logger, host, self._clock.now)
        if self._installs is not None:
            self._oauth = _open_oauth(services, self._client, self._installs, self._logger)
        self._bolt = AsyncApp(
            name="slack-bolt",
            logger=silent_logger(),
            client=self._client,
            authorize=self._workspaces,
            oauth_flow=self._oauth.flow if self._oauth else None,
            process_before_response=True,
            request_verification_enabled=False,
            # Nothing below takes what these would add.
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            raise_error_for_unhandled_request=True,
            signing_secret="",
        )
        handlers = Handlers(services.desk, sender, self._inbox)
        self._endpoint = Endpoint(
            self._bolt, self._inbox, handlers, urls, self._workspaces, services.metrics, self._pace
        )
        self._introduction = self._inbox.start(self._workspaces.introduce())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._inbox.stop()
        late = await self._inbox.drain()
        if late:
            self._services.metrics.failed("slack", "unfinished")
            get_logger().error("unfinished", platform="slack", count=late)
        self._endpoint = None
        await self._stack.aclose()

    def routes(self) -> list[Route]:
        """Return the routes that Slack and installing people call; none where the settings leave HTTP out."""
        if self._verifier is None:
            return []
        routes = [Route(EVENTS_PATH, Posts(self._events), methods=["POST"])]
        if self._installs is not None:
            routes.append(Route(INSTALL_PATH, self._install, methods=["GET"]))
            routes.append(Route(REDIRECT_PATH, self._redirect, methods=["GET"]))
        return routes

    async def run_socket(self) -> None:
        """Stay connected over Socket Mode until cancelled; then acknowledge what has begun, and disconnect.

        Raises AppTokenRefusedError where Slack refuses the token at the start.
        """
        from bot.slack.socket_mode import SocketConnection  # noqa: PLC0415 - the web process has no use for it

        token, endpoint = self._settings.slack_app_token, self._endpoint
        if token is None or endpoint is None:
            raise RuntimeError("run_socket needs SLACK_APP_TOKEN and an entered SlackApp")
        await self._try_app_token(token.value)
        connection = SocketConnection(
            token.value,
            self._client,
            endpoint,
            self._inbox,
            self._services.metrics,
            self._logger,
            self._pace,
        )
        async with connection:
            self._socket = connection
            await connection.run()

    async def _try_app_token(self, token: str) -> None:
        """Raise AppTokenRefusedError for a token that Slack refuses: its SDK would try again for ever."""
        try:
            await self._client.apps_connections_open(app_token=token)
        except SlackApiError as error:
            # A code that is not among the known ones says nothing of the token, and may hold anything.
            if REMEDIES.get(code := code_of(error)) in (Remedy.RENEW, Remedy.GIVE_UP):
                self._app_token_refused = True
                raise AppTokenRefusedError(code) from None
        except SEND_ERRORS:
            return

    def stop(self) -> None:
        """Take note that the process is about to end."""
        self._inbox.stop()

    async def ready(self) -> dict[str, str]:
        """Return a word for each thing that answering depends on; "ok" is the good one."""
        if self._endpoint is None:
            return {"slack": "stopped"}
        if not self._workspaces.introduced and (self._introduction is None or self._introduction.done()):
            self._introduction = self._inbox.start(self._workspaces.introduce())
        words = await self._workspaces.state()
        if self._socket is not None:
            words["slack_socket"] = "ok" if self._socket.connected else "connecting"
        if self._app_token_refused:
            words["slack_socket"] = "token refused"
        return words

    async def _events(self, body: bytes, headers: Mapping[str, str]) -> Response:
        refusal = self._verifier.refusal(body, headers) if self._verifier else "unsigned"
        if refusal is not None:
            self._services.metrics.refused("slack", refusal)
            return Response(status_code=401)
        if self._endpoint is None:
            return Response(status_code=503)
        payload = parse(body, headers.get("content-type", ""))
        answer = await self._endpoint.deliver(payload, float(headers[STAMP_HEADER]))
        if answer is None:
            return ask_again()
        if answer.body:
            return to_starlette_response(answer)
        return DONE if answer.status == DONE.status_code else Response(status_code=answer.status)

    async def _install(self, request: Request) -> Response:
        ruling, seconds = await self._limits.check((INSTALLS, "installs"))
        if ruling is not Ruling.ALLOW:
            # Each beginning is a row in the database, and whoever asks is anybody.
            self._services.metrics.refused("slack", "installs")
            return Response(status_code=429, headers={"Retry-After": str(seconds)})
        return await self._oauth.install(request) if self._oauth else Response(status_code=404)

    async def _redirect(self, request: Request) -> Response:
        return await self._oauth.redirect(request) if self._oauth else Response(status_code=404)


def _open_installs(settings: Settings, pace: Pace) -> DatabaseInstalls | None:
    if not settings.slack_oauth:
        return None
    from bot.slack.oauth.store import open_installs  # noqa: PLC0415 - only deployments with OAuth pay for the library

    return open_installs(settings, pace.look_seconds)


def _open_oauth(
    services: Services, client: AsyncWebClient, installs: DatabaseInstalls, logger: logging.Logger
) -> OAuth:
    from bot.slack.oauth.flow import OAuth  # noqa: PLC0415 - only deployments with OAuth pay for a database library

    return OAuth(services.settings, client, installs, services.conversation, services.metrics, logger)
