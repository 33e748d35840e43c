"""Button presses. Every one is answered; menus change in place, answers are new messages."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from telegram import CallbackQuery, Message, Update

from bot.dialogue.actions import Action, Verb, parse_action
from bot.dialogue.message import Message as Question
from bot.dialogue.reply import Reply, Topics
from bot.service.admission import Admission
from bot.service.services import Services
from bot.state.limits import Verdict, wait_notice
from bot.telegram.addressing import Place, conversation_key, place_of
from bot.telegram.render.keyboards import verbs, without_votes
from bot.telegram.render.menus import is_menu_page
from bot.telegram.render.renderer import render_page
from bot.telegram.sending import Delivery
from bot.telegram.speaking import Speaking


class Buttons:
    """Carries out what buttons say. The code on a button is all it needs, so that any restart understands it."""

    def __init__(self, services: Services, delivery: Delivery, speaking: Speaking) -> None:
        self._services = services
        self._conversation = services.conversation
        self._delivery = delivery
        self._speaking = speaking
        self._admission = Admission(services, "telegram")

    async def on_press(self, update: Update, _context: Any) -> None:
        """Answer a press and do what the button says; buttons of no message (from inline mode) do nothing."""
        query = update.callback_query
        if query is None:
            return
        if query.message is None:
            await self._delivery.answer_button(query)
            return
        place = place_of(query.message)
        key = conversation_key(place.chat_id, query.from_user.id)
        lang = await self._language(query, key)
        ruling = await self._admission.rule((str(query.from_user.id),))
        if ruling.verdict is not Verdict.ALLOW:
            await self._delivery.answer_button(query, self._wait(lang, ruling.seconds))
            return
        # A code that this version does not know is treated as a topic that is gone.
        action = parse_action(str(query.data or "")) or Action(Verb.TOPIC, "", lang)
        if action.verb in (Verb.HELPFUL, Verb.NOT_HELPFUL):
            await self._vote(query, place, action)
        elif is_menu_page(action):
            await self._delivery.answer_button(query)
            await self._turn_page(query, place, action, key)
        elif action.verb is Verb.LANGUAGE:
            await self._delivery.answer_button(query)
            await self._change_language(query, place, action, key)
        elif action.verb is Verb.NONE:
            await self._delivery.answer_button(query)
            await self._edit(query, place, await self._conversation.act(action, key))
        else:
            await self._answer(query, place, action, key)

    async def _answer(self, query: CallbackQuery, place: Place, action: Action, key: str) -> None:
        """Send what was asked for as a new message; a question that this settles loses its buttons."""
        seconds = 0 if place.private else await self._speaking.pause_needed(place)
        if seconds:
            await self._delivery.answer_button(query, self._wait(action.lang, seconds))
            return
        await self._delivery.answer_button(query)
        reply = await self._conversation.act(action, key)
        keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
        if query.message is not None and Verb.NONE in verbs(keyboard):
            await self._delivery.replace_keyboard(query.message, None)
        await self._speaking.send_new(place, reply)

    async def _turn_page(self, query: CallbackQuery, place: Place, action: Action, key: str) -> None:
        reply = await self._conversation.act(action, key)
        if isinstance(reply, Topics) and query.message is not None:
            phrases = self._conversation.catalogue.edition(reply.lang).phrases
            await self._delivery.edit(query.message, place, render_page(reply, int(action.argument), phrases))

    async def _change_language(self, query: CallbackQuery, place: Place, action: Action, key: str) -> None:
        """Confirm in place of the question; a welcome becomes a welcome in that language."""
        reply = await self._conversation.act(action, key)
        keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
        if Verb.TOPICS in verbs(keyboard):
            welcome = self._conversation.replies.welcome(reply.lang)
            reply = replace(welcome, notes=(self._conversation.catalogue.edition(reply.lang).phrases.language_set,))
        await self._edit(query, place, reply)

    async def _vote(self, query: CallbackQuery, place: Place, action: Action) -> None:
        """Count one vote of each person on each entry, and thank the voter alone.

        In private the buttons then go; in a group others may still vote.
        """
        edition, voter, slug = self._conversation.catalogue.edition(action.lang), query.from_user.id, action.argument
        await self._delivery.answer_button(query, edition.phrases.feedback_thanks)
        known = slug in edition.entries
        if known and await self._conversation.first_vote(conversation_key(voter, voter), slug):
            self._services.metrics.voted("telegram", slug, helpful=action.verb is Verb.HELPFUL)
        if place.private and isinstance(query.message, Message):
            await self._delivery.replace_keyboard(query.message, without_votes(query.message.reply_markup))

    async def _edit(self, query: CallbackQuery, place: Place, reply: Reply) -> None:
        if query.message is not None:
            await self._delivery.edit(query.message, place, self._speaking.rendered(reply))
            self._speaking.note(reply)

    async def _language(self, query: CallbackQuery, key: str) -> str:
        question = Question("", key, "telegram", locale=query.from_user.language_code)
        return await self._conversation.language(question)

    def _wait(self, lang: str, seconds: int) -> str:
        return wait_notice(self._conversation.catalogue.edition(lang).phrases, seconds)
