"""What could not be answered, as counts for editors: by month, reason, nearest topic and language; never a word of it.

Only where an operator asks for it (GAPS_FOLDER). A process counts in memory and writes each hour after its start and at
its end into a file of its own, for its owner's eyes: neither the file nor its time tells of a single message. What is
read from it leaves out every count below :data:`FEWEST`: a rare question on a rare topic may be one person's.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from typing import Self

import msgspec
from msgspec import Struct

from bot.dialogue.reply import Clarify, Fallback, LanguageReply, Reply
from bot.logs import get_logger
from bot.service.ongoing import Ongoing
from content.reading.writing import replace_file
from intents.match import Kind, Match

FEWEST = 5
"""Counts below this are not shown: the k of k-anonymity."""
NEAR = 0.2
"""How likely an entry must be at least that what was refused is called near it: what is out of scope stays below."""
WRITE_SECONDS = 3_600.0
KEPT_MONTHS = 6
OWNER_ONLY = 0o600
SUFFIX = ".gaps.json"
UNREADABLE = "cannot be read, or holds no counts: give it to the bot's user, or remove it"


class Reason(StrEnum):
    """Why editors want to know."""

    REFUSED = "no answer"
    ASKED_BACK = "asked back"
    LANGUAGE = "another language"
    UNHELPFUL = "not helpful"


class Gap(Struct, frozen=True, order=True):
    """One kind of miss: ``month`` as 2026-11, ``lang`` the language of the reply, or the one that it is not in.

    ``topic`` is the slug of the nearest entry, or the name of what else is near (``signpost/schools``); "" near none.
    """

    month: str
    reason: str
    topic: str
    lang: str


class Gaps(Ongoing):
    """Counts gaps and writes them below ``folder``. Entered, old files are gone; left, all is written."""

    def __init__(
        self,
        folder: Path,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder = folder
        self._today = today
        self._sleep = sleep
        self._counts: Counter[Gap] = Counter()
        self._file = folder / f"{token_hex(8)}{SUFFIX}"

    async def __aenter__(self) -> Self:
        for path, counts in _files(self._folder):
            kept = _kept(counts, self._today())
            if not kept:
                path.unlink(missing_ok=True)
            elif len(kept) < len(counts):
                self._write(path, kept)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK | os.X_OK):
            get_logger().warning("gaps not written: check GAPS_FOLDER", code="not_writable")
        return await super().__aenter__()

    async def __aexit__(self, *how: object) -> None:
        await super().__aexit__(*how)
        self._write(self._file, self._counts)

    def note(self, reason: Reason, topic: str, lang: str) -> None:
        """Count one miss."""
        self._counts[Gap(f"{self._today():%Y-%m}", reason, topic, lang)] += 1

    def disliked(self, topic: str, lang: str) -> None:
        """Count that the answer on ``topic`` did not help."""
        self.note(Reason.UNHELPFUL, topic, lang)

    def counts(self, reply: Reply) -> bool:
        """Say whether ``reply`` is none of the answers; only then is worth asking what the message was taken for."""
        if isinstance(reply, LanguageReply):
            return not reply.urgent
        return isinstance(reply, Fallback | Clarify) and not reply.personal

    def missed(self, reply: Reply, match: Match) -> None:
        """Count ``reply``, which :meth:`counts`; ``match`` is what the message was taken for.

        What is about distress counts nowhere.
        """
        if match.distressed or any(one.kind is Kind.URGENT for one in match.choices):
            return
        if foreign := reply.language if isinstance(reply, LanguageReply) else match.foreign:
            self.note(Reason.LANGUAGE, "", foreign)
        else:
            self.note(Reason.ASKED_BACK if isinstance(reply, Clarify) else Reason.REFUSED, _nearest(match), reply.lang)

    async def _go_on(self) -> None:
        while True:
            await self._sleep(WRITE_SECONDS)
            self._write(self._file, self._counts)

    def _write(self, path: Path, counts: Mapping[Gap, int]) -> None:
        kept = _kept(counts, self._today())
        if not kept:
            return
        lines = [[*msgspec.structs.astuple(gap), count] for gap, count in sorted(kept.items())]
        try:
            replace_file(path, msgspec.json.encode(lines))
            path.chmod(OWNER_ONLY)
        except OSError as error:
            get_logger().warning("gaps not written: check GAPS_FOLDER", code=type(error).__name__)


def _nearest(match: Match) -> str:
    """Return what is first on offer, else the likeliest entry, where it is likely at all: "" far from every one."""
    if match.choices:
        choice = match.choices[0]
        return choice.id if choice.kind is Kind.ENTRY else str(choice)
    best = match.candidates[0]
    return best.slug if best.confidence >= NEAR else ""


def read_gaps(folder: Path, today: date) -> dict[Gap, int]:
    """Return the counts in ``folder`` that may be shown on ``today``, all processes' together.

    What is no file of counts is none.
    """
    found: Counter[Gap] = Counter()
    for _, counts in _files(folder):
        found.update(_kept(counts, today))
    return {gap: count for gap, count in sorted(found.items()) if count >= FEWEST}


def month_before(day: date, months: int) -> str:
    """Return the month that lies so many before the one of ``day``, as 2026-11."""
    since = day.year * 12 + day.month - 1 - months
    return f"{since // 12:04}-{since % 12 + 1:02}"


def _kept(counts: Mapping[Gap, int], today: date) -> dict[Gap, int]:
    """Return those of ``counts`` whose months are still kept."""
    oldest = month_before(today, KEPT_MONTHS)
    return {gap: count for gap, count in counts.items() if gap.month >= oldest}


def unreadable(folder: Path) -> list[str]:
    """Return the names of files of counts in ``folder`` that cannot be read, or hold something else."""
    return [path.name for path in _paths(folder) if _read(path) is None]


def _files(folder: Path) -> list[tuple[Path, Mapping[Gap, int]]]:
    return [(path, counts) for path in _paths(folder) if (counts := _read(path)) is not None]


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def _read(path: Path) -> dict[Gap, int] | None:
    try:
        rows = msgspec.json.decode(path.read_bytes(), type=list[tuple[str, str, str, str, int]])
    except (OSError, msgspec.DecodeError):
        return None
    return {Gap(month, reason, topic, lang): count for month, reason, topic, lang, count in rows}
