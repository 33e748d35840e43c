"""What happens when a handler fails in a way that nobody foresaw."""

from __future__ import annotations

import secrets
from typing import Any

from telegram import Update

from bot.logs import get_logger, place_of
from bot.service.services import Services
from bot.telegram import addressing
from bot.telegram.render.renderer import plain
from bot.telegram.sending import Delivery


class Mistakes:
    """Counts and logs a failure by its name and place, never its words, and tells the person, with a reference."""

    def __init__(self, services: Services, delivery: Delivery) -> None:
        self._services = services
        self._delivery = delivery

    async def on_error(self, update: object, context: Any) -> None:
        """Take what a handler raised (python-telegram-bot's error handler)."""
        error = context.error
        reference = secrets.token_hex(3)
        code = type(error).__name__
        self._services.metrics.failed("telegram", code)
        get_logger().error("failed", platform="telegram", code=code, reference=reference, place=place_of(error))
        if not isinstance(update, Update):
            return
        user = update.effective_user
        catalogue = self._services.conversation.catalogue
        text = catalogue.edition(user.language_code if user else None).phrases.failed.format(code=reference)
        if update.callback_query is not None:
            await self._delivery.answer_button(update.callback_query, text)
        elif update.message is not None:
            await self._delivery.send(addressing.place_of(update.message), plain(text))
