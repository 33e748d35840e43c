"""Inline mode: ``@bot sb 54`` in any chat offers titled answers to send there."""

from __future__ import annotations

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from bot.dialogue.commands import START_PRIVATE
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Answer, Message
from bot.telegram.addressing import conversation_key
from bot.telegram.render.keyboards import deep_link, link_keyboard
from bot.telegram.render.markup import bold, escape, italic
from bot.telegram.render.renderer import text_parameters, written
from bot.telegram.render.splitting import split_html
from bot.telegram.sending import Sender
from content.schema.phrases import Phrases
from intents.match import Decision, Kind, Match

RESULTS = 8
"""Answers offered at once; more of the topic list come as people scroll."""
LEAST_CONFIDENCE = 0.05
"""Candidates below this are not worth a line: an unrelated query offers nothing rather than anything."""
CACHE_SECONDS = 300


class InlineMode:
    """Answers inline queries. Nothing is remembered of them."""

    def __init__(self, conversation: Conversation, sender: Sender, bot: Bot) -> None:
        self._conversation = conversation
        self._sender = sender
        self._bot = bot

    async def on_query(self, query: InlineQuery) -> None:
        """Offer the topics that the query may mean; all topics, page by page, where it is empty."""
        person = query.from_user.id
        question = Message(
            query.query, conversation_key(person, person), "telegram", locale=query.from_user.language_code
        )
        if not query.query.strip():
            lang = await self._conversation.language(question)
            await self._offer(query, tuple(self._conversation.catalogue.edition(lang).entries), lang, personal=True)
            return
        match = await self._conversation.classify(question)
        urgent = match.decision is Decision.URGENT
        slugs = () if urgent else _worthwhile(match, await self._conversation.near_topics(question))
        # Telegram keeps one answer for all people unless it is personal: without words that tell the language,
        # the answer depends on who asks.
        await self._offer(query, slugs, match.lang, personal=not match.sure_of_lang, urgent=urgent)

    async def _offer(
        self, query: InlineQuery, slugs: tuple[str, ...], lang: str, *, personal: bool, urgent: bool = False
    ) -> None:
        phrases = self._conversation.catalogue.edition(lang).phrases
        start = int(query.offset) if query.offset.isdigit() else 0
        end = start + RESULTS
        results = [self._result(slug, lang, phrases) for slug in slugs[start:end]]
        label = phrases.inline_private if urgent else phrases.open_bot
        await self._sender.answer_inline(
            query,
            results,
            cache_seconds=CACHE_SECONDS,
            personal=personal,
            next_offset=str(end) if end < len(slugs) else "",
            button=InlineQueryResultsButton(label, start_parameter=START_PRIVATE),
        )

    def _result(self, slug: str, lang: str, phrases: Phrases) -> InlineQueryResultArticle:
        answer = self._conversation.replies.answer(slug, lang)
        return InlineQueryResultArticle(
            id=f"{slug}:{answer.lang}",
            title=answer.title,
            description=answer.short,
            input_message_content=_content(inline_text(answer)),
            reply_markup=inline_keyboard(slug, phrases, self._bot.username),
        )


def inline_text(answer: Answer) -> str:
    """Return the whole answer where it fits one message, else its title, short answer and footer."""
    texts = split_html(written(answer))
    if len(texts) == 1:
        return texts[0]
    return "\n\n".join([bold(answer.title), escape(answer.short), italic(answer.footer)])


def inline_keyboard(slug: str, phrases: Phrases, username: str) -> InlineKeyboardMarkup:
    """Return the link to this answer in the bot: buttons with codes would act in a chat that the bot is not in."""
    return link_keyboard(phrases.open_bot, deep_link(username, slug))


def _content(text: str) -> InputTextMessageContent:
    parameters = text_parameters(text)
    return InputTextMessageContent(
        parameters["text"],
        parse_mode=parameters.get("parse_mode"),
        entities=parameters.get("entities"),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _worthwhile(match: Match, near: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries to offer, best first: the one decided on, those asked back about, then what is likely."""
    found = [match.target] if match.decision is Decision.ANSWER and match.target else []
    found += [choice.id for choice in match.choices if choice.kind is Kind.ENTRY]
    found += near
    if match.decision is not Decision.FALLBACK:
        found += [candidate.slug for candidate in match.candidates if candidate.confidence >= LEAST_CONFIDENCE]
    return tuple(dict.fromkeys(found))[:RESULTS]
