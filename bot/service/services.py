"""What both adapters are handed: the conversation and the small services around it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.conversation import Conversation
from bot.metrics import Metrics
from bot.service.deduplication import Deduplicator
from bot.settings import Settings
from bot.state.limits import RateLimits
from bot.state.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """Everything an adapter needs to answer; made once by :mod:`bot.service.assembly`."""

    settings: Settings
    conversation: Conversation
    deduplicator: Deduplicator
    limits: RateLimits
    metrics: Metrics
    store: Store
