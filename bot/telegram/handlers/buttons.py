"""Button presses. Every one is answered; menus change in place, answers are new messages."""

from __future__ import annotations

from msgspec.structs import replace
from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message

from bot.dialogue.actions import Action, Verb, parse_action
from bot.dialogue.reply import Notice, Reply, Topics
from bot.service.desk import Author, Desk, Say, Wait
from bot.telegram.addressing import Place, author_of, place_of
from bot.telegram.handlers.outcomes import Outcomes
from bot.telegram.render.keyboards import verbs, without_votes
from bot.telegram.render.menus import is_menu_page
from bot.telegram.render.renderer import Rendered, person_lines, render_page
from bot.telegram.sending import Sender


class Buttons:
    """Carries out what buttons say. The code on a button is all it needs, so that any restart understands it."""

    def __init__(self, desk: Desk, sender: Sender, outcomes: Outcomes, bot: Bot) -> None:
        self._desk = desk
        self._sender = sender
        self._outcomes = outcomes
        self._bot = bot

    async def on_press(self, query: CallbackQuery, request: str) -> None:
        """Answer a press and do what the button says; buttons of no message (from inline mode) do nothing."""
        message = query.message
        if message is None:
            await self._sender.answer_button(query)
            return
        place, user = place_of(message), query.from_user
        author = author_of(place, user.id, self._bot.username, user.language_code, request, f"press:{query.id}")
        action = parse_action(str(query.data or ""))
        if action is None:
            # A code that this version does not know is treated as a topic that is gone.
            action = Action(Verb.TOPIC, "", await self._desk.language(author))
        outcome = await self._desk.press(action, author)
        if not isinstance(outcome, Say):
            await self._sender.answer_button(query, outcome.notice.text if isinstance(outcome, Wait) else None)
        elif isinstance(outcome.reply, Notice):
            await self._sender.answer_button(query, outcome.reply.text)
            if place.private and outcome.reply.person is not None:
                # The toast is gone in a moment, and holds no link.
                shown = Rendered((person_lines(outcome.reply.person),))
                await self._sender.send(place, shown, author.request)
            # In a group others may still vote.
            if place.private and isinstance(message, Message):
                await self._sender.replace_keyboard(message, without_votes(message.reply_markup))
        else:
            await self._sender.answer_button(query)
            await self._show(message, place, action, author, outcome)

    async def _show(
        self, message: MaybeInaccessibleMessage, place: Place, action: Action, author: Author, say: Say
    ) -> None:
        """Show the reply in place of the message that it changes, else as a new one."""
        reply, keyboard = say.reply, message.reply_markup if isinstance(message, Message) else None
        if is_menu_page(action):
            if isinstance(reply, Topics):
                page = render_page(reply, int(action.argument), self._desk.phrases(reply.lang))
                await self._sender.edit(message, place, page, author.request)
        elif action.verb in (Verb.LANGUAGE, Verb.NONE):
            below_welcome = action.verb is Verb.LANGUAGE and Verb.TOPICS in verbs(keyboard)
            shown = self._in_language(reply) if below_welcome else reply
            await self._sender.edit(message, place, self._outcomes.rendered(shown, place), author.request)
            await self._desk.said(say, author)
        else:
            await self._outcomes.carry_out(place, author, say)
            if Verb.NONE in verbs(keyboard):
                # A question that this settles loses its buttons; after the answer, which must not wait for that.
                await self._sender.replace_keyboard(message, None)

    def _in_language(self, chosen: Reply) -> Reply:
        """Return the welcome in the language that was chosen below one."""
        welcome = self._desk.replies.welcome(chosen.lang)
        return replace(welcome, notes=(self._desk.phrases(chosen.lang).language_set,))
