"""The manifest against what the bot really listens to and calls, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.slack.setup.manifest import BOT_EVENTS, SCOPES, build_manifest
from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import Rig
from tests.fakes.slack import payloads
from tests.fakes.slack.documented import EVENTS
from tests.fakes.slack.world import METHOD_SCOPES

EVENT_SCOPES: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}
"""The scopes that Slack asks for with each event (https://docs.slack.dev/reference/events)."""

SENT_EVENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "app_home_opened": lambda: payloads.opened("home"),
    "app_mention": lambda: payloads.mention("oversight"),
    "app_uninstalled": payloads.uninstalled,
    "member_joined_channel": payloads.joined,
    "message.im": lambda: payloads.direct("oversight"),
    "tokens_revoked": lambda: payloads.revoked(bot=["UBOT"]),
}


@pytest.fixture
def manifest(slack_catalogue: Catalogue) -> dict[str, Any]:
    return build_manifest(slack_catalogue.edition("en"), "https://bot.example.org/")


NOT_FOR_US = 'faqbot_refused_requests_total{platform="slack",reason="not_for_us"}'


@contextmanager
def listened_to(rig: Rig, *, yes: bool) -> Iterator[None]:
    before = rig.counted(NOT_FOR_US)
    yield
    assert (rig.counted(NOT_FOR_US) == before) is yes


async def test_every_subscribed_event_has_a_listener_and_no_other_has(rig: Rig, manifest: dict[str, Any]) -> None:
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert set(subscribed) == set(SENT_EVENTS) == set(BOT_EVENTS)
    for name in subscribed:
        with listened_to(rig, yes=True):
            await rig.send(SENT_EVENTS[name]())
    for name in EVENTS:
        with listened_to(rig, yes=False):
            await rig.send(payloads.callback({"type": name}))


async def test_the_command_and_the_shortcut_have_listeners_and_no_others_have(
    rig: Rig, manifest: dict[str, Any]
) -> None:
    (command,) = manifest["features"]["slash_commands"]
    (shortcut,) = manifest["features"]["shortcuts"]
    for name, yes in ((command["command"], True), ("/other", False)):
        with listened_to(rig, yes=yes):
            await rig.send(payloads.command("oversight") | {"command": name})
    for name, yes in ((shortcut["callback_id"], True), ("other", False)):
        with listened_to(rig, yes=yes):
            await rig.send(payloads.shortcut("oversight", "") | {"callback_id": name})
    assert shortcut["type"] == "message"
    assert command["should_escape"] is True


async def test_the_scopes_are_those_of_the_events_and_the_calls_and_no_more(rig: Rig, manifest: dict[str, Any]) -> None:
    for payload in (
        payloads.mention("oversight"),
        payloads.mention("agents at my door"),
        payloads.direct("oversight"),
        payloads.opened("home"),
        payloads.opened("messages"),
        payloads.joined(),
        payloads.shortcut("oversight", ""),
        payloads.press("t:training:en"),
        payloads.press("sh:training:en", private=True),
        payloads.press("y:training:en", kind="feedback_buttons"),
        payloads.home_press("t:training:en"),
    ):
        await rig.send(payload)
    called = {call.method for call in rig.api.calls} - {"response_url"}
    assert called == set(METHOD_SCOPES)
    needed = {scope for method in called if (scope := METHOD_SCOPES[method])}
    needed |= {scope for name in BOT_EVENTS for scope in EVENT_SCOPES[name]}
    needed |= {"commands"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed == set(SCOPES)
    assert set(manifest["oauth_config"]["scopes"]) == {"bot"}


def test_over_http_every_address_is_ours(manifest: dict[str, Any]) -> None:
    events = "https://bot.example.org/slack/events"
    assert manifest["settings"]["event_subscriptions"]["request_url"] == events
    assert manifest["settings"]["interactivity"] == {"is_enabled": True, "request_url": events}
    assert manifest["features"]["slash_commands"][0]["url"] == events
    assert manifest["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert manifest["settings"]["socket_mode_enabled"] is False


def test_for_socket_mode_there_is_no_address(slack_catalogue: Catalogue) -> None:
    made = build_manifest(slack_catalogue.edition("en"), socket=True)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "https://" not in str(made["settings"]) + str(made["features"]) + str(made["oauth_config"])


def test_the_agent_view_is_the_new_one(manifest: dict[str, Any]) -> None:
    assert "assistant_view" not in manifest["features"]
    assert len(manifest["features"]["agent_view"]["agent_description"]) <= 300
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert manifest["features"]["app_home"]["messages_tab_enabled"]
    assert not manifest["features"]["app_home"]["messages_tab_read_only_enabled"]


async def test_every_suggested_prompt_is_answered_with_its_topic(rig: Rig) -> None:
    edition = rig.services.conversation.catalogue.edition("en")
    prompts = build_manifest(edition)["features"]["agent_view"]["suggested_prompts"]
    assert 1 <= len(prompts) <= 4
    for prompt in prompts:
        assert set(prompt) == {"title", "message"}
        await rig.send(payloads.direct(prompt["message"]))
        assert f"*{prompt['message']}*" in rig.api.sent[-1].args["text"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_manifest_says_how_it_goes_on_slack(slack_catalogue: Catalogue, lang: str) -> None:
    text = build_manifest(slack_catalogue.edition(lang))["display_information"]["long_description"]
    assert "/faq" in text
    assert not {"Start", "Iniciar", "Press", "Toque"} & set(text.replace(",", " ").split()), "that is Telegram's button"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_manifests_texts_are_within_slacks_limits(slack_catalogue: Catalogue, lang: str) -> None:
    made = build_manifest(slack_catalogue.edition(lang), "https://bot.example.org")
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4_000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["shortcuts"][0]["name"]) <= 24
    assert len(features["shortcuts"][0]["description"]) <= 150
    assert len(features["slash_commands"][0]["description"]) <= 2_000
    assert len(features["slash_commands"][0]["usage_hint"]) <= 1_000
