"""Every field of everything that Slack and Telegram deliver, replaced in turn by what no platform would send.

Signed requests to the whole bot in this process, between fakes of both platforms on loopback. No answer may be a 5xx,
nobody in between may wait, and memory stays flat. ``FUZZ_REQUESTS`` says how many (20,000), ``FUZZ_SEED`` which.
"""

from __future__ import annotations

import asyncio
import copy
import io
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.logs import set_up_logs
from content.reading.compiled import load_catalogue
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher, open_matcher
from tests.fakes.deployment import SLACK_PATH, TELEGRAM_PATH, WEBHOOK_SECRET, Deployment, deployed, environ_for
from tests.fakes.slack import payloads as slack
from tests.fakes.telegram.world import USERNAME, World
from tests.tools.load.api import LoadApi

REQUESTS = 20_000
AT_ONCE = 16
LOOK_EVERY = 250
"""Requests between looks whether an unharmed person is still answered."""
MEGABYTES = 48
"""What memory may grow by over the second half of the requests."""

Payload = dict[str, Any]


def _deep(depth: int = 300) -> Any:
    value: Any = "end"
    for _ in range(depth):
        value = {"a": [value]}
    return value


REPLACEMENTS: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: 0, lambda: -1, lambda: True, lambda: 10**30, lambda: 1e30, lambda: -(2**63), lambda: 0.5,
    list, lambda: [None], lambda: [[1]], dict, _deep, lambda: "", lambda: "x" * 20_000, lambda: "\ud800", lambda: "\0",
    lambda: "U1; drop", lambda: {"id": {"id": 1}}, lambda: ["a"] * 1_000,
)  # fmt: skip

_numbers = itertools.count(1_000_000)


def slack_kinds(url: str) -> tuple[Callable[[], Payload], ...]:
    """Return what makes a payload of each kind that the bot listens to, each time by somebody else.

    ``url`` is what their response URLs are.
    """

    def who() -> str:
        return f"U{next(_numbers)}"

    return (
        lambda: slack.mention("who checks ICE task forces?", who(), thread_ts="1.1"),
        lambda: slack.direct("there are agents at my door", who()),
        lambda: slack.direct("oversight", who(), subtype="file_share", files=[{"id": "F1"}]),
        lambda: slack.direct("", who(), attachments=[{"is_share": True, "text": "oversight"}]),
        lambda: slack.opened("home", who()),
        lambda: slack.opened("messages", who()),
        lambda: slack.joined(channel=f"C{next(_numbers)}"),
        lambda: slack.revoked(bot=["UX"], oauth=["UY"]),
        lambda: slack.uninstalled(f"T{next(_numbers)}"),
        lambda: dict(slack.command("oversight", url, who())),
        lambda: slack.shortcut("oversight", url, who()),
        lambda: slack.press("t:oversight:en", url, user=who()),
        lambda: slack.press("y:oversight:en", url, user=who(), kind="feedback_buttons", private=True),
        lambda: slack.home_press("t:oversight:en", who()),
    )


async def telegram_kinds() -> tuple[Callable[[], Payload], ...]:
    """Return what makes an update of each kind, each time by somebody else."""
    world = World()
    ana, group = world.person(), world.group(forum=True, topics=[7])
    world.allowed |= {"edited_message"}
    asked = await world.says(ana, "who checks ICE task forces?")
    await world.says(ana, "/topic 16 x")
    await world.says(ana, f"@{USERNAME} oversight", group, thread=7, reply_to=asked)
    await world.says(ana, f"/faq@{USERNAME}", group)
    await world.says(ana, "", sticker={"file_id": "1"})
    await world.says(ana, "ICE is at my door", photo=[{"file_id": "1"}], media_group_id="9")
    await world.presses(ana, asked, "", "t:oversight:en")
    await world.presses(ana, asked, "", "y:oversight:en")
    await world.asks_inline(ana, "detainer")
    await world.adds_bot(ana, group)
    await world.blocks(ana)
    await world.edits(dict(asked), "sb 54")
    await world.migrates(ana, world.group(supergroup=False))
    return tuple(lambda update=update: _by_somebody_else(update, ana.id) for update in world.updates)


def _by_somebody_else(update: Payload, person: int) -> Payload:
    """Return a copy of ``update`` with a number of its own, by a person of its own."""
    number = next(_numbers)

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: number if name == "id" and part == person else changed(part) for name, part in value.items()}
        return [changed(part) for part in value] if isinstance(value, list) else copy.copy(value)

    made: Payload = changed(update) | {"update_id": number}
    return made


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every field below ``value``."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*path, name)
        yield from paths(part, (*path, name))


def mutated(payload: Payload, path: tuple[Any, ...], value: Any) -> Payload:
    """Return ``payload`` with ``value`` at ``path``."""
    made: Any = copy.deepcopy(payload)
    place = made
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return made  # type: ignore[no-any-return]


