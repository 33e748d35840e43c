"""Marks go through every surface and error path, with logs at DEBUG; then all that the bot leaves is searched."""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import logging
import os
import re
import select
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import pytest
import sqlalchemy
from cryptography.fernet import Fernet

from bot.dialogue.message import Message
from bot.logs import QueuedLines, get_logger, set_up_logs
from bot.service.gaps import SUFFIX, Reason
from bot.slack.oauth.database import open_engine
from bot.state.redis import open_redis
from bot.telegram.app import TokenRefusedError
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.deployment import MAY_READ, TELEGRAM_PATH, WEBHOOK_SECRET, Deployment, deployed, environ_for
from tests.fakes.servers import PostgresServer, RedisServer
from tests.fakes.slack import payloads as slack
from tests.fakes.slack.api import SlackApi, broken, limited, refused, reset
from tests.fakes.slack.socket import SlackSocket
from tests.fakes.slack.world import Account, Channel
from tests.fakes.telegram.api import TOKEN, Fault, TelegramApi, flood
from tests.tools.hangguard import HANG_GUARD

# slack_sdk 3.47 uses what aiohttp 3.14 calls deprecated, when it exchanges an installation's code.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

WORD = "c4narytext"
NAME = "C4naryName"
USER = "U0C4NARY"
TEAM = "T0C4NARY"
DIRECT = "D0C4NARY"
ROOM = "C0C4NARY"
SLACK_TOKEN = "xoxb-c4nary-token"
SOCKET_TOKEN = "xapp-c4nary-token"
INSTALLED_TOKEN = "xoxb-c4nary-installed"
HEADER = "c4naryheader"
PAGE_BYTES = 4_096
STATE_SECRET = "c4nary-state-secret-0123456789abcdef"
VOTES = ("y:oversight:en", "x:oversight:en", "wr:oversight:en", f"x:{WORD}:en", f"wr:{WORD}:en")

NEEDLES = [
    WORD, NAME, USER, TEAM, DIRECT, ROOM, "c4nary", TOKEN, TOKEN.partition(":")[2], slack.SECRET, WEBHOOK_SECRET,
    "client-secret", STATE_SECRET,
]  # fmt: skip


@dataclass
class Left:
    """What the bot leaves behind."""

    lines: QueuedLines
    file: Path
    more: dict[str, bytes] = field(default_factory=dict)

    @property
    def logs(self) -> str:
        """All log lines: those that are written, and those that wait to be."""
        self.lines.close()
        return self.file.read_text() + "".join(self.lines.waiting())

    def found(self, needles: list[str]) -> list[str]:
        """Return where each of ``needles`` was found, in any case."""
        places = {"logs": self.logs.encode(), **self.more}
        return [
            f"{needle} in {place}"
            for place, text in places.items()
            for needle in needles
            if needle.lower().encode() in text.lower()
        ]


@pytest.fixture
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """The logs as the servers write them, at DEBUG for every logger that there is, put back afterwards."""
    file = tmp_path_factory.mktemp("log") / "log"
    with file.open("w") as stream, logged_to(stream) as lines:
        yield Left(lines, file)


@contextmanager
def logged_to(stream: TextIO) -> Iterator[QueuedLines]:
    root, hook, write = logging.getLogger(), sys.excepthook, get_logger().write
    thread_hook, lost_hook = threading.excepthook, sys.unraisablehook
    handlers, level = root.handlers[:], root.level
    lines = set_up_logs(stream, logging.DEBUG, queued=True)
    assert isinstance(lines, QueuedLines)
    loggers = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        for logger, before in zip(loggers, levels, strict=True):
            logger.setLevel(before)
        logging.captureWarnings(capture=False)
        root.handlers[:], sys.excepthook = handlers, hook
        threading.excepthook, sys.unraisablehook = thread_hook, lost_hook
        root.setLevel(level)
        get_logger().write = write


def read_all(unread: BinaryIO, lines: QueuedLines) -> None:
    """Read until all is written: a thread that still writes when the pipe is closed would write to another file."""
    given_up = time.monotonic() + HANG_GUARD
    while lines._queue.unfinished_tasks:
        assert time.monotonic() < given_up, "lines wait, and nobody writes them"
        if select.select([unread], [], [], 0.01)[0]:
            unread.read(PAGE_BYTES)


