"""What ``/slack/events`` makes of requests: forged, stale, broken, unknown."""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import Rig, running
from tests.fakes.slack import payloads
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.documented import EVENTS, INTERACTIONS, SUBTYPES

BODY = json.dumps(payloads.mention("oversight")).encode()
JSON = {"content-type": "application/json"}


def signed(body: bytes = BODY, **changes: str) -> dict[str, str]:
    return JSON | payloads.sign(body) | changes


def now() -> str:
    return str(int(time.time()))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, lambda: JSON),
        (BODY, lambda: {**JSON, "x-slack-request-timestamp": now()}),
        (BODY, lambda: {**JSON, "x-slack-signature": "v0=00"}),
        (BODY, lambda: signed() | {"x-slack-signature": "v0=" + "0" * 64}),
        (BODY, lambda: signed() | {"x-slack-signature": ""}),
        (BODY, lambda: JSON | payloads.sign(BODY, secret="another")),
        (BODY + b" ", signed),
        (BODY[:-1], signed),
        (BODY, lambda: JSON | payloads.sign(BODY, when=time.time() - 301)),
        (BODY, lambda: JSON | payloads.sign(BODY, when=time.time() + 900)),
        (BODY, lambda: signed() | {"x-slack-request-timestamp": "abc"}),
        (BODY, lambda: signed() | {"x-slack-request-timestamp": ""}),
        (BODY, lambda: signed() | {"x-slack-request-timestamp": "-1"}),
        (BODY, lambda: signed() | {"x-slack-request-timestamp": "1e9"}),
        (BODY, lambda: signed() | {"x-slack-request-timestamp": "9" * 400}),
        (b"\xff\xfe", lambda: {**JSON, "x-slack-request-timestamp": now(), "x-slack-signature": "v0=00"}),
    ],
)
async def test_what_slack_did_not_sign_just_now_is_401_and_nothing_else(
    rig: Rig, body: bytes, headers: Callable[[], dict[str, str]]
) -> None:
    """Signed as the test is run: it may be long after it is read."""
    response = await rig.post(body, headers())
    assert (response.status_code, response.text) == (401, "")
    assert rig.api.sent == []
    assert 'faqbot_refused_requests_total{platform="slack"' in rig.metrics


@pytest.mark.parametrize(
    ("secret", "late", "reason"),
    [("another", 0, "bad_signature"), (payloads.SECRET, 301, "stale"), (payloads.SECRET, -301, "stale")],
)
async def test_a_clock_that_is_off_is_told_from_a_secret_that_is_wrong(
    rig: Rig, secret: str, late: int, reason: str
) -> None:
    await rig.post(BODY, JSON | payloads.sign(BODY, secret=secret, when=time.time() - late))
    assert rig.counted(f'faqbot_refused_requests_total{{platform="slack",reason="{reason}"}}') == 1


async def test_a_header_that_is_no_ascii_is_401(rig: Rig) -> None:
    headers = [(b"x-slack-request-timestamp", now().encode()), (b"x-slack-signature", b"v0=\xe9")]
    response = await rig.http.post("/slack/events", content=BODY, headers=headers)
    assert response.status_code == 401


async def test_only_posts_are_taken(rig: Rig) -> None:
    assert (await rig.http.get("/slack/events")).status_code == 405


async def test_slack_can_verify_the_address(rig: Rig) -> None:
    response = await rig.send({"type": "url_verification", "challenge": "abc", "token": "t"})
    assert (response.status_code, response.json()) == (200, {"challenge": "abc"})


async def test_what_slack_documents_and_is_not_for_the_bot_gets_200_and_no_answer(rig: Rig) -> None:
    about = {"user": "U1", "channel": "C1", "ts": payloads.stamp(), "text": "oversight"}
    events = [payloads.callback(about | {"type": kind}) for kind in EVENTS]
    subtypes = [payloads.direct("oversight", subtype=subtype) for subtype in SUBTYPES]
    for payload in (*events, *subtypes, *INTERACTIONS):
        response = await rig.send(payload)
        assert (response.status_code, response.text) == (200, ""), payload
        assert rig.api.sent == [], payload
    not_for_us = len(EVENTS) + len(INTERACTIONS)
    assert rig.counted('faqbot_refused_requests_total{platform="slack",reason="not_for_us"}') == not_for_us


