"""What both adapters are handed: the conversation and the small services around it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import Conversation
from bot.deduplication import Deduplicator
from bot.metrics import Metrics
from bot.ratelimits import RateLimits
from bot.settings import Settings
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """Everything an adapter needs to answer; made once by :mod:`bot.assembly`."""

    settings: Settings
    conversation: Conversation
    deduplicator: Deduplicator
    limits: RateLimits
    metrics: Metrics
    store: Store