@pytest.fixture
async def apis() -> AsyncIterator[tuple[SlackApi, TelegramApi]]:
    async with SlackApi() as slack_api, TelegramApi() as telegram_api:
        world = slack_api.world
        world.accounts[SLACK_TOKEN] = Account(team=TEAM)
        world.app_tokens.add(SOCKET_TOKEN)
        world.accounts[INSTALLED_TOKEN] = world.codes["c4narycode"] = Account(team="T0C4NARY2")
        world.channels |= {DIRECT: Channel({"UBOT", USER}, team=TEAM), ROOM: Channel({"UBOT", USER}, team=TEAM)}
        yield slack_api, telegram_api


def environ(apis: tuple[SlackApi, TelegramApi], folder: Path, **more: str) -> dict[str, str]:
    return environ_for(*apis) | {
        "SLACK_BOT_TOKEN": SLACK_TOKEN,
        "SLACK_APP_TOKEN": SOCKET_TOKEN,
        "SLACK_CLIENT_ID": "client-id",
        "SLACK_CLIENT_SECRET": "client-secret",
        "ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "DATABASE_URL": f"sqlite:///{folder / 'installs.db'}",
        "PUBLIC_URL": "https://bot.example.org",
        "GAPS_FOLDER": str(folder / "gaps"),
        **more,
    }


async def on_slack(bot: Deployment) -> None:
    """Every way into the Slack adapter, well-formed and not, answered and failing."""
    url = bot.slack.response_url(ROOM, USER)
    headers = {"x-request-id": HEADER, "user-agent": HEADER}
    texts = [
        WORD,
        f"oversight {WORD}",
        f"ICE is at my door {WORD}",
        f"my number is A123-456-789 {WORD}",
        "16",
        "thanks",
    ]
    events: list[dict[str, Any]] = []
    for text in texts:
        events.append(slack.direct(text, user=USER, channel=DIRECT) | {"team_id": TEAM})
        events.append(slack.mention(text, user=USER, channel=ROOM) | {"team_id": TEAM})
        events.append(slack.command(text, url, USER, ROOM, TEAM))
        events.append(slack.shortcut(text, url, USER, ROOM) | {"team": {"id": TEAM, "domain": NAME}})
    for code in (*VOTES, "t:oversight:en", "h::en", "g::es", "p::en", f"t:{WORD}:en", WORD):
        events.append(slack.press(code, url, user=USER, channel=ROOM) | {"team": {"id": TEAM, "domain": NAME}})
    events += [
        slack.opened("home", USER, DIRECT) | {"team_id": TEAM},
        slack.opened("messages", USER, DIRECT) | {"team_id": TEAM},
        slack.joined("UBOT", ROOM) | {"team_id": TEAM},
        slack.revoked(oauth=[USER], bot=[]) | {"team_id": TEAM},
        slack.callback({"type": f"unknown_{WORD}", "user": USER, "text": WORD}, TEAM),
        {"type": "url_verification", "challenge": WORD},
        {"type": WORD, "text": WORD},
    ]
    for event in events:
        await bot.event(event, **headers)
    for fault in (
        limited(),
        limited(3600),
        broken(),
        reset(),
        refused("invalid_blocks"),
        refused("channel_not_found"),
        refused("missing_scope"),
    ):
        for method in ("chat.postMessage", "chat.postEphemeral", "views.publish", "response_url"):
            bot.slack.faults[method].extend([fault] * 3)
        await bot.event(slack.direct(WORD, user=USER, channel=DIRECT) | {"team_id": TEAM})
        await bot.event(slack.mention(f"ICE is at my door {WORD}", user=USER, channel=ROOM) | {"team_id": TEAM})
        await bot.event(slack.shortcut(WORD, url, USER, ROOM) | {"team": {"id": TEAM}})
        await bot.event(slack.opened("home", USER, DIRECT) | {"team_id": TEAM})
        for method in list(bot.slack.faults):
            bot.slack.faults[method].clear()
    body, signed = slack.request_for(slack.direct(WORD, user=USER, channel=DIRECT))
    for changed in (
        {},
        signed | {"x-slack-signature": f"v0={WORD}"},
        signed | {"x-slack-request-timestamp": WORD},
        signed | slack.sign(body, when=1),
    ):
        await bot.post("/slack/events", body, {**headers, "content-type": "application/json", **changed})
    for broken_body in (f'{{"{WORD}": '.encode(), f'["{WORD}"]'.encode(), WORD.encode()):
        await bot.post("/slack/events", broken_body, {"content-type": "application/json", **slack.sign(broken_body)})