NONSENSE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"text"',
    b"{}",
    b"{" * 5_000,
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"payload=",
    b"payload=%7B",
    b"payload=[]",
    b"payload=null",
    b"a=b&" * 1_000,
    b"command=/faq",
    b'{"type":"event_callback"}',
    b'{"type":"event_callback","event":[]}',
    b'{"type":"event_callback","event":{"type":["app_mention"]}}',
    b'{"type":"event_callback","event":{"type":"app_mention"},"authorizations":["x"]}',
    b'{"type":"block_actions","actions":{}}',
    b'{"type":"block_actions","actions":[]}',
    b'{"type":"url_verification"}',
    b'{"command":"/faq","team_id":["T1"],"user_id":{}}',
    b"\x00\x01",
    b'{"\\ud800":"\\udfff"}',
]


async def test_signed_nonsense_gets_200_and_no_answer(rig: Rig) -> None:
    for body in NONSENSE:
        for content_type in ("application/json", "application/x-www-form-urlencoded", "text/plain", ""):
            response = await rig.post(body, {"content-type": content_type, **payloads.sign(body)})
            assert response.status_code == 200, (body[:40], content_type)
    assert rig.api.sent == []


SEEDS = [
    payloads.mention("oversight"),
    payloads.direct("oversight"),
    payloads.opened("home"),
    payloads.opened("messages"),
    payloads.joined(),
    payloads.revoked(bot=["UBOT"]),
    payloads.uninstalled(),
    payloads.command("oversight"),
    payloads.shortcut("oversight", ""),
    payloads.press("t:oversight:en"),
    payloads.press("sh:oversight:en", private=True),
    payloads.press("y:oversight:en", kind="feedback_buttons"),
    payloads.home_press("t:oversight:en"),
]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["D" * 600, "\x00", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "text"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value inside ``value``."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """A payload of Slack's in which some values are replaced or missing."""
    payload = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(payload)))
        holder: Any = payload
        for step in way:
            holder = holder[step] if isinstance(holder, (dict, list)) and _has(holder, step) else None
        if holder is None or not _has(holder, last):
            continue
        if draw(st.booleans()):
            holder[last] = draw(anything)
        else:
            del holder[last]
    return payload


def _has(holder: Any, key: Any) -> bool:
    return (
        key in holder
        if isinstance(holder, dict)
        else isinstance(key, int) and isinstance(holder, list) and key < len(holder)
    )


async def test_no_payload_of_unexpected_form_is_an_error(api: SlackApi, slack_catalogue: Catalogue) -> None:
    """Any payload, correctly signed, gets 200; whatever is sent because of it, the judges accept."""
    async with running(api, slack_catalogue) as rig:
        loop_post = rig.post

        @settings(max_examples=250, suppress_health_check=list(HealthCheck))
        @given(bent(), st.sampled_from(["json", "form", "payload"]))
        def check(payload: dict[str, Any], form: str) -> None:
            asked.append((payload, form))

        asked: list[tuple[dict[str, Any], str]] = []
        check()
        for number, (bent_payload, form) in enumerate(asked):
            # People and events of their own, so that neither limits nor deduplication end an example early.
            text = json.dumps(bent_payload).replace('"U1"', f'"U{number % 40}"').replace('"Ev', f'"Ev{number}')
            payload = json.loads(re.sub(r'"\d{10}\.\d{6}"', f'"{1_700_000_000 + number}.000100"', text))
            body = json.dumps(payload).encode()
            kind = "application/json"
            if form != "json":
                kind = "application/x-www-form-urlencoded"
                flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
                fields = flat if form == "form" else {"payload": json.dumps(payload)}
                body = urlencode(fields, errors="surrogatepass").encode()
            response = await loop_post(body, {"content-type": kind, **payloads.sign(body)})
            assert response.status_code == 200, payload
        ours = ("Error", "Exception")
        errors = [line for line in rig.metrics.splitlines() if line.startswith("faqbot_errors_total")]
        assert not [line for line in errors if line.partition('code="')[2].partition('"')[0].endswith(ours)], errors
