"""The register of everything the bot stores: each key's kind, and how long it lives.

The privacy text (``privacy.kept`` in ``content/<language>/phrases.yaml``) lists exactly these; a test
compares the two. Keys are filed under a keyed hash, never under an id that a platform knows.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from hashlib import blake2b
from typing import Self

MINUTE = 60
DAY = 24 * 60 * MINUTE
HASH_BYTES = 20


class Kept(StrEnum):
    """The kinds of things stored, as the privacy text names them."""

    CONVERSATION = "conversation"
    LANGUAGE = "language"
    GREETED = "greeted"
    SEEN = "seen"
    LIMIT = "limit"
    VOTE = "vote"
    METRICS = "metrics"
    INSTALLATION = "installation"


LIFETIMES: dict[Kept, int] = {
    Kept.CONVERSATION: 15 * MINUTE,
    Kept.LANGUAGE: 30 * DAY,
    Kept.GREETED: 7 * DAY,
    Kept.SEEN: 60 * MINUTE,
    Kept.LIMIT: MINUTE,
    Kept.VOTE: DAY,
}
"""Seconds that each kind of key lives. Slack redelivers for about 6 minutes, Telegram for up to a day
(https://core.telegram.org/bots/api#getting-updates), most within minutes. What is kept by the day ends at a
midnight, so that it lives up to a day shorter (:mod:`bot.state.rotation`)."""


class KeyMaker:
    """Makes store keys that cannot be turned back into a platform's ids.

    ``secret`` keys the hash: machines that share a store must share it.
    """

    def __init__(self, secret: bytes) -> None:
        self._keyed = _keyed(secret)

    @classmethod
    def of_process(cls) -> Self:
        """Return one whose keys mean nothing to any other process."""
        return cls(secrets.token_bytes(32))

    def key(self, kind: Kept, *parts: str) -> str:
        """Return the key for ``parts`` (a platform's ids) under ``kind``."""
        return f"{kind}:{_hashed(self._keyed.copy(), _BETWEEN.join(parts))}"


_BETWEEN = "\x1f"


def keyed_hash(secret: bytes, name: str) -> str:
    """Return ``name`` hashed under ``secret``, of at most 64 bytes (keyed BLAKE2b, RFC 7693).

    It stands for an HMAC, and takes a third of its time: an event needs a dozen.
    """
    return _hashed(_keyed(secret), name)


def _keyed(secret: bytes) -> blake2b:
    return blake2b(key=secret, digest_size=HASH_BYTES)


def _hashed(keyed: blake2b, name: str) -> str:
    keyed.update(name.encode(errors="surrogatepass"))
    return keyed.hexdigest()
