"""Updates that python-telegram-bot cannot read: of a newer Bot API than it knows, or of no shape at all.

https://core.telegram.org/bots/api#update. They are counted and passed over: asking for them again would not help.
"""

from __future__ import annotations

from typing import Any

from telegram import Bot, Update

from bot.metrics import Metrics
from bot.telegram.client import AiohttpRequest

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def read_update(data: object, bot: Bot | None, metrics: Metrics) -> Update | None:
    """Return ``data`` as an update; None, counted, where the library cannot read it."""
    try:
        update = Update.de_json(data, bot) if isinstance(data, dict) else None
    except _UNREADABLE:
        update = None
    if update is None:
        metrics.refused("telegram", "unreadable")
    return update


class UpdatesRequest(AiohttpRequest):
    """What polling asks with. The library reads all updates of an answer or, because of a single one, none.

    Of those that it cannot read only the number is left, so that they are confirmed with the others.
    """

    __slots__ = ("_metrics",)

    def __init__(
        self, metrics: Metrics, connections: int, read_seconds: float, connect_seconds: float, proxy: str | None = None
    ) -> None:
        super().__init__(connections, read_seconds, connect_seconds, proxy)
        self._metrics = metrics

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]  # there a function
        """Return the answer in ``payload`` with updates that can be read."""
        answer = super().parse_json_payload(payload)
        if isinstance(answer.get("result"), list):
            answer["result"] = [
                data if read_update(data, None, self._metrics) else {"update_id": data["update_id"]}
                for data in answer["result"]
                if isinstance(data, dict) and isinstance(data.get("update_id"), int)
            ]
        return answer