async def on_oauth(bot: Deployment) -> None:
    """An installation, and callbacks that fail."""
    page = await bot.http.get("/slack/install", headers={"user-agent": HEADER})
    location = page.headers.get("location", "") or page.text
    state = re.search(r"state=([\w-]+)", location)
    assert state
    cookie = {"cookie": page.headers["set-cookie"].partition(";")[0], "accept-language": HEADER}
    callback = f"/slack/oauth_redirect?code=c4narycode&state={state[1]}"
    assert (await bot.http.get(callback, headers=cookie)).status_code == 200
    for query in (f"code={WORD}&state={state[1]}", f"code={WORD}&state={WORD}", f"error={WORD}", f"{WORD}={WORD}"):
        await bot.http.get(f"/slack/oauth_redirect?{query}", headers=cookie)
    installed = slack.direct(WORD, user=USER, channel="D1") | {"team_id": "T0C4NARY2"}
    await bot.event(installed)


async def on_telegram(bot: Deployment) -> tuple[int, int]:
    """Every way into the Telegram adapter; returns the ids of the person and the group."""
    api, world = bot.telegram, bot.telegram.world
    world._people = itertools.count(7_700_112_233)
    person, group = world.person(NAME, "en"), world.group()

    async def deliver() -> None:
        for update in list(world.updates):
            await bot.update(update, **{"user-agent": HEADER})
        world.updates.clear()

    questions = (WORD, f"oversight {WORD}", f"ICE is at my door {WORD}", f"call me 415 555 2671 {WORD}")
    commands = (
        f"/topic {WORD}",
        f"/{WORD}",
        "/topics",
        "/language",
        f"/language {WORD}",
        "/privacy",
        "/about",
        "/help",
    )
    for text in (*questions, *commands, f"/start {WORD}", "/start"):
        await world.says(person, text)
        await world.says(person, f"@CalCoordFaqBot {text}", group)
        await deliver()
    said = api.said(world.private(person))[-1]
    for data in (*VOTES, "t:oversight:en", "h::en", "g::es", WORD, f"t:{WORD}:en"):
        await world.presses(person, said, "", data)
    await world.says(person, WORD, photo=[{"file_id": WORD, "file_unique_id": WORD, "width": 1, "height": 1}])
    await world.asks_inline(person, WORD)
    await world.adds_bot(person, group)
    await deliver()
    for fault in (
        flood(0),
        flood(3600),
        Fault(500),
        Fault(cut=True),
        Fault(403, f"Forbidden: {WORD}"),
        Fault(400, f"Bad Request: {WORD}"),
    ):
        for method in ("sendMessage", "answerCallbackQuery", "editMessageText", "answerInlineQuery"):
            api.fail(method, *[fault] * 3)
        await world.says(person, f"oversight {WORD}")
        await world.presses(person, said, "", "t:oversight:en")
        await world.asks_inline(person, WORD)
        await deliver()
        api.faults.clear()
    await world.blocks(person)
    await deliver()
    secret = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
    for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": WORD}, secret):
        for body in (
            WORD.encode(),
            f'{{"update_id": "{WORD}"}}'.encode(),
            f'{{"update_id": 1, "message": "{WORD}"}}'.encode(),
        ):
            await bot.post(TELEGRAM_PATH, body, {**headers, "user-agent": HEADER})
    return person.id, group.id


async def on_socket(bot: Deployment) -> None:
    """Socket Mode: envelopes well-formed and not, a connection that is refused and one that breaks."""
    async with SlackSocket(bot.slack) as socket:
        socket.refusing = 1
        bot.slack.faults["apps.connections.open"].extend([broken(), refused(f"{WORD}"), limited()])
        worker = asyncio.ensure_future(bot.slack_app.run_socket())
        await socket.connected()
        url = bot.slack.response_url(ROOM, USER)
        for payload, kind in (
            (slack.direct(WORD, user=USER, channel=DIRECT) | {"team_id": TEAM}, "events_api"),
            (slack.command(WORD, url, USER, ROOM, TEAM), "slash_commands"),
            (slack.press("t:oversight:en", url, user=USER, channel=ROOM), "interactive"),
            ({"type": WORD, "event": [WORD]}, "events_api"),
        ):
            await socket.acknowledged(await socket.deliver(payload, kind))
        for message in (WORD, f'["{WORD}"]', {"type": WORD}, {"envelope_id": WORD, "type": WORD, "payload": WORD}):
            await socket.say(message)
        await socket.disconnect(WORD)
        socket.drop()
        await socket.connected(2)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        await bot.settle()


