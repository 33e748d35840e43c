"""What each kind of bad request gets: SECURITY.md's table, row by row, against the whole bot."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from bot.service.web.http import BODY_BYTES
from tests.docs.documents import page
from tests.fakes.deployment import SLACK_PATH, TELEGRAM_PATH, WEBHOOK_SECRET, Deployment
from tests.fakes.slack.payloads import direct, request_for, sign
from tests.tools.places import TESTS

Request = tuple[bytes, dict[str, str]]

JSON = {"content-type": "application/json"}
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 1,
        "text": "5",
        "chat": {"id": 9, "type": "private", "first_name": "A"},
        "from": {"id": 9, "is_bot": False, "first_name": "A"},
    },
}


def slack(body: bytes | None = None, **changes: str) -> Request:
    made, headers = request_for(direct("5"))
    return (made if body is None else body), headers | changes


def telegram(body: bytes | None = None, **changes: str) -> Request:
    made = json.dumps(UPDATE).encode() if body is None else body
    return made, JSON | {SECRET_HEADER: WEBHOOK_SECRET} | changes


def without(request: Request, name: str) -> Request:
    body, headers = request
    return body, {key: value for key, value in headers.items() if key.lower() != name.lower()}


def signed(body: bytes, when: float = 0.0) -> Request:
    return body, JSON | sign(body, time.time() + when)


BIG = b'{"a": "' + b"x" * BODY_BYTES + b'"}'
MANY = {f"x-{number}": "1" for number in range(70)}

SLACK: dict[str, tuple[Callable[[], Request], int]] = {
    "unsigned": (lambda: without(slack(), "x-slack-signature"), 401),
    "without a timestamp": (lambda: without(slack(), "x-slack-request-timestamp"), 401),
    "signed with another secret": (lambda: (b"{}", JSON | sign(b"{}", secret="other")), 401),
    "signature of another body": (lambda: slack(b"{}"), 401),
    "truncated": (lambda: (request_for(direct("5"))[0][:-1], slack()[1]), 401),
    "expired, five minutes old": (lambda: signed(b"{}", -301), 401),
    "from the future": (lambda: signed(b"{}", 301), 401),
    "timestamp that is no number": (lambda: slack(**{"x-slack-request-timestamp": "now"}), 401),
    "over 1 MiB": (lambda: signed(BIG), 413),
    "over 64 header fields": (lambda: slack(**MANY), 431),
    "signed, but not JSON": (lambda: signed(b"not json"), 200),
    "signed, JSON of another shape": (lambda: signed(b'{"event": []}'), 200),
    "signed, nested a thousand deep": (lambda: signed(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 200),
}

TELEGRAM: dict[str, tuple[Callable[[], Request], int]] = {
    "without the secret": (lambda: without(telegram(), SECRET_HEADER), 401),
    "with another secret": (lambda: telegram(**{SECRET_HEADER: "other"}), 401),
    "with half the secret": (lambda: telegram(**{SECRET_HEADER: WEBHOOK_SECRET[:5]}), 401),
    "with an empty secret": (lambda: telegram(**{SECRET_HEADER: ""}), 401),
    "over 1 MiB": (lambda: telegram(BIG), 413),
    "over 64 header fields": (lambda: telegram(**MANY), 431),
    "with the secret, truncated": (lambda: telegram(json.dumps(UPDATE).encode()[:-5]), 200),
    "with the secret, not an update": (lambda: telegram(b"[]"), 200),
    "with the secret, of another shape": (lambda: telegram(b'{"update_id": 1, "message": 5}'), 200),
    "with the secret, nested a thousand deep": (lambda: telegram(b"[" * 100_000), 200),
}


HERE = "whole/test_security_table.py"
SERVER = "bot/service/web/test_server.py"
SLACK_TEST = (HERE, "a_bad_request_to_slacks_route_is_refused_and_answers_nobody")
TELEGRAM_TEST = (HERE, "a_bad_request_to_telegrams_route_is_refused_and_answers_nobody")


def calls(bot: Deployment) -> int:
    return len(bot.slack.sent) + sum(call.method == "sendMessage" for call in bot.telegram.calls)


@pytest.mark.parametrize("name", SLACK)
async def test_a_bad_request_to_slacks_route_is_refused_and_answers_nobody(bot: Deployment, name: str) -> None:
    make, status = SLACK[name]
    response = await bot.post(SLACK_PATH, *make())
    assert (response.status_code, response.text, calls(bot)) == (status, "", 0)


@pytest.mark.parametrize("name", TELEGRAM)
async def test_a_bad_request_to_telegrams_route_is_refused_and_answers_nobody(bot: Deployment, name: str) -> None:
    make, status = TELEGRAM[name]
    response = await bot.post(TELEGRAM_PATH, *make())
    assert (response.status_code, response.text, calls(bot)) == (status, "", 0)


async def test_a_good_request_is_answered_so_the_table_tests_something(bot: Deployment) -> None:
    for path, request in ((SLACK_PATH, slack()), (TELEGRAM_PATH, telegram())):
        before = calls(bot)
        assert (await bot.post(path, *request)).status_code == 200
        assert calls(bot) == before + 1


async def test_a_replayed_request_is_answered_only_the_first_time(bot: Deployment) -> None:
    for path, request in ((SLACK_PATH, slack()), (TELEGRAM_PATH, telegram())):
        before = calls(bot)
        for _ in range(3):
            assert (await bot.post(path, *request)).status_code == 200
        assert calls(bot) == before + 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_not_allowed(bot: Deployment, method: str) -> None:
    for path in (SLACK_PATH, TELEGRAM_PATH):
        assert (await bot.http.request(method, path)).status_code == 405


@pytest.mark.parametrize("path", ["/", "/admin", "/slack", "/telegram/webhook/", "/slack/events/..%2f", "/metrics/x"])
async def test_nothing_else_is_served(bot: Deployment, path: str) -> None:
    assert (await bot.http.post(path)).status_code in (307, 404)


async def test_responses_do_not_say_what_the_server_is_made_of(bot: Deployment) -> None:
    for path in ("/healthz", "/readyz", "/nothing"):
        headers = (await bot.http.get(path)).headers
        assert not {"server", "x-powered-by"} & set(headers)


TESTED = {
    "Slack: unsigned, signed with another secret, another body's signature, truncated": SLACK_TEST,
    "Slack: older or newer than five minutes, a timestamp that is no number": SLACK_TEST,
    "Telegram: without the secret, with another, with a part of it": TELEGRAM_TEST,
    "genuine and replayed within an hour": (HERE, "a_replayed_request_is_answered_only_the_first_time"),
    "genuine, but not JSON or of another shape": SLACK_TEST,
    "genuine, but not answered within 2 s (Slack's events) or 1 s (Telegram)": (
        "whole/test_processes.py", "a_kill_loses_nothing_that_took_longer_to_answer_than_the_platforms_wait",
    ),
    "genuine, while the Slack workspace's token cannot be read": (
        "bot/state/test_database_away.py", "while_postgresql_is_away_only_workspaces_that_are_not_known_wait",
    ),
    "more requests than can be answered in time": (
        "bot/service/test_inbox.py", "what_could_not_be_dealt_with_in_time_is_not_taken_on",
    ),
    "the body of over 100 requests awaited": (
        SERVER, "a_body_that_is_awaited_for_longest_makes_room_for_the_next",
    ),
    "over 300 requests of one source under way, or 600 in all": (
        "bot/service/web/test_server.py", "one_source_has_only_so_many_requests_under_way",
    ),
    "two lengths, or one that two servers could read in two ways": (
        "bot/service/web/test_server.py", "what_two_servers_could_read_in_two_ways_is_refused_and_ends_the_connection",
    ),
    "`/slack/install` over 30 times a minute": (
        "bot/slack/setup/test_installs.py", "installations_are_begun_thirty_times_a_minute_at_most",
    ),
    "a body over 1 MiB, or a length that is none": (SERVER, "a_declared_length_that_is_none_is_refused"),
    "over 64 header fields": SLACK_TEST,
    "a body that takes over 5 seconds": (SERVER, "a_body_that_does_not_come_is_given_up"),
    "a head that takes over 10 seconds": (SERVER, "a_head_that_comes_too_slowly_ends_the_connection"),
    "another method": (HERE, "other_methods_are_not_allowed"),
    "another path": (HERE, "nothing_else_is_served"),
    "a person over 20 messages a minute, a channel or group over 60": (
        "bot/slack/test_questions.py", "too_many_messages_get_one_notice_and_then_silence",
    ),
    "a message of any length": ("bot/dialogue/test_bounded.py", "a_hostile_message_costs_little"),
}  # fmt: skip
"""By the document's rows, the file and the test that shows it."""


def test_the_document_lists_exactly_what_is_tested() -> None:
    document = page("SECURITY.md")
    assert [request for request, _ in document.rows("What a request gets")] == [*TESTED]
    for file, name in TESTED.values():
        assert f"def test_{name}" in (TESTS / file).read_text()
    for status in {status for _, status in (*SLACK.values(), *TELEGRAM.values())}:
        assert f" {status}" in document.section("What a request gets")
