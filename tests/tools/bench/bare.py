"""Bare echo bots to measure against, as their libraries' own documentation has them. They import nothing of this bot.

``bare.py bolt`` after https://docs.slack.dev/tools/bolt-python, ``bare.py ptb`` after PTB's
examples/customwebhookbot/starlettebot.py; both on Starlette and uvicorn.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def healthz(_request: Request) -> Response:
    """Say that it is up."""
    return Response("ok")


def bolt() -> Starlette:
    """Return an echo bot on Bolt."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp, AsyncSay
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    @app.event("message")
    async def echo(event: dict[str, Any], say: AsyncSay) -> None:
        await say(event["text"])

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz)])


def ptb() -> Starlette:
    """Return an echo bot on python-telegram-bot."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    builder = ApplicationBuilder().token(os.environ["TELEGRAM_BOT_TOKEN"]).updater(None).concurrent_updates(True)
    application = builder.base_url(f"{os.environ['TELEGRAM_API_URL']}/bot").build()

    async def echo(update: Update, _context: Any) -> None:
        if update.message is not None and update.message.text is not None:
            await update.message.reply_text(update.message.text)

    application.add_handler(MessageHandler(filters.TEXT, echo))

    async def webhook(request: Request) -> Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != os.environ["TELEGRAM_WEBHOOK_SECRET"]:
            return Response(status_code=401)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with application:
            await application.start()
            yield
            await application.stop()

    routes = [Route("/telegram/webhook", webhook, methods=["POST"]), Route("/healthz", healthz)]
    return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    made = {"bolt": bolt, "ptb": ptb}[sys.argv[1]]()
    # As `pip install uvicorn` has it: without the loop and the parser that this bot brings along.
    uvicorn.run(
        made,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="asyncio",
        http="h11",
        log_level="error",
        access_log=False,
    )
