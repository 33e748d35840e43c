"""Questions of many different people, ready to be posted, and what a process costs."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.deployment import SLACK_PATH, TELEGRAM_PATH, WEBHOOK_SECRET
from tests.fakes.slack.payloads import direct, request_for
from tests.tools.places import DATA

QUESTIONS = (
    "who checks that the task forces follow the rules?", "does my local police work with ICE", "what is sb 54",
    "can they share my data with border patrol", "how do i complain about an agent", "hello", "what's the weather like",
    "quién vigila a los agentes", "what are the pros and cons of working with federal agencies",
)  # fmt: skip

_numbers = itertools.count(1_000_000)


@dataclass(frozen=True, slots=True)
class Post:
    """One event as it is posted: ``chat`` is where its answer goes, ``team`` the Slack workspace it comes from."""

    platform: str
    chat: str
    path: str
    body: bytes
    headers: dict[str, str]
    team: str = ""


ASKED = ("dev-en.jsonl", "dev-es.jsonl")
"""Some hundred different questions in both languages: no answer comes from a cache of the last few."""


def asked_questions() -> Iterator[str]:
    """Yield different questions without end, in the same order each time."""
    lines = [line for name in ASKED for line in (DATA / name).read_text().splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    return (texts[number * 7 % len(texts)] for number in itertools.count())


def slack_post(team: str = "T1", text: str | None = None) -> Post:
    """Return a question in a direct message of someone who has not asked before."""
    number = next(_numbers)
    event = direct(text or QUESTIONS[number % len(QUESTIONS)], user=f"U{number}", channel=f"D{number}", team=team)
    body, headers = request_for(event)
    return Post("slack", f"D{number}", SLACK_PATH, body, headers, team)


def telegram_post(text: str | None = None) -> Post:
    """Return a question in the private chat of someone who has not asked before."""
    number = next(_numbers)
    person: dict[str, Any] = {"id": number, "first_name": "A"}
    update = {
        "update_id": number,
        "message": {
            "message_id": 1,
            "date": 1_780_000_000,
            "text": text or QUESTIONS[number % len(QUESTIONS)],
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False, "language_code": "en"},
        },
    }
    headers = {"content-type": "application/json", "X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
    return Post("telegram", str(number), TELEGRAM_PATH, json.dumps(update).encode(), headers)


def memory_of(pid: int, name: str = "VmRSS") -> float:
    """Return a process's memory in MB: ``VmRSS`` now, ``VmHWM`` at its highest."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_of(pid: int) -> float:
    """Return the seconds of processor time that a process has used, in all its threads, as the kernel accounts for it.

    From ``schedstat``, which counts nanoseconds (https://docs.kernel.org/scheduler/sched-stats.html): ``stat`` counts
    ticks of 10 ms.
    """
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of ``values`` lie; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
