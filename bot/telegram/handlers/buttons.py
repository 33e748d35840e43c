"""Button presses. Every one is answered; menus change in place, answers are new messages."""

from __future__ import annotations

from msgspec.structs import replace
from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import CallbackQueryLimit

from bot.dialogue.actions import Action, Verb, link_payload, parse_action
from bot.dialogue.message import Author
from bot.dialogue.reply import Notice, Reply, Topics, is_long, is_urgent
from bot.service.desk import Desk
from bot.service.outcome import Say, Wait
from bot.state.batch import Batch
from bot.telegram.addressing import Place, author_of, place_of
from bot.telegram.handlers.outcomes import Outcomes
from bot.telegram.render.keyboards import deep_link, is_menu_page, verbs, without_votes
from bot.telegram.render.renderer import Rendered, person_lines, render_page
from bot.telegram.sending import Sender


class Buttons:
    """Carries out what buttons say. The code on a button is all it needs, so that any restart understands it."""

    def __init__(self, desk: Desk, sender: Sender, outcomes: Outcomes, bot: Bot) -> None:
        self._desk = desk
        self._sender = sender
        self._outcomes = outcomes
        self._bot = bot

    async def on_press(self, query: CallbackQuery, batch: Batch) -> None:
        """Answer a press and do what the button says; buttons of no message (from inline mode) do nothing."""
        message = query.message
        if message is None:
            await self._sender.answer_button(query)
            return
        place, author = place_of(message), self.presser(query, message, batch)
        action = parse_action(str(query.data or ""))
        if action is None:
            # A code that this version does not know is treated as a topic that is gone.
            action = Action(Verb.TOPIC, "", await self._desk.language(author))
        outcome = await self._desk.press(action, author)
        if not isinstance(outcome, Say):
            await self._sender.answer_button(query, outcome.notice.text if isinstance(outcome, Wait) else None)
        elif isinstance(outcome.reply, Notice):
            told = outcome.reply.text if place.private else _all_of(outcome.reply)
            await self._sender.answer_button(query, told, stays=told != outcome.reply.text)
            if place.private and outcome.reply.person is not None:
                # The toast is gone in a moment, and holds no link.
                shown = Rendered((person_lines(outcome.reply.person),))
                await self._sender.send(place, shown, author.batch)
            # In a group others may still vote.
            if place.private and isinstance(message, Message):
                left = without_votes(message.reply_markup, action.verb)
                if left != message.reply_markup:
                    await self._sender.replace_keyboard(message, left, batch)
        elif not place.private and await self._whispered(query, place, action, outcome):
            await self._sender.answer_button(query)
            await self._desk.said(outcome, author)
        elif not place.private and is_long(outcome.reply):
            # Not in the open: the press itself leads to the private chat.
            await self._sender.answer_button(query, link=deep_link(self._bot.username, link_payload(action.code)))
        else:
            await self._sender.answer_button(query)
            await self._show(message, place, action, author, outcome)

    async def _whispered(self, query: CallbackQuery, place: Place, action: Action, say: Say) -> bool:
        """Show the reply to whoever pressed, alone; return False where that cannot be.

        Help takes the way that Telegram guarantees: what one person sees alone may not arrive.
        """
        if is_urgent(say.reply):
            return False
        shown = self._page(action, say.reply) or self._outcomes.rendered(say.reply, group=False)
        return await self._outcomes.ephemeral.show(query, place, shown)

    def presser(self, query: CallbackQuery, message: MaybeInaccessibleMessage, batch: Batch | None = None) -> Author:
        place, user = place_of(message), query.from_user
        return author_of(place, user.id, self._bot.username, user.language_code, batch, f"press:{query.id}")

    async def _show(
        self, message: MaybeInaccessibleMessage, place: Place, action: Action, author: Author, say: Say
    ) -> None:
        """Show the reply in place of the message that it changes, else as a new one."""
        keyboard = message.reply_markup if isinstance(message, Message) else None
        if page := self._page(action, say.reply):
            await self._sender.edit(message, place, page, author.batch)
        elif action.verb in (Verb.LANGUAGE, Verb.NONE):
            below_welcome = action.verb is Verb.LANGUAGE and Verb.TOPICS in verbs(keyboard)
            reply = self._in_language(say.reply) if below_welcome else say.reply
            shown = self._outcomes.rendered(reply, group=not place.private)
            await self._sender.edit(message, place, shown, author.batch)
            await self._desk.said(say, author)
        else:
            await self._outcomes.carry_out(place, author, say)
            if Verb.NONE in verbs(keyboard):
                # A question that this settles loses its buttons; after the answer, which must not wait for that.
                await self._sender.replace_keyboard(message, None, author.batch)

    def _page(self, action: Action, reply: Reply) -> Rendered | None:
        """Return the page of the menu that ``action`` turns to, or None where it turns none."""
        if not is_menu_page(action) or not isinstance(reply, Topics):
            return None
        return render_page(reply, int(action.argument), self._desk.phrases(reply.lang))

    def _in_language(self, chosen: Reply) -> Reply:
        """Return the welcome in the language that was chosen below one."""
        welcome = self._desk.replies.welcome(chosen.lang)
        return replace(welcome, notes=(self._desk.phrases(chosen.lang).language_set,))


def _all_of(notice: Notice) -> str:
    """Return what ``notice`` says, whom to turn to with it, where nothing but the answer to a press is private."""
    if notice.person is None:
        return notice.text
    place = notice.person.place
    person = f"{notice.person.heading}: {', '.join(part for part in (place.label, place.phone, place.url) if part)}"
    both = f"{notice.text} {person}"
    return both if len(both) <= CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH else person