async def on_polling(bot: Deployment) -> None:
    """Polling, with everything that can go wrong with it."""
    api = bot.telegram
    api.fail("getUpdates", Fault(502, WORD), Fault(cut=True), flood(0), Fault(409, f"Conflict: {WORD}"))
    worker = asyncio.ensure_future(bot.telegram_app.run_polling())
    person = api.world.person(NAME, "en")
    for text in (WORD, f"ICE is at my door {WORD}", f"/{WORD}"):
        await api.world.says(person, text)
    api.world.updates.append({"update_id": 7_700_000_000, "message": {"text": WORD, "from": NAME}})
    await api.until(lambda: not api.world.updates)
    api.fail("getUpdates", Fault(401, f"Unauthorized: {WORD}"))
    await api.world.says(person, WORD)
    with pytest.raises(TokenRefusedError) as ended:
        await worker
    assert WORD not in repr(ended.value)
    await bot.settle()
    api.world.updates.clear()


async def on_mistakes(bot: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mistakes of our own whose exceptions quote what people wrote."""

    async def explode(message: Message) -> Any:
        raise ValueError(f"{WORD} {message.text} {message.conversation} {SLACK_TOKEN} {TOKEN}")

    person = bot.telegram.world.person(NAME, "es")
    with monkeypatch.context() as patched:
        for method in ("reply", "look_up", "act", "language"):
            patched.setattr(bot.services.conversation, method, explode, raising=True)
            await bot.event(slack.direct(WORD, user=USER, channel=DIRECT) | {"team_id": TEAM})
            await bot.event(slack.command(WORD, "", USER, ROOM, TEAM))
            await bot.event(slack.press("t:oversight:en", user=USER, channel=ROOM) | {"team": {"id": TEAM}})
            await bot.telegram.world.says(person, WORD)
            for update in list(bot.telegram.world.updates):
                await bot.update(update)
            bot.telegram.world.updates.clear()


async def on_http(bot: Deployment) -> None:
    """Requests that end before any platform."""
    for path in ("/", f"/{WORD}", f"/healthz?{WORD}", f"/slack/events?{WORD}", "/readyz", "/metrics"):
        await bot.http.get(path, headers={"cookie": HEADER})
    await bot.post(f"/{WORD}", WORD.encode() * 200_000, {"x": HEADER})
    await bot.http.get("/", headers={f"{HEADER}-{number}": HEADER for number in range(80)})


@pytest.mark.redis
async def test_nothing_that_people_wrote_or_are_is_left_anywhere(
    left: Left,
    apis: tuple[SlackApi, TelegramApi],
    redis_server: RedisServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    catalogue: Catalogue,
    matcher: Matcher,
) -> None:
    monkeypatch.setitem(os.environ, "PTB_TIMEDELTA", "true")
    settings = environ(apis, tmp_path, REDIS_URL=redis_server.url, STATE_SECRET=STATE_SECRET)
    async with deployed(*apis, settings, catalogue, matcher) as bot:
        await on_http(bot)
        await on_slack(bot)
        await on_oauth(bot)
        await on_socket(bot)
        person, group = await on_telegram(bot)
        await on_polling(bot)
        await on_mistakes(bot, monkeypatch)
        redis_server.stop()
        await bot.event(slack.direct(WORD, user=USER, channel=DIRECT) | {"team_id": TEAM})
        left.more["readiness without Redis"] = (await bot.http.get("/readyz")).content
        redis_server.start()
        await bot.event(slack.direct(f"oversight {WORD}", user="U0C4NARY3", channel=DIRECT) | {"team_id": TEAM})
        left.more["metrics"] = (await bot.http.get("/metrics", headers=MAY_READ)).content
        left.more["readiness"] = (await bot.http.get("/readyz")).content
        left.more["environment as shown"] = repr(bot.services.settings).encode()
    assert len(left.logs.splitlines()) > 60, "the paths were walked"
    assert TOKEN in caplog.text, "the libraries do write the token, if they are let"
    left.more["redis"] = await dump(redis_server)
    left.more |= files(tmp_path)
    left.more["standard output and error"] = "".join(capfd.readouterr()).encode()
    caplog.clear()
    assert "installs.db" in left.more
    counted = [content for name, content in left.more.items() if name.endswith(SUFFIX)]
    assert all(any(reason.encode() in content for content in counted) for reason in (Reason.REFUSED, Reason.UNHELPFUL))
    needles = [*NEEDLES, str(person), str(group), settings["ENCRYPTION_KEY"]]
    # The installation says which workspace its token is for; nothing else about it.
    database = left.more.pop("installs.db").replace(b"T0C4NARY2", b"")
    assert left.found(needles) == []
    left.more = {"installs.db": database}
    assert left.found(needles) == []


async def test_postgresql_holds_the_encrypted_token_and_nothing_else_of_anyone(
    left: Left,
    apis: tuple[SlackApi, TelegramApi],
    postgres: PostgresServer,
    tmp_path: Path,
    catalogue: Catalogue,
    matcher: Matcher,
) -> None:
    settings = environ(apis, tmp_path, DATABASE_URL=postgres.url)
    async with deployed(*apis, settings, catalogue, matcher) as bot:
        await on_slack(bot)
        await on_oauth(bot)
        assert await dump_tables(postgres.url) != b""
        postgres.stop()
        await bot.event(slack.direct(WORD, user=USER, channel=DIRECT) | {"team_id": "T0C4NARY9"})
        await bot.http.get("/slack/install")
        postgres.start()
    database = await dump_tables(postgres.url)
    assert b"T0C4NARY2" in database
    left.more["postgresql"] = database.replace(b"T0C4NARY2", b"")
    assert left.found([*NEEDLES, settings["ENCRYPTION_KEY"]]) == []


async def dump_tables(url: str) -> bytes:
    """Return all rows of all tables."""
    engine = open_engine(url)
    async with engine.connect() as connection:
        names = await connection.execute(
            sqlalchemy.text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        )
        rows = [
            list((await connection.execute(sqlalchemy.text(f'SELECT * FROM "{name}"'))).mappings())  # noqa: S608
            for name in names.scalars().all()
        ]
    await engine.dispose()
    return str([row for row in rows if row]).encode() if any(rows) else b""


def files(folder: Path) -> dict[str, bytes]:
    """Return the name and bytes of each file below ``folder``."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: path.name.encode() + b"\n" + path.read_bytes() for path in paths}


async def dump(server: RedisServer) -> bytes:
    """Return everything in Redis: keys, values, and the file that a snapshot writes."""
    client = open_redis(server.url)
    parts = []
    async for key in client.scan_iter("*"):
        parts += [key, await client.dump(key) or b""]
    await client.save()
    await client.aclose()
    return b"\n".join(parts) + (server.folder / "dump.rdb").read_bytes()


async def test_database_errors_do_not_quote_the_token(
    left: Left, apis: tuple[SlackApi, TelegramApi], tmp_path: Path, catalogue: Catalogue, matcher: Matcher
) -> None:
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(deployed(*apis, environ(apis, tmp_path), catalogue, matcher))
        database = tmp_path / "installs.db"
        page = await bot.http.get("/slack/install")
        state = re.search(r"state=([\w-]+)", page.headers.get("location", "") or page.text)
        assert state
        import sqlite3  # noqa: PLC0415

        connection = sqlite3.connect(database)
        connection.execute("DROP TABLE slack_bots")
        connection.commit()
        connection.close()
        cookie = {"cookie": page.headers["set-cookie"].partition(";")[0]}
        response = await bot.http.get(f"/slack/oauth_redirect?code=c4narycode&state={state[1]}", headers=cookie)
        assert response.status_code >= 400
        assert "c4nary" not in response.text
    assert "install_failed" in left.logs
    assert left.found([*NEEDLES, INSTALLED_TOKEN]) == []


async def test_what_waits_because_nobody_reads_the_log_holds_nothing(
    apis: tuple[SlackApi, TelegramApi], tmp_path: Path, catalogue: Catalogue, matcher: Matcher
) -> None:
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PAGE_BYTES)
    with os.fdopen(reader, "rb", 0) as unread, os.fdopen(writer, "w") as stream, logged_to(stream) as lines:
        try:
            async with asyncio.timeout(HANG_GUARD), deployed(*apis, environ(apis, tmp_path), catalogue, matcher) as bot:
                await on_slack(bot)
                await on_telegram(bot)
            waiting = lines.waiting()
        finally:
            read_all(unread, lines)
    assert len(waiting) > 60
    assert [needle for needle in NEEDLES if needle.lower() in "".join(waiting).lower()] == []


def test_a_crash_report_holds_nothing(left: Left) -> None:
    error = RuntimeError(WORD)
    sys.excepthook(RuntimeError, error, None)
    assert "RuntimeError" in left.logs
    assert left.found([WORD]) == []
