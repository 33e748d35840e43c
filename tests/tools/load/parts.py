"""Where an event's processor time goes, by part: what ``make profile`` prints.

A sampler of the process's own time: every few milliseconds of it the kernel interrupts, and the innermost Python frame
tells the part (what C does counts for who called it). It needs no package and takes about a twentieth of the time.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

SAMPLE_SECONDS = 0.001
ROOT = Path(__file__).parents[3]
ROOMS = (
    "bot/service", "bot/dialogue", "bot/state", "bot/slack/render", "bot/telegram/render", "bot/slack", "bot/telegram",
    "bot/logs", "bot/metrics", "intents", "content",
)  # fmt: skip


def part_of(file: str) -> str:
    """Return the part that a source file belongs to: one of the bot's rooms, or a library."""
    path = Path(file)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        own = path.relative_to(ROOT).as_posix()
        return next((room for room in ROOMS if own.startswith(room)), "other")
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return next((part for part in ("asyncio", "json", "logging", "selectors") if part in file), "python")


@contextmanager
def sampled(out: Path, detail: bool = False) -> Iterator[None]:
    """Sample this process from SIGUSR1 to the context's end; write to ``out`` how many samples fell to each part."""
    found: Counter[str] = Counter()

    def note(_signal: int, frame: FrameType | None) -> None:
        if frame is not None:
            code = frame.f_code
            found[f"{part_of(code.co_filename)}"] += 1
            if detail:
                found[f"  {part_of(code.co_filename)} {Path(code.co_filename).name}:{code.co_qualname}"] += 1

    def begin(_signal: int, _frame: FrameType | None) -> None:
        found.clear()
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)

    signal.signal(signal.SIGPROF, note)
    signal.signal(signal.SIGUSR1, begin)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        out.write_text(json.dumps(found))


async def profile(platform: str, *, detail: bool = False, events: int = 1500, senders: int = 8) -> dict[str, float]:
    """Return microseconds an event by part, of the bot on ``platform`` under ``senders``."""
    from tests.fakes.deployment import copy_content
    from tests.tools.bench.service import WARMING, running

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / "parts.json"
        more = (str(out), "detail") if detail else (str(out),)
        async with running("ours", platform, copy_content(folder), folder, *more) as bot:
            await bot.burst(8, WARMING)
            os.kill(bot.pid, signal.SIGUSR1)
            spent, _ = await bot.burst(senders, events)
        found = json.loads(out.read_text())
    whole = sum(count for part, count in found.items() if not part.startswith(" "))
    return {part: spent * 1000 * count / whole for part, count in found.items()}


if __name__ == "__main__":
    for platform in [name for name in ("slack", "telegram") if name in sys.argv] or ["slack", "telegram"]:
        parts = asyncio.run(profile(platform, detail="detail" in sys.argv))
        total = sum(spent for part, spent in parts.items() if not part.startswith(" "))
        print(f"\n{platform}: {total:.0f} µs an event")
        for part, spent in sorted(parts.items(), key=lambda item: -item[1])[: 70 if "detail" in sys.argv else 30]:
            print(f"{spent:7.0f} µs  {part}")
