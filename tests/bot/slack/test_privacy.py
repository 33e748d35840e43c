"""What people write, who they are and what the bot knows in secret stays out of logs and metrics, at any level."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import Rig, environ_for, oauth_environ, running
from tests.fakes.slack import payloads
from tests.fakes.slack.api import SlackApi, broken, limited, refused, reset
from tests.fakes.slack.world import Account, Channel

MARKS = ("CANARY", "canary")


async def everything_that_happens(rig: Rig) -> None:
    """Go through every surface, and through each way of failing."""
    person = {"user": "UCANARY", "channel": "CCANARY"}
    url = rig.api.response_url("CCANARY", "UCANARY")
    asked = [
        payloads.mention("canary oversight", **person),
        payloads.mention("canary agents at my door", **person),
        payloads.mention("canary explode", **person),
        payloads.direct("canary 123-45-6789", user="UCANARY", channel="DCANARY"),
        payloads.command("canary oversight", url, **person),
        payloads.command("canary explode", url, **person),
        payloads.shortcut("canary oversight", url, **person),
        payloads.press("t:oversight:en", url, **person),
        payloads.press("sh:oversight:en", url, private=True, **person),
        payloads.press("y:oversight:en", url, kind="feedback_buttons", **person),
        payloads.home_press("t:oversight:en", user="UCANARY"),
        payloads.opened("home", user="UCANARY"),
        payloads.opened("messages", user="UCANARY", channel="DCANARY"),
        payloads.joined(channel="CCANARY"),
        payloads.callback({"type": "canary", **person}),
        payloads.callback({"type": "app_mention", "text": ["canary"], "user": {"id": ["UCANARY"]}}),
    ]
    for payload in asked:
        await rig.send(payload)
    for fault in (limited(), broken(), reset(), refused("is_archived"), refused("canary_error CANARY <x>")):
        for method in ("chat.postMessage", "chat.postEphemeral", "response_url"):
            rig.api.faults[method].extend([fault] * 3)
        for number in range(2):
            await rig.send(payloads.mention("canary oversight", **person | {"user": f"UCANARY{number}"}))
        rig.api.faults.clear()
    body, headers = payloads.request_for(payloads.mention("canary oversight", **person))
    await rig.post(body, headers | {"x-slack-signature": "v0=CANARY"})
    await rig.post(body, headers | {"x-slack-request-timestamp": "CANARY"})
    await rig.post(body[:-4] + b"CANARY", headers)


def found_in(records: list[logging.LogRecord]) -> list[str]:
    formatter = logging.Formatter("%(name)s %(message)s %(exc_text)s")
    written = [(record.name, formatter.format(record)) for record in records]
    # What the database driver and the fake server themselves log is for bot.logs to hold back, and tested there.
    ours = [text for name, text in written if name.startswith(("faqbot", "slack", "bot"))]
    return [text for text in ours if any(mark in text for mark in MARKS)]


async def test_logs_and_metrics_hold_nothing_of_a_message_or_person(
    api: SlackApi,
    slack_catalogue: Catalogue,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    api.world.accounts = {"xoxb-CANARY": Account()}
    members = {"UBOT", "UCANARY", "UCANARY0", "UCANARY1"}
    api.world.channels |= {"CCANARY": Channel(members), "DCANARY": Channel(members)}
    async with running(api, slack_catalogue, environ_for(api, SLACK_BOT_TOKEN="xoxb-CANARY")) as rig:
        await everything_that_happens(rig)
        assert len(api.sent) > 20
        assert not any(mark in rig.metrics for mark in MARKS), rig.metrics
    assert found_in(caplog.records) == []
    shown = capsys.readouterr()
    assert not any(mark in shown.out + shown.err for mark in MARKS)


async def test_installing_writes_no_code_state_or_token(
    api: SlackApi, slack_catalogue: Catalogue, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    environ = oauth_environ(api, tmp_path, Fernet.generate_key().decode()) | {"SLACK_CLIENT_SECRET": "CANARY"}
    async with running(api, slack_catalogue, environ) as rig:
        for state in ("CANARY", "canary"):
            headers = {"cookie": f"slack-app-oauth-state={state}"}
            await rig.http.get("/slack/oauth_redirect", params={"state": state, "code": "CANARY"}, headers=headers)
        assert not any(mark in rig.metrics for mark in MARKS)
    assert found_in(caplog.records) == []


async def test_the_store_holds_no_id_of_slacks(rig: Rig) -> None:
    await rig.send(payloads.mention("oversight"))
    await rig.send(payloads.press("g::es", rig.api.response_url("D1"), channel="D1", thread=None))
    kept = str(vars(rig.services.store))
    for name in ("U1", "C1", "T1", "D1", "Ev0"):
        assert f":{name}" not in kept
        assert f"'{name}" not in kept
