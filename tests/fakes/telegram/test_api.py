"""The fake Bot API is checked by a client that is not the bot's: aiogram's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyParameters,
)

from tests.fakes.telegram.api import TOKEN, Fault, TelegramApi, flood
from tests.fakes.telegram.world import USERNAME


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server
    server.verdicts.clear()


@pytest.fixture
async def bot(api: TelegramApi) -> AsyncIterator[Bot]:
    bot = client(api, TOKEN)
    yield bot
    await close(bot)


def client(api: TelegramApi, token: str) -> Bot:
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))


async def close(bot: Bot) -> None:
    """Close the connections; aiogram's own close then waits for TLS, of which there is none."""
    assert isinstance(bot.session, AiohttpSession)
    await (await bot.session.create_session()).close()


async def test_a_small_conversation(api: TelegramApi, bot: Bot) -> None:
    """Poll, answer with a button, see it pressed, answer the press, edit the message, confirm."""
    me = await bot.get_me()
    assert me.username == USERNAME
    ana = api.world.person("Ana")
    await api.world.says(ana, f"/start@{USERNAME} now")
    (update,) = await bot.get_updates(timeout=1)
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.entities is not None
    assert update.message.entities[0].type == "bot_command"
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    sent = await bot.send_message(
        ana.id, "<b>Hi</b> 😀 <i>you</i>", parse_mode="HTML", reply_markup=keyboard,
        reply_parameters=ReplyParameters(message_id=update.message.message_id),
    )  # fmt: skip
    assert sent.text == "Hi 😀 you"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities or []] == [
        ("bold", 0, 2),
        ("italic", 6, 3),
    ]
    assert sent.reply_to_message is not None
    await api.world.presses(ana, api.said(api.world.private(ana))[0], "Go")
    (press,) = await bot.get_updates(offset=update.update_id + 1, timeout=1)
    assert press.callback_query is not None
    assert press.callback_query.message is not None
    assert press.callback_query.message.message_id == sent.message_id
    assert await bot.answer_callback_query(press.callback_query.id, text="Done")
    edited = await bot.edit_message_text("Bye", chat_id=ana.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("Bye", None)
    assert await bot.get_updates(offset=press.update_id + 1) == []
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(press.callback_query.id)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("Bye", chat_id=ana.id, message_id=sent.message_id)


async def test_long_polling_waits_for_the_next_update(api: TelegramApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0)
    await api.world.says(api.world.person(), "hello")
    (update,) = await waiting
    assert update.message is not None
    assert update.message.text == "hello"


async def test_pollers_and_webhooks_exclude_each_other(api: TelegramApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await api.until(lambda: api._poll == 1)
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first
    await api.world.says(api.world.person(), "hello")
    assert len(await second) == 1
    await bot.set_webhook("https://bot.example/telegram/webhook", secret_token="a-b_c", allowed_updates=["message"])
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    info = await bot.get_webhook_info()
    assert (info.url, info.allowed_updates) == ("https://bot.example/telegram/webhook", ["message"])
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""


async def test_refusals(api: TelegramApi, bot: Bot) -> None:
    ana, group = api.world.person(), api.world.group(supergroup=False)
    new = await api.world.migrates(ana, group)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(group.id, "x")
    assert moved.value.migrate_to_chat_id == new.id
    for chat, text, mode, reason in [
        (999, "x", None, "chat not found"),
        (ana.id, " ", None, "message text is empty"),
        (ana.id, "x" * 4097, None, "message is too long"),
        (ana.id, "<b>x", "HTML", "can't parse entities"),
        (ana.id, "<p>x</p>", "HTML", "Unsupported start tag"),
        (ana.id, "<b><i>x</b></i>", "HTML", "Unmatched end tag"),
        (ana.id, "x", "Markup", "unsupported parse_mode"),
    ]:
        with pytest.raises(TelegramBadRequest, match=reason):
            await bot.send_message(chat, text, parse_mode=mode)
    long = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="x" * 65)]])
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(ana.id, "x", reply_markup=long)
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ana.id, "x", reply_parameters=ReplyParameters(message_id=1))
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(new.id, "x", message_thread_id=5)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=ana.id, message_id=1)
    theirs = await api.world.says(ana, "mine")
    with pytest.raises(TelegramBadRequest, match="can't be edited"):
        await bot.edit_message_text("x", chat_id=ana.id, message_id=theirs["message_id"])
    await api.world.blocks(ana)
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(ana.id, "x")


