"""Calls of the Web API that answer people, made again as the SDK's retry handlers say.

The SDK's own client does the same and more for every call, which takes as long as the call itself
(docs/decisions/011-cost.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from aiohttp import ClientResponse, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.sending.errors import UnreadableError

HEADERS = {"Content-Type": "application/json;charset=utf-8", "Accept": "*/*", "Accept-Encoding": "identity"}
"""What is said of every call. Unpacking an answer that says ``ok`` takes longer than reading it as it is."""


class Calls:
    """Calls on ``session`` to where ``client`` makes its calls, in its name."""

    def __init__(self, session: ClientSession, client: AsyncWebClient, handlers: Sequence[AsyncRetryHandler]) -> None:
        self._session = session
        self._base = client.base_url
        self._proxy = client.proxy
        self._headers = client.headers | HEADERS
        self._handlers = handlers

    async def call(self, method: str, token: str, fields: dict[str, Any]) -> None:
        """Call ``method`` with ``fields``; what is None is left out.

        Raises SlackApiError where Slack refuses, UnreadableError, and what its connection raises.
        """
        url, headers = f"{self._base}{method}", {**self._headers, "Authorization": f"Bearer {token}"}
        body = msgspec.json.encode({name: value for name, value in fields.items() if value is not None})
        state = RetryState()
        while True:
            state.next_attempt_requested = False
            response, error = None, None
            try:
                async with self._session.post(url, data=body, headers=headers, proxy=self._proxy) as answer:
                    said = await _read(answer)
                    if answer.status == 200 and said.get("ok") is True:
                        return
                    response = HttpResponse(status_code=answer.status, headers=dict(answer.headers), body=said)
                    if answer.status == 200 and "ok" not in said:
                        raise UnreadableError
                    refusal: Exception = _refusal(url, response)
            except Exception as raised:  # the handlers know which are worth another try
                error = refusal = raised
            request = HttpRequest(method="POST", url=url, headers=headers)
            for handler in self._handlers:
                if await handler.can_retry_async(state=state, request=request, response=response, error=error):
                    await handler.prepare_for_next_attempt_async(
                        state=state, request=request, response=response, error=error
                    )
                    break
            if not state.next_attempt_requested:
                raise refusal


async def _read(answer: ClientResponse) -> dict[str, Any]:
    """Return what ``answer`` says; nothing where that is no object in JSON."""
    try:
        said = msgspec.json.decode(await answer.read())
    except (msgspec.DecodeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _refusal(url: str, response: HttpResponse) -> SlackApiError:
    answer = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url=url,
        req_args={},
        data=response.body or {},
        headers=response.headers,
        status_code=response.status_code,
    )
    return SlackApiError("refused", answer)  # type: ignore[no-untyped-call]
