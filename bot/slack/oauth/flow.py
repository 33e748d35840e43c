"""Installing the app in many workspaces: Bolt's OAuth flow, with pages that a person understands.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.dialogue.conversation import Conversation
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.ongoing import new_reference
from bot.settings import Settings
from bot.slack.oauth.store import STATE_SECONDS, DatabaseInstalls
from bot.slack.sending.errors import InstallRefusedError, Remedy, UndeliveredError, code_of, remedy_for
from bot.slack.setup.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from content.schema.catalogue import Catalogue, Edition

_PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class _Exchange(AsyncWebClient):
    """Says why Slack refuses a code: Bolt takes every refusal for a code that is used up."""

    async def oauth_v2_access(self, **arguments: Any) -> AsyncSlackResponse:
        """Exchange a code. Raises InstallRefusedError where a new start would not help."""
        try:
            return await super().oauth_v2_access(**arguments)
        except SlackApiError as error:
            if remedy_for(code := code_of(error)) is Remedy.ANEW:
                raise
            raise InstallRefusedError(code) from None


class OAuth:
    """The two routes of an installation."""

    def __init__(
        self,
        settings: Settings,
        client: AsyncWebClient,
        installs: DatabaseInstalls,
        conversation: Conversation,
        metrics: Metrics,
        logger: logging.Logger,
    ) -> None:
        self._installs = installs
        self._conversation = conversation
        self._metrics = metrics
        base = settings.public_url.rstrip("/") if settings.public_url else None
        secret = settings.slack_client_secret
        self.flow = AsyncOAuthFlow(
            client=_Exchange(
                base_url=client.base_url, session=client.session, logger=logger, retry_handlers=client.retry_handlers
            ),
            logger=logger,
            settings=AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=secret.value if secret else None,
                scopes=sorted(SCOPES),
                user_scopes=[],
                redirect_uri=f"{base}{REDIRECT_PATH}" if base else None,
                install_path=INSTALL_PATH,
                install_page_rendering_enabled=False,
                redirect_uri_path=REDIRECT_PATH,
                callback_options=AsyncCallbackOptions(success=self._done, failure=self._failed),
                installation_store=installs.store,
                installation_store_bot_only=True,
                state_store=installs.states,
                state_expiration_seconds=STATE_SECONDS,
                logger=logger,
            ),
        )

    async def install(self, request: Request) -> Response:
        """Send the browser to Slack, with a state that it must bring back."""
        return await self._run(request, self.flow.handle_installation)

    async def redirect(self, request: Request) -> Response:
        """Take the browser back from Slack and store the installation."""
        return await self._run(request, self.flow.handle_callback)

    async def _run(self, request: Request, step: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Response:
        try:
            await self._installs.prepare()
            answer = await step(to_async_bolt_request(request, b""))
        except Exception as error:  # the libraries take the form of Slack's answers for granted
            refused = isinstance(error, InstallRefusedError) and remedy_for(error.code) is not Remedy.LATER
            edition = edition_for(self._conversation.catalogue, request.headers.get("accept-language"))
            answer = self._away(edition, error, status=400 if refused else 503)
        return to_starlette_response(answer)

    async def _done(self, args: AsyncSuccessArgs) -> BoltResponse:
        get_logger().info("installed", platform="slack")
        edition = self._edition(args.request)
        return page(200, edition, edition.phrases.install_done, cookie=self._no_cookie())

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        edition = self._edition(args.request)
        phrases = edition.phrases
        if args.reason == "access_denied":
            return self._again(200, edition, phrases.install_cancelled)
        if remedy_for(args.reason) is Remedy.ANEW:
            self._metrics.refused("slack", args.reason)
            return self._again(400, edition, phrases.install_expired)
        return self._away(edition, args.error or UndeliveredError("install_refused"), status=400)

    def _away(self, edition: Edition, error: BaseException, status: int) -> BoltResponse:
        reference, code = new_reference(), code_of(error)
        self._metrics.failed("slack", code)
        get_logger().error("install_failed", platform="slack", code=code, reference=reference)
        return self._again(status, edition, edition.phrases.install_failed.format(code=reference))

    def _again(self, status: int, edition: Edition, text: str) -> BoltResponse:
        return page(status, edition, text, again=INSTALL_PATH, cookie=self._no_cookie())

    def _edition(self, request: AsyncBoltRequest) -> Edition:
        return edition_for(self._conversation.catalogue, next(iter(request.headers.get("accept-language", [])), None))

    def _no_cookie(self) -> str:
        return self.flow.settings.state_utils.build_set_cookie_for_deletion()


def page(
    status: int, edition: Edition, text: str, *, again: str | None = None, cookie: str | None = None
) -> BoltResponse:
    """Return a page that says ``text``, and that nothing caches or frames; ``cookie`` is set with it.

    ``again`` is the address where the installation starts anew.
    """
    phrases = edition.phrases
    html = _PAGE.substitute(
        lang=edition.language.code,
        title=escape(phrases.install_title),
        text=escape(text),
        way_on=f'<p><a href="{escape(again)}">{escape(phrases.install_again)}</a></p>' if again else "",
    )
    headers: dict[str, str | Sequence[str]] = {**HEADERS, **({"set-cookie": [cookie]} if cookie else {})}
    return BoltResponse(status=status, body=html, headers=headers)


def edition_for(catalogue: Catalogue, accept_language: str | None) -> Edition:
    """Return the edition in the first language of an ``Accept-Language`` header that there is one in."""
    choices = (choice.split(";")[0].strip() for choice in (accept_language or "").split(",")[:20])
    return catalogue.edition(next(filter(catalogue.language, choices), None))