async def test_tokens(api: TelegramApi) -> None:
    wrong = client(api, "42:AAAA")
    with pytest.raises(TelegramUnauthorizedError):
        await wrong.get_me()
    await close(wrong)
    bot = client(api, TOKEN)
    api.fail("getMe", Fault(404, "Not Found"))
    with pytest.raises(TelegramNotFound):
        await bot.get_me()
    await close(bot)


async def test_faults(api: TelegramApi, bot: Bot) -> None:
    ana = api.world.person()
    api.fail("sendMessage", flood(9), Fault(502, "Bad Gateway"), Fault(cut=True), Fault(cut=True, done=True))
    with pytest.raises(TelegramRetryAfter) as wait:
        await bot.send_message(ana.id, "x")
    assert wait.value.retry_after == 9
    with pytest.raises(TelegramServerError):
        await bot.send_message(ana.id, "x")
    for _ in range(2):
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(ana.id, "x")
    assert len(api.said(api.world.private(ana))) == 1


async def test_menus_and_profile(api: TelegramApi, bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand(command="topics", description="All")], scope=scope, language_code="es")
    assert await bot.get_my_commands(scope=scope) == []
    assert (await bot.get_my_commands(scope=scope, language_code="es"))[0].command == "topics"
    for name in ("Topics", "a-b", "x" * 33, ""):
        with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(command=name, description="All")])
    await bot.set_my_description("Default")
    assert (await bot.get_my_description(language_code="es")).description == "Default"
    await bot.set_my_description("Otra", language_code="es")
    assert (await bot.get_my_description(language_code="es")).description == "Otra"
    with pytest.raises(TelegramBadRequest, match="too long"):
        await bot.set_my_short_description("x" * 121)
    with pytest.raises(TelegramBadRequest, match="invalid language code"):
        await bot.set_my_name("x", language_code="english")


async def test_inline_queries(api: TelegramApi, bot: Bot) -> None:
    ana = api.world.person()
    await api.world.asks_inline(ana, "sb 54")
    (update,) = await bot.get_updates(timeout=1)
    assert update.inline_query is not None
    content = InputTextMessageContent(message_text="<b>x</b>", parse_mode="HTML")
    result = InlineQueryResultArticle(id="a", title="A", input_message_content=content)
    with pytest.raises(TelegramBadRequest, match="RESULT_ID_DUPLICATE"):
        await bot.answer_inline_query(update.inline_query.id, [result, result])
    assert await bot.answer_inline_query(update.inline_query.id, [result])
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_inline_query(update.inline_query.id, [result])


@pytest.mark.parametrize(
    ("url", "reason"),
    [("http://bot.example/", "HTTPS"), ("https://bot.example:9000/", "ports 80, 88, 443 or 8443")],
)
async def test_webhook_addresses(api: TelegramApi, bot: Bot, url: str, reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_webhook(url)
    with pytest.raises(TelegramBadRequest, match="unallowed characters"):
        await bot.set_webhook("https://bot.example/", secret_token="not good")


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(api: TelegramApi, bot: Bot) -> None:
    ana, group = api.world.person(), api.world.group()
    for text in ("hello all", "/weather@OtherBot", f"hello @{USERNAME}", "/help", f"/help@{USERNAME}"):
        await api.world.says(ana, text, group)
    seen = [update.message.text for update in await bot.get_updates() if update.message]
    assert seen == [f"hello @{USERNAME}", "/help", f"/help@{USERNAME}"]
