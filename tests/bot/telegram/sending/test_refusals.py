"""What is done about Telegram's refusals, against the documentation and the Bot API server's own words."""

from __future__ import annotations

import json

import pytest
from telegram.error import BadRequest

from bot.telegram.refusals import REMEDIES, Remedy, remedy_for
from tests.bot.telegram.conftest import Bot
from tests.fakes.telegram.api import Fault
from tests.fakes.telegram.world import USERNAME, Person
from tests.tools.places import TESTS

QUESTION = "who checks that ICE task forces follow the rules?"
METHODS: dict[str, list[str]] = json.loads((TESTS / "data/errors/telegram.json").read_text("utf-8"))["methods"]
AS_FORBIDDEN = {"USER_IS_BLOCKED": "bot was blocked by the user", "INPUT_USER_DEACTIVATED": "user is deactivated"}
"""Errors that the server itself turns into 403, and its words for them."""
GIVEN_UP = (
    # Nobody may write there, or to that person, or the bot may not.
    "chat not found", "chat_id_invalid", "chat_id is empty", "peer_id_invalid", "channel_invalid",
    "channel_private", "channel_monoforum_unsupported", "chat_admin_required", "chat_forwards_restricted",
    "chat_guest_send_forbidden", "chat_restricted", "chat_send_", "chat_write_forbidden", "user_banned_in_channel",
    "user_is_bot", "user_bot_", "you_blocked_user", "encryption_declined", "privacy_premium_required",
    "premium_account_required", "bot_invalid", "allow_payment_required", "payment_unsupported", "balance_too_low",
    "send_as_peer_invalid", "inline_bot_required",
    # What the bot never sends.
    "business_", "quick_replies_", "reply_messages_too_much", "schedule_", "stories_never_created",
    "story_id_invalid", "suggested_post_", "document_", "effect_chat_invalid", "from_message_bot_disabled",
    "pinned_dialogs_too_much", "poll_option_invalid", "random_id_empty", "file_", "image_process_failed", "media_",
    "photo_", "todo_", "webpage_", "url_invalid", "article_title_empty", "audio_", "gif_content_type_invalid",
    "sticker_document_invalid", "video_", "webdocument_", "send_message_", "switch_", "start_param_", "result",
    "next_offset_invalid",
    # Texts have their length before they are sent.
    "message_empty", "message_too_long", "message text is empty",
)  # fmt: skip
"""Refusals, or their beginning, about which there is nothing to do: looked at, and given up on purpose."""
DOCUMENTED = sorted({tuple(error.split(" ", 1)) for errors in METHODS.values() for error in errors})


def is_by_status(status: str, words: str) -> bool:
    """Say whether its status or its parameter decides: too many, the server's trouble, thrown out, a new chat's id."""
    thrown_out = words in AS_FORBIDDEN or (status == "403" and words.islower())
    return status in ("420", "500") or thrown_out or words == "group chat was upgraded to a supergroup chat"


@pytest.mark.parametrize("method", METHODS)
def test_each_documented_error_has_a_remedy(method: str) -> None:
    known = (*REMEDIES, *GIVEN_UP)
    open_still = [
        error
        for error in METHODS[method]
        if not is_by_status(*error.split(" ", 1)) and not any(words in error.lower() for words in known)
    ]
    assert open_still == []


def of(remedy: Remedy) -> list[str]:
    return [
        words
        for status, words in DOCUMENTED
        if not is_by_status(status, words) and remedy_for(BadRequest(words)) is remedy
    ]


AT_FAULT = [*of(Remedy.PLAIN), *of(Remedy.NO_BUTTONS), *of(Remedy.NO_REPLY)]


@pytest.mark.parametrize("words", AT_FAULT)
async def test_what_is_at_fault_is_left_out_and_the_rest_is_said(bot: Bot, ana: Person, words: str) -> None:
    group = bot.api.world.group()
    bot.api.fail("sendMessage", Fault(400, f"Bad Request: {words}"))
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    remedy = remedy_for(BadRequest(words))
    assert ("entities" in answer) == (remedy is not Remedy.PLAIN)
    assert ("reply_markup" in answer) == (remedy is not Remedy.NO_BUTTONS)
    assert ("reply_to_message" in answer) == (remedy is not Remedy.NO_REPLY)
    assert bot.count("faqbot_errors_total", platform="telegram", code="BadRequest") == 1


@pytest.mark.parametrize("words", of(Remedy.INTO_THE_CHAT))
async def test_what_the_topic_refuses_is_said_in_the_chat(bot: Bot, ana: Person, words: str) -> None:
    group = bot.api.world.group(forum=True, topics=[7])
    await bot.api.world.says(ana, f"@{USERNAME} {QUESTION}", group, thread=7)
    bot.api.fail("sendMessage", Fault(400, f"Bad Request: {words}"))
    await bot.settle()
    (said,) = bot.api.said(group)
    assert "message_thread_id" not in said


@pytest.mark.parametrize("words", ["CHAT_WRITE_FORBIDDEN", "PEER_ID_INVALID", "MESSAGE_TOO_LONG", "NEW_NEXT_YEAR"])
async def test_where_nothing_can_be_said_it_is_counted_and_not_tried_again(bot: Bot, ana: Person, words: str) -> None:
    bot.api.fail("sendMessage", Fault(400, f"Bad Request: {words}"))
    assert await bot.hears(ana, QUESTION) == []
    assert [call.method for call in bot.api.calls].count("sendMessage") == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="BadRequest") == 1


@pytest.mark.parametrize("words", [*of(Remedy.ANEW), "BUTTON_DATA_INVALID"])
async def test_what_cannot_be_changed_is_said_anew(bot: Bot, ana: Person, words: str) -> None:
    (menu,) = await bot.hears(ana, "/topics")
    bot.api.fail("editMessageText", Fault(400, f"Bad Request: {words}"))
    await bot.pressed(ana, menu, data="l:1:en")
    assert len(bot.api.said(bot.api.world.private(ana))) == 2
