"""Inline mode: ``@bot sb 54`` in any chat offers titled answers to send there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from telegram import Bot, InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent

from bot.dialogue.actions import Action, Verb, link_payload, of_point
from bot.dialogue.answers import card_reply
from bot.dialogue.commands import START_PRIVATE, START_URGENT, link_to
from bot.dialogue.conversation import Conversation
from bot.dialogue.decided import HELP, reply_for
from bot.dialogue.following.acts import is_clear
from bot.dialogue.memory import action_of
from bot.dialogue.message import Message
from bot.dialogue.reply import Answer, Card, Reply, SignpostReply, UrgentReply
from bot.dialogue.writer import UNCLEAR
from bot.state.batch import Batch
from bot.state.store import Operation
from bot.telegram.addressing import conversation_key
from bot.telegram.render.keyboards import deep_link, link_keyboard
from bot.telegram.render.renderer import text_parameters, written_alone
from bot.telegram.render.splitting import split_html
from bot.telegram.sending import NO_PREVIEW, Sender
from content.schema.catalogue import Entry
from content.schema.phrases import Phrases
from intents.match import Decision, Match

RESULTS = 8
"""Answers offered at once; more of the topic list come as people scroll."""
LEAST_CONFIDENCE = 0.05
"""Candidates below this are not worth a line: an unrelated query offers nothing rather than anything."""
CACHE_SECONDS = 300

_SHOWN = {
    Decision.ANSWER: Verb.TOPIC,
    Decision.SIGNPOST: Verb.SIGNPOST,
    Decision.URGENT: Verb.URGENT,
    Decision.LAW: Verb.LAW,
    Decision.GLOSSARY: Verb.TERM,
}


class InlineMode:
    """Answers inline queries. Nothing is remembered of them."""

    def __init__(self, conversation: Conversation, sender: Sender, bot: Bot) -> None:
        self._conversation = conversation
        self._sender = sender
        self._bot = bot

    def ahead(self, query: InlineQuery) -> Sequence[Operation]:
        person = query.from_user.id
        return self._conversation.recollection.looked_up("", conversation_key(person, person))

    async def on_query(self, query: InlineQuery, batch: Batch) -> None:
        """Offer the topics that the query may mean; all topics, page by page, where it is empty."""
        conversation, person = self._conversation.through(batch), query.from_user.id
        question = Message(query.query, conversation_key(person, person), locale=query.from_user.language_code)
        if not query.query.strip():
            lang = await conversation.language(question)
            topics = [Action(Verb.TOPIC, slug, lang) for slug in conversation.catalogue.edition(lang).entries]
            await self._offer(query, topics, lang, self._way(lang), personal=True)
            return
        match = await conversation.classify(question)
        near, begun = await conversation.near_topics(question), await conversation.begun_names(question)
        found = self._worthwhile(match, near, begun)
        # The beginning of a name looks like a word of some other language.
        way = self._way(match.lang, None if begun and match.foreign else match)
        # Telegram keeps one answer for all people unless it is personal: without words that tell the language,
        # the answer depends on who asks.
        personal = bool(begun) or not match.sure_of_lang
        await self._offer(query, found, match.lang, way, personal=personal)

    async def _offer(
        self,
        query: InlineQuery,
        found: Sequence[Action],
        lang: str,
        way: InlineQueryResultsButton,
        *,
        personal: bool,
    ) -> None:
        phrases = self._conversation.catalogue.edition(lang).phrases
        start = int(query.offset) if query.offset.isdigit() else 0
        end = start + RESULTS
        results = [self._result(action, phrases) for action in found[start:end]]
        await self._sender.answer(
            partial(
                self._bot.answer_inline_query,
                query.id,
                results,
                cache_time=CACHE_SECONDS,
                is_personal=personal,
                next_offset=str(end) if end < len(found) else "",
                button=way,
            )
        )

    def _way(self, lang: str, match: Match | None = None) -> InlineQueryResultsButton:
        """Return the button into the private chat, which shows the help or the card that ``match`` calls for."""
        catalogue, label, payload = self._conversation.catalogue, "", START_PRIVATE
        phrases = catalogue.edition(lang).phrases
        if match and match.decision is Decision.URGENT and match.target:
            label, payload = phrases.inline_private, f"{START_URGENT}{match.target}"
        elif match and (card := catalogue.language_cards.get(match.foreign or "")):
            label, payload = card.continue_privately, link_to(card_reply(card, lang, urgent=match.distressed))
        return InlineQueryResultsButton(label or phrases.open_bot, start_parameter=payload)

    def _result(self, action: Action, phrases: Phrases) -> InlineQueryResultArticle:
        reply = reply_for(action, self._conversation.replies)
        title, description = _named(reply)
        link = deep_link(self._bot.username, link_payload(action.code))
        text = text_parameters(split_html(written_alone(reply))[0])
        return InlineQueryResultArticle(
            id=action.code,
            title=title,
            description=description,
            input_message_content=InputTextMessageContent(text.pop("text"), **text, link_preview_options=NO_PREVIEW),
            # Buttons with codes would act in a chat that the bot is not in.
            reply_markup=link_keyboard(phrases.open_bot, link),
        )

    def _worthwhile(self, match: Match, near: tuple[str, ...], begun: Sequence[Action]) -> tuple[Action, ...]:
        """Return what to offer, best first: what was decided on, what is asked back about, then what is likely.

        What has a name that only begins with the query comes before all but what is clear.
        """
        lang, entries = match.lang, self._conversation.catalogue.edition(match.lang).entries
        found = [decided] if (decided := _decided(match, entries)) else []
        found = [*found, *begun] if is_clear(match) else [*begun, *found]
        found += [action_of(choice, lang, match.leading) for choice in match.choices]
        found += [Action(Verb.TOPIC, slug, lang) for slug in near]
        if match.decision is not Decision.FALLBACK:
            likely = [one.slug for one in match.candidates if one.confidence >= LEAST_CONFIDENCE]
            found += [Action(Verb.TOPIC, slug, lang) for slug in likely]
        led = {action.argument.partition("-")[0] for action in found if action.verb is Verb.POINT}
        once: dict[tuple[Verb, str], Action] = {}
        for action in found:
            if action.verb is not Verb.TOPIC or str(entries[action.subject].number) not in led:
                once.setdefault((action.verb, action.subject), action)
        return tuple(once.values())[:RESULTS]


def _decided(match: Match, entries: Mapping[str, Entry]) -> Action | None:
    """Return what shows the thing that ``match`` decided on, or None where that is no thing to send."""
    if match.target == HELP and match.decision is Decision.SMALLTALK:
        # What a bot can do is not sent to anybody.
        return Action(Verb.URGENT, UNCLEAR, match.lang)
    verb = _SHOWN.get(match.decision)
    if verb is None or match.target is None:
        return None
    if verb is Verb.TOPIC and match.point:
        return of_point(entries[match.target].number, match.point, match.lang)
    return Action(verb, match.target, match.lang)


def _named(reply: Reply) -> tuple[str, str]:
    """Return the title of a result and what stands below it."""
    match reply:
        case Answer():
            return reply.title, reply.point.text if reply.point else reply.short
        case UrgentReply():
            return reply.title, reply.steps[0]
        case SignpostReply() | Card():
            return reply.title, reply.text
        case _:
            raise TypeError(f"no result shows a {type(reply).__name__}")
