"""Cards in languages that the bot does not answer in: valid on both platforms, whole, and with a way on."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from bot.cli.editing.rendercheck import all_cards
from bot.cli.talking.jsonl import reply_object
from bot.cli.talking.terminal import render_text
from bot.dialogue.answers import card_reply
from bot.dialogue.conversation import FOREIGN, Conversation
from bot.dialogue.message import Message
from bot.dialogue.reply import LanguageReply, UrgentReply, is_urgent
from bot.dialogue.writer import ReplyWriter
from bot.slack.reading import read_press
from bot.slack.render import renderer as slack
from bot.telegram.render import renderer as telegram
from content.schema.catalogue import Catalogue
from intents.distress import CRY
from intents.matcher import Matcher
from tests.fakes.deployment import deployed, environ_for
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.judges import judge_message
from tests.fakes.slack.payloads import mention, press
from tests.fakes.telegram.api import TelegramApi
from tests.fakes.telegram.html import parse_html
from tests.fakes.telegram.judge import judge
from tests.intents.language.test_foreign import SAME_IN_BOTH_SCRIPTS, unseen


def test_every_card_is_one_message_that_slack_takes(catalogue: Catalogue) -> None:
    for code, reply in all_cards(catalogue):
        message = slack.render(reply)
        judge_message(message.payload)
        assert message.whole, code
        shown = json.dumps(message.blocks, ensure_ascii=False)
        assert all(step in shown for step in catalogue.language_cards[code].sentences), code


def test_every_card_is_one_message_that_telegram_takes(catalogue: Catalogue) -> None:
    for code, reply in all_cards(catalogue):
        (text,) = telegram.render(reply, catalogue.edition(None).phrases, "CalCoordFaqBot").texts
        judge("sendMessage", json.loads(json.dumps(telegram.preview(reply, catalogue.edition(None).phrases))))
        shown, entities = parse_html(text)
        card = catalogue.language_cards[code]
        assert all(step in shown for step in card.sentences), code
        assert [entity["url"] for entity in entities if entity["type"] == "text_link"] == [
            card.guide.url,
            card.legal_help.url,
        ]


def test_for_someone_in_distress_what_to_do_comes_before_what_the_bot_is(catalogue: Catalogue) -> None:
    card = catalogue.language_cards["ko"]
    phrases = catalogue.edition("en").phrases
    for urgent in (True, False):
        reply = card_reply(card, "en", urgent=urgent)
        assert is_urgent(reply) is urgent
        texts = (
            render_text(reply, width=0),
            slack.render(reply).text,
            json.dumps(slack.render(reply).blocks, ensure_ascii=False),
            telegram.render(reply, phrases, "CalCoordFaqBot").texts[0],
        )
        for text in texts:
            assert (text.index(card.sentences[0]) < text.index(card.about)) is urgent
            assert text.index(card.sentences[-1]) < text.index(card.guide.label)


async def test_a_cry_in_another_language_gets_its_card_and_counts_as_urgent(conversation: Conversation) -> None:
    cry = Message("ICE стучат ко мне в дверь", "tests:door")
    assert await conversation.urgency(cry) == FOREIGN
    reply = await conversation.reply(cry)
    assert isinstance(reply, LanguageReply)
    assert (reply.language, reply.urgent) == ("ru", True)
    asked = Message("что такое SB 54", "tests:door")
    assert await conversation.urgency(asked) is None
    assert await conversation.reply(asked) == conversation.replies.other_language("ru", "en")


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_a_cry_in_a_language_without_a_card_gets_urgent_help_in_one_of_ours(
    lang: str, conversation: Conversation, catalogue: Catalogue
) -> None:
    cry = Message("Hilfe, ICE steht vor meiner Tür", "tests:door", locale=lang)
    assert await conversation.urgency(cry) == FOREIGN
    reply = await conversation.reply(cry)
    assert isinstance(reply, UrgentReply)
    assert (reply.kind, reply.lang, reply.personal) == (CRY, lang, True)
    assert reply.notes == (catalogue.edition(lang).phrases.only_languages,)


async def test_every_message_of_the_unseen_set_gets_its_card(conversation: Conversation) -> None:
    for row in unseen():
        reply = await conversation.reply(Message(row["text"], "tests:each"))
        assert isinstance(reply, LanguageReply), row
        assert reply.language == row["language"] or row["text"] in SAME_IN_BOTH_SCRIPTS, row


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        # Characters that both Chinese scripts share.
        ("你好", "zh-hant", "zh-hant"),
        ("你好", "zh-TW", "zh-hant"),
        ("你好", "zh-hans", "zh-hans"),
        ("你好", None, "zh-hans"),
        ("你好", "ko", "zh-hans"),
        ("现在怎么办", "zh-hant", "zh-hans"),
        # What nothing is known of.
        ("oxente bixo", "pt-br", "pt"),
        ("oxente bixo", "en", None),
        ("oxente bixo", "de", None),
        # What is clearly in a language of the bot stays in it.
        ("can the sheriff ask about my papers?", "pt-br", None),
        ("¿qué dice la receta del pastel de mi abuela?", "pt-br", None),
    ],
)
async def test_the_platforms_language_counts_where_the_words_tell_nothing(
    text: str, locale: str | None, language: str | None, conversation: Conversation
) -> None:
    reply = await conversation.reply(Message(text, "tests:hint", locale=locale))
    assert (reply.language if isinstance(reply, LanguageReply) else None) == language


async def test_a_cry_by_the_platforms_language_is_heard(conversation: Conversation) -> None:
    cry = Message("被捕了", "tests:hint", locale="zh-hant")
    assert await conversation.urgency(cry) == FOREIGN
    reply = await conversation.reply(cry)
    assert isinstance(reply, LanguageReply)
    assert (reply.language, reply.urgent) == ("zh-hant", True)


async def test_who_chose_a_language_is_not_led_away_from_it(conversation: Conversation) -> None:
    here = {"conversation": "tests:chose", "person": "tests:chooser", "locale": "pt-br"}
    await conversation.reply(Message("english please", **here))
    assert not isinstance(await conversation.reply(Message("oxente bixo", **here)), LanguageReply)


async def test_what_stands_on_a_cards_buttons_can_be_typed(conversation: Conversation, catalogue: Catalogue) -> None:
    for code, card in catalogue.language_cards.items():
        for lang, label in card.buttons.items():
            await conversation.begin(code, card_reply(card, "en"))
            chosen = await conversation.reply(Message(label, code, person=f"{code} {lang}"))
            assert chosen == conversation.replies.language_chosen(lang), label


def test_a_card_says_what_is_in_it_and_offers_the_languages_and_the_guide(catalogue: Catalogue) -> None:
    card = catalogue.language_cards["vi"]
    reply = card_reply(card, "es")
    assert (reply.lang, [choice.action for choice in reply.suggestions]) == ("es", ["g::en", "g::es"])
    written = reply_object(reply, "c")
    assert (written["type"], written["lang"]) == ("fallback", "vi")
    text = render_text(reply, width=0)
    for part in (card.about, card.heading, *card.sentences, card.guide.url, card.legal_help.url, card.not_checked):
        assert part in text
    row = slack.render(reply).blocks[-1]["elements"]
    assert [element.get("url") for element in row] == [None, None, card.guide.url]
    keyboard = telegram.render(reply, catalogue.edition("es").phrases, "CalCoordFaqBot").keyboard
    assert keyboard is not None
    assert keyboard.inline_keyboard[-1][0].url == card.guide.url


def test_a_press_on_the_guide_asks_slack_for_nothing(catalogue: Catalogue) -> None:
    element = slack.render(card_reply(catalogue.language_cards["ko"], "en")).blocks[-1]["elements"][-1]
    body = {"user": {"id": "U1"}, "channel": {"id": "D1"}, "actions": [{"action_id": element["action_id"]}]}
    assert read_press(body, "T1") is None


@pytest.mark.parametrize("checked_by", ["", "A reader"])
def test_the_caution_goes_once_somebody_has_checked_the_card(catalogue: Catalogue, checked_by: str) -> None:
    card = replace(catalogue.language_cards["uk"], checked_by=checked_by)
    assert card_reply(card, "en").caution == ("" if checked_by else card.not_checked)
    assert (card.not_checked in render_text(card_reply(card, "en"), width=0)) is not bool(checked_by)


def test_the_welcome_has_a_line_in_the_language_of_the_persons_platform(catalogue: Catalogue) -> None:
    replies = ReplyWriter(catalogue)
    plain = replies.welcome("en")
    assert replies.welcome("en", "ko-KR").text == f"{plain.text}\n\n{catalogue.language_cards['ko'].welcome}"
    for locale in (None, "en", "es-MX", "de"):
        assert replies.welcome("en", locale) == plain


@pytest.mark.parametrize("text", ["移民局的人在我家门口", "o ICE está na minha porta", "ICE ont pris mon frère"])
async def test_a_cry_for_help_in_a_channel_stays_in_the_direct_message_too(
    text: str, catalogue: Catalogue, matcher: Matcher
) -> None:
    async with (
        SlackApi() as slack,
        TelegramApi() as telegram,
        deployed(slack, telegram, environ_for(slack, telegram), catalogue, matcher) as bot,
    ):
        await bot.event(mention(text))
        shown, kept = slack.sent
        english, *_ = kept.args["blocks"][-1]["elements"]
        await bot.event(press(english["value"], slack.response_url("U1"), channel="U1", thread=None, row="languages"))
        help_ = slack.sent[-1].args["text"]
    assert catalogue.edition("en").urgent[CRY].title in help_
    assert (shown.method, shown.args["user"]) == ("chat.postEphemeral", "U1")
    assert (kept.method, kept.args["channel"], kept.error) == ("chat.postMessage", "U1", None)
    assert catalogue.edition("en").phrases.welcome_short not in shown.args["text"] + kept.args["text"]


@pytest.mark.parametrize("text", ["你好", "do you have this in Vietnamese?", "¿tienen esto en mixteco?"])
async def test_no_card_stands_in_a_channel_where_others_read(text: str, catalogue: Catalogue, matcher: Matcher) -> None:
    async with (
        SlackApi() as slack,
        TelegramApi() as telegram,
        deployed(slack, telegram, environ_for(slack, telegram), catalogue, matcher) as bot,
    ):
        await bot.event(mention(text))
        (shown,) = slack.sent
    assert (shown.method, shown.args["user"]) == ("chat.postEphemeral", "U1")