@dataclass
class Report:
    """What came of it: statuses by platform, those who waited in vain, megabytes in the middle and at the end."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    unanswered: int = 0
    looks: int = 0
    megabytes: list[float] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Megabytes by which memory grew over the second half."""
        half = len(self.megabytes) // 2
        return self.megabytes[-1] - self.megabytes[half] if self.megabytes else 0.0


class TolerantApi(LoadApi):
    """Takes whatever is sent, as the platforms would at worst refuse it."""

    async def _telegram(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] != "sendMessage":
            return await super()._telegram(request)
        fields = await request.json()
        chat = fields.get("chat_id")
        self._note("sendMessage", str(chat))
        shown = chat if isinstance(chat, int) else 1
        sent = {"message_id": 1, "date": 1, "chat": {"id": shown, "type": "private", "first_name": "A"}, "text": "x"}
        return web.json_response({"ok": True, "result": sent})


class _Nowhere(io.StringIO):
    """Where the log goes: thousands of lines of nonsense refused."""

    def write(self, text: str) -> int:
        return len(text)


class _Urls:
    """The addresses of one fake that is both platforms."""

    def __init__(self, url: str) -> None:
        self.url = url


@asynccontextmanager
async def attacked(catalogue: Catalogue, matcher: Matcher) -> AsyncIterator[tuple[Deployment, TolerantApi]]:
    """Run the bot between fakes that take everything."""
    async with TolerantApi() as api:
        environ = environ_for(_Urls(f"{api.url}/api/"), _Urls(api.url))  # type: ignore[arg-type]
        async with deployed(None, None, environ, catalogue, matcher) as bot:  # type: ignore[arg-type]
            yield bot, api


async def attack(bot: Deployment, api: TolerantApi, count: int, seed: int) -> Report:
    """Send ``count`` requests, each with one field replaced: every field and replacement in turn, in mixed order."""
    report, dice = Report(), random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    kinds = (*slack_kinds(f"{api.url}/respond/x"), *await telegram_kinds())
    cases = [(kind, path, value) for kind in kinds for path in paths(kind()) for value in REPLACEMENTS]
    while len(cases) < count:
        cases += cases[: count - len(cases)]
    dice.shuffle(cases)
    for begun in range(0, count, AT_ONCE):
        batch = cases[begun : min(begun + AT_ONCE, count)]
        await asyncio.gather(*(_send(bot, report, mutated(kind(), path, value())) for kind, path, value in batch))
        if begun % LOOK_EVERY < AT_ONCE:
            await _look(bot, api, report)
    await bot.settle()
    return report


async def _send(bot: Deployment, report: Report, payload: Payload) -> None:
    telegram = "update_id" in payload
    if telegram:
        headers = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET, "content-type": "application/json"}
        body, path = slack.json.dumps(payload).encode(), TELEGRAM_PATH
    else:
        body, headers = slack.request_for(payload)
        path = SLACK_PATH
    response = await bot.http.post(path, content=body, headers=headers)
    report.statuses["telegram" if telegram else "slack", response.status_code] += 1
    if response.status_code != 200:
        report.faults.append(f"{response.status_code}: {str(payload)[:400]}")


async def _look(bot: Deployment, api: TolerantApi, report: Report) -> None:
    """Ask as two people whom nothing has happened to."""
    await bot.settle()
    number, channel = next(_numbers), f"D{next(_numbers)}"
    user = {"id": number, "is_bot": False, "first_name": "A"}
    chat = {"id": number, "type": "private", "first_name": "A"}
    said = {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "who checks ICE task forces?"}
    await bot.update({"update_id": next(_numbers), "message": said})
    await bot.event(slack.direct("who checks ICE task forces?", f"U{number}", channel))
    report.looks += 2
    report.unanswered += (api.answers[str(number)] == 0) + (api.answers[channel] == 0)
    api.clear()
    report.megabytes.append(_megabytes())


def _megabytes() -> float:
    """Return the memory that this process takes, 0 where the system does not say."""
    file = Path("/proc/self/statm")
    return int(file.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if file.exists() else 0.0


async def main() -> int:
    """Attack, and say what came of it; 1 where anything gave way."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    count, seed = int(os.environ.get("FUZZ_REQUESTS", REQUESTS)), int(os.environ.get("FUZZ_SEED", "1"))
    catalogue = load_catalogue()
    begun = time.monotonic()
    set_up_logs(_Nowhere())
    sys.excepthook = sys.__excepthook__
    async with attacked(catalogue, open_matcher(catalogue)) as (bot, api):
        report = await attack(bot, api, count, seed)
    lines = [f"{platform} {status}: {many}" for (platform, status), many in sorted(report.statuses.items())]
    lines += report.faults[:10]
    lines.append(f"{report.unanswered} of {report.looks} people in between unanswered")
    lines.append(f"memory grew by {report.growth:.1f} MB in the second half, seed {seed}")
    lines.append(f"{count} requests in {time.monotonic() - begun:.0f} s, {time.process_time():.0f} s of one core")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(report.faults) or report.unanswered > 0 or report.growth > MEGABYTES)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
