"""``faqbot release`` at Telegram: everything is set where it differs, and only there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.settings import Secret, Settings
from bot.telegram.app import TokenRefusedError
from bot.telegram.setup.release import GROUP_COMMANDS, PRIVATE_COMMANDS, Patience, ReleaseError, release
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import SECRET, WEBHOOK
from tests.fakes.clock import FakeTime
from tests.fakes.telegram.api import TOKEN, Fault, TelegramApi, flood


async def test_the_first_release_sets_webhook_menus_and_profile_in_each_language(
    settings: Settings, catalogue: Catalogue, api: TelegramApi, phrases: Phrases, spanish: Phrases
) -> None:
    changes = await release(settings, catalogue)
    assert f"webhook: {WEBHOOK}" in changes
    assert api.methods.webhook["url"] == WEBHOOK
    assert api.methods.webhook["max_connections"] == 100, "all that Telegram offers: some wait for their chat"
    assert api.methods.secret == SECRET
    assert api.world.allowed == {"message", "callback_query", "inline_query", "my_chat_member"}
    for lang, wanted in (("", phrases), ("en", phrases), ("es", spanish)):
        private = api.methods.commands["all_private_chats", lang]
        own = [getattr(wanted.command_words, name, name) for name in PRIVATE_COMMANDS]
        assert [command["command"] for command in private] == own
        assert private[0]["description"] == wanted.command_topics
        group = api.methods.commands["all_group_chats", lang]
        assert (
            [command["command"] for command in group]
            == own[:5]
            == [getattr(wanted.command_words, name) for name in GROUP_COMMANDS]
        )
        assert api.methods._get_profile("Description", {"language_code": lang}) == {"description": wanted.description}
        short = api.methods._get_profile("ShortDescription", {"language_code": lang})
        assert short == {"short_description": wanted.tagline}
        assert api.methods._get_profile("Name", {"language_code": lang}) == {"name": wanted.name}


async def test_the_second_release_changes_nothing(settings: Settings, catalogue: Catalogue, api: TelegramApi) -> None:
    await release(settings, catalogue)
    api.calls.clear()
    assert await release(settings, catalogue) == []
    written = [call.method for call in api.calls if call.method.startswith("setMy")]
    assert written == []


async def test_a_webhook_with_fewer_connections_is_set_anew(
    settings: Settings, catalogue: Catalogue, api: TelegramApi
) -> None:
    await release(settings, catalogue)
    api.methods.webhook["max_connections"] = 40
    assert await release(settings, catalogue) == [f"webhook: {WEBHOOK}"]


async def test_only_what_differs_is_written(
    settings: Settings, catalogue: Catalogue, api: TelegramApi, spanish: Phrases
) -> None:
    await release(settings, catalogue)
    api.methods.profile["description", "es"] = "stale"
    api.methods.commands["all_group_chats", "en"] = []
    api.calls.clear()
    assert await release(settings, catalogue) == ["commands in groups (en)", "description (es)"]
    assert api.methods.profile["description", "es"] == spanish.description


async def test_a_new_secret_reaches_telegram_though_the_address_is_the_same(
    settings: Settings, catalogue: Catalogue, api: TelegramApi
) -> None:
    await release(settings, catalogue)
    rotated = replace(settings, telegram_webhook_secret=Secret("another"))
    assert await release(rotated, catalogue) == []
    assert api.methods.secret == "another"


async def test_without_a_public_url_the_webhook_is_taken_away(
    settings: Settings, catalogue: Catalogue, api: TelegramApi
) -> None:
    await release(settings, catalogue)
    polled = replace(settings, public_url=None)
    assert await release(polled, catalogue) == ["webhook: removed, the bot can be polled"]
    assert api.methods.webhook == {}
    assert await release(polled, catalogue) == []


async def test_a_public_url_without_a_secret_is_a_mistake(settings: Settings, catalogue: Catalogue) -> None:
    with pytest.raises(ReleaseError, match="TELEGRAM_WEBHOOK_SECRET"):
        await release(replace(settings, telegram_webhook_secret=None), catalogue)


@pytest.mark.parametrize("address", ["https://bot.example:9999", "http://bot.example"])
async def test_an_address_that_telegram_does_not_take_is_said_so_with_what_it_takes(
    settings: Settings, catalogue: Catalogue, address: str
) -> None:
    wrong = replace(settings, public_url=address)
    with pytest.raises(ReleaseError, match=r"PUBLIC_URL: .*https://.* port 443, 80, 88 or 8443") as caught:
        await release(wrong, catalogue)
    assert "run it again" not in str(caught.value)


@pytest.mark.parametrize(
    "method", ["getMe", "getWebhookInfo", "setWebhook", "getMyCommands", "setMyCommands", "setMyName"]
)
async def test_a_short_wait_that_telegram_asks_for_is_waited_out_whatever_is_set(
    settings: Settings,
    catalogue: Catalogue,
    api: TelegramApi,
    clock: FakeTime,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    monkeypatch.setattr("bot.telegram.setup.release.Patience", lambda: Patience(clock.sleep))
    api.methods.profile["name", ""] = "Old name"
    api.fail(method, flood(3), flood(9))
    changes = await release(settings, catalogue)
    assert f"webhook: {WEBHOOK}" in changes
    assert "commands in groups (es)" in changes
    assert "name" in changes
    assert clock.naps == [3, 9]


@pytest.mark.parametrize("method", ["setWebhook", "setMyCommands"])
async def test_a_long_wait_is_told(settings: Settings, catalogue: Catalogue, api: TelegramApi, method: str) -> None:
    api.fail(method, flood(84_000))
    with pytest.raises(ReleaseError, match="wait 84000 seconds"):
        await release(settings, catalogue)


async def test_a_wrong_token_is_said_so_without_showing_it(settings: Settings, catalogue: Catalogue) -> None:
    wrong = Secret("7000001:a-token-that-telegram-does-not-know")
    with pytest.raises(TokenRefusedError) as caught:
        await release(replace(settings, telegram_bot_token=wrong), catalogue)
    assert wrong.value not in str(caught.value)
    assert TOKEN not in str(caught.value)


async def test_telegram_away_is_said_in_one_line(settings: Settings, catalogue: Catalogue, api: TelegramApi) -> None:
    api.fail("getMe", Fault(502))
    with pytest.raises(ReleaseError, match="run it again"):
        await release(settings, catalogue)


async def test_a_name_that_telegram_will_not_change_today_does_not_stop_the_rest(
    settings: Settings, catalogue: Catalogue, api: TelegramApi
) -> None:
    api.methods.profile["name", ""] = "Old name"
    api.fail("setMyName", flood(84_000))
    changes = await release(settings, catalogue)
    assert "name: not changed, Telegram asks to wait 84000 seconds" in changes
    assert "description (es)" in changes


async def test_the_menus_hold_to_the_rules_for_commands(
    settings: Settings, catalogue: Catalogue, api: TelegramApi
) -> None:
    await release(settings, catalogue)
    for call in api.made("setMyCommands"):
        scope = json.loads(call["scope"])["type"]
        assert scope in ("all_private_chats", "all_group_chats")
