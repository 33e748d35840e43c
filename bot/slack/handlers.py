"""What the bot does about each thing that happens in Slack: asks the desk, and sends what it says where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, choice_of
from bot.dialogue.answers import fits_a_screen, fitted
from bot.dialogue.message import Author
from bot.dialogue.reply import Answer, Notice, Reply, SmallTalkReply, Sourced, Suggestion, Topics, is_long, is_urgent
from bot.dialogue.sayings import with_caution
from bot.dialogue.writer import UNCLEAR, ReplyWriter
from bot.service.desk import Desk
from bot.service.inbox import Inbox, NotDoneError, Result
from bot.service.outcome import Outcome, Say, Wait
from bot.slack.payloads import Happened, Invocation, Joined, Opened, Place, Press, Question
from bot.slack.render.blocks import sections
from bot.slack.render.home import Home, home_view, page_view
from bot.slack.render.limits import SlackLimit
from bot.slack.render.mrkdwn import escape
from bot.slack.render.renderer import CHOICES_BLOCK, SlackMessage, render
from bot.slack.sending.errors import UndeliveredError
from bot.slack.sending.privately import PrivateWays
from bot.slack.sending.response_url import ResponseUrl
from bot.slack.sending.sender import Sender
from bot.state.batch import Batch
from bot.state.store import Operation
from content.schema.phrases import Phrases

RENDERED = 256
"""Messages kept ready: the entries in all languages, and the commonest other replies."""
NAME_CHARACTERS = 40
"""Of a name that stands above what was shared; hardly one is longer."""


class Handlers:
    """One method for each thing that happens. All raise UndeliveredError when nothing could be sent."""

    def __init__(self, desk: Desk, sender: Sender, inbox: Inbox) -> None:
        self._desk = desk
        self._sender = sender
        self._inbox = inbox
        self._kept_ready = lru_cache(maxsize=RENDERED)(self._render)
        self.private_ways = PrivateWays(sender, self.rendered, desk.phrases)

    def rendered(self, reply: Reply, *, sharable: bool = False, unfolding: bool = False) -> SlackMessage:
        """Return ``reply`` as a message; ``unfolding``: an answer has the whole of it in a block that unfolds."""
        return self._kept_ready(reply, sharable, unfolding and isinstance(reply, Answer), self._desk.replies.version)

    async def question(self, question: Question) -> None:
        """Answer a message to the bot."""
        place = question.place
        said, file = question.forwarded, question.has_file
        outcome = await self._desk.ask(question.text, place.author, claim=said, has_file=file)
        if not isinstance(outcome, Say):
            await self._wait(outcome, place)
            return
        reply = outcome.reply
        # In the open nothing longer than a first message.
        if (outcome.private or is_long(reply)) and not place.direct:
            await self.private_ways.reply(place, reply, root=place.thread)
        else:
            await self.private_ways.openly(place, reply)
        if outcome.caution is not None:
            with suppress(UndeliveredError):
                await self.private_ways.notice(place, outcome.caution)
        await self.said(outcome, place)

    async def hurries(self, question: Question) -> bool:
        """Say whether ``question`` is a cry for help."""
        return await self._desk.hurries(question.text, question.place.author, claim=question.forwarded)

    def ahead(self, what: Happened | None) -> Sequence[Operation]:
        """Return what is going to be counted and read about a question, a command or a press."""
        if isinstance(what, Press):
            return self._desk.ahead(_presser(what), what.action)
        return self._desk.ahead(what.place.author) if isinstance(what, Question | Invocation) else ()

    async def command(self, invoked: Invocation) -> tuple[Say | None, Reply | None]:
        """Return what to say to a slash command, and the message that says it; None where silence is the answer."""
        outcome = await self._desk.command("faq", invoked.text, invoked.place.author)
        if isinstance(outcome, Say):
            return outcome, self._alone(outcome)
        return None, outcome.notice if isinstance(outcome, Wait) else None

    def acknowledgement(self, reply: Reply) -> SlackMessage:
        """Return ``reply`` as an acknowledgement may carry it: what Slack would refuse there, nobody sees again."""
        return self._sender.surely(self.rendered(reply, sharable=True, unfolding=True))

    async def late(self, place: Place, say: Say | None, reply: Reply, url: ResponseUrl) -> None:
        """Send the answer to a command that was acknowledged without it."""
        await self.private_ways.reply(place, reply, url)
        if say is not None:
            await self.said(say, place)

    async def shortcut(self, invoked: Invocation, url: ResponseUrl) -> None:
        """Answer the message on which someone chose the shortcut, to them alone."""
        author = invoked.place.author
        outcome = await self._desk.ask(invoked.text, author, has_file=invoked.has_file)
        if not isinstance(outcome, Say):
            await self._wait(outcome, invoked.place, url)
            return
        await self.private_ways.reply(invoked.place, self._alone(outcome), url, root=invoked.root)
        await self.said(outcome, invoked.place)

    async def press(self, press: Press, url: ResponseUrl) -> None:
        """Do what the button says; ``url`` is the press's own.

        What a button does depends only on its code, so old messages' buttons go on working.
        """
        place = press.place
        outcome = await self._desk.press(press.action, _presser(press))
        if not isinstance(outcome, Say):
            if not press.home:
                await self._wait(outcome, place, url)
        elif press.action.verb is Verb.SHARE and not press.home and isinstance(outcome.reply, Answer | Sourced):
            await self._share(press, url, outcome, outcome.reply)
        elif press.home and not isinstance(outcome.reply, Notice):
            await self._show_page(place, outcome.reply, press.hash)
            await self.said(outcome, place)
        elif not press.home:
            await self._reply(press, url, outcome)
            await self.said(outcome, place)

    async def opened(self, opened: Opened) -> None:
        """Show the Home tab, or suggest first questions in the app's conversation."""
        place = opened.place
        lang = await self._desk.language(place.author)
        if opened.tab == "home":
            await self._sender.publish_home(place, home_view(first_page(self._desk.replies, lang)), opened.hash)
        elif opened.tab == "messages" and place.channel:
            starters = self._desk.replies.starters(lang)
            prompts = [{"title": topic.label, "message": topic.title} for topic in starters]
            with suppress(UndeliveredError):
                title = self._desk.phrases(lang).starters_heading
                await self._sender.suggest(place, prompts[: SlackLimit.SUGGESTED_PROMPTS], title)

    async def joined(self, joined: Joined) -> None:
        """Say hello, in one line, in a channel that the bot was invited to, in the language of who invited it."""
        lang = await self._desk.language(replace(joined.place, user=joined.inviter).author)
        text = escape(self._desk.phrases(lang).channel_hello).format(name=f"<@{joined.place.user}>")
        await self._sender.post(joined.place, SlackMessage.of(text, sections(text)))

    async def apology(self, place: Place, reference: str) -> Notice:
        """Return the line that something went wrong, and the code to quote."""
        return await self._desk.apology(place.author, reference)

    async def said(self, say: Say, place: Place) -> None:
        """Tell the desk of a reply that reached Slack."""
        await self._desk.said(say, place.author)

    async def _wait(self, outcome: Outcome, place: Place, url: ResponseUrl | None = None) -> None:
        """Ask the person to wait, where that has not been done just now."""
        if isinstance(outcome, Wait) and not outcome.told:
            await self.private_ways.notice(place, outcome.notice, url)

    async def _share(self, press: Press, url: ResponseUrl, say: Say, answer: Answer | Sourced) -> None:
        """Post an answer for everyone, once however often the button is pressed."""
        place, phrases = press.place, self._desk.phrases(answer.lang)

        async def post(_batch: Batch) -> None:
            try:
                await self._for_everyone(press, url, answer)
            except UndeliveredError:
                raise NotDoneError from None

        mark = ("share", place.team, place.channel, place.user, press.message, press.action.argument)
        result = await self._inbox.take(mark, post, again=False)
        if result is Result.LATE:
            failed = Notice(lang=answer.lang, text=phrases.share_failed)
            await self.private_ways.notice(place, failed, url)
        if result is not Result.DONE:
            return
        await self.said(say, place)
        if url.usable:
            done = Notice(lang=answer.lang, text=phrases.shared_done)
            await self._sender.respond(url, self.rendered(done), done, replace_original=True)

    def _alone(self, say: Say) -> Reply:
        """Return what is said where nobody else reads it: with the caution that belongs to it."""
        return say.reply if say.caution is None else with_caution(say.reply, self._desk.phrases(say.reply.lang))

    async def _for_everyone(self, press: Press, url: ResponseUrl, reply: Answer | Sourced) -> None:
        # Not among the messages kept ready: it names a person.
        phrases = self._desk.phrases(reply.lang)
        message = render(with_room_for_a_name(reply, phrases), above=shared_by(phrases, press.place.user))
        how: dict[str, Any] = {"response_type": "in_channel", "replace_original": False}
        how |= {"thread_ts": press.place.thread} if press.place.thread else {}
        if not await self._sender.respond(url, message, reply, **how):
            await self._sender.post(press.place, message, reply)

    async def _reply(self, press: Press, url: ResponseUrl, say: Say) -> None:
        reply = say.reply
        if press.place.direct and not press.private and not isinstance(reply, Notice):
            await self._in_the_open(press, url, reply)
        else:
            # In public nobody's press fills the channel, or takes another's question away.
            replacing = press.private and press.row == CHOICES_BLOCK and not isinstance(reply, Notice)
            await self._privately(press, url, reply, replacing=replacing)

    async def _in_the_open(self, press: Press, url: ResponseUrl, reply: Reply) -> None:
        message = self.rendered(reply, unfolding=True)
        if press.row == CHOICES_BLOCK and await self._sender.respond(url, message, reply, replace_original=True):
            return
        try:
            await self._sender.post(_thread_of(press), message, reply)
        except UndeliveredError:
            # An answer may have been shared where the bot is no member: only the press's own URL leads there.
            if not url.usable:
                raise
            await self._privately(press, url, reply)

    async def _privately(self, press: Press, url: ResponseUrl, reply: Reply, *, replacing: bool = False) -> None:
        place = press.place
        # Under a private message there is no thread for others to read.
        root = place.thread if press.private else _thread_of(press).thread
        await self.private_ways.reply(place, reply, url, root=root, replacing=replacing)

    def _render(self, reply: Reply, sharable: bool, unfolding: bool, _content: object) -> SlackMessage:
        """Render anew; ``_content`` names the content, whose change makes what was kept ready useless."""
        whole = self._desk.replies.whole(reply.slug, reply.lang) if unfolding and isinstance(reply, Answer) else None
        return render(reply, sharable=sharable, whole=whole)

    async def _show_page(self, place: Place, reply: Reply, shown: str) -> None:
        """Show ``reply`` on the Home tab, in place of ``shown``: the first page, or a page with a way back to it.

        Urgent help takes the place of any page.
        """
        if isinstance(reply, Topics):
            view = home_view(first_page(self._desk.replies, reply.lang, reply.notes))
        elif isinstance(reply, SmallTalkReply) and reply.kind == "language":
            view = home_view(first_page(self._desk.replies, reply.lang, (reply.text,)))
        else:
            view = page_view(reply, way_back(self._desk.phrases(reply.lang), reply.lang))
        urgent = is_urgent(reply)
        await self._sender.publish_home(place, view, "" if urgent else shown, pressed=True, urgent=urgent)


def first_page(replies: ReplyWriter, lang: str, notes: tuple[str, ...] = ()) -> Home:
    """Return the first page of the Home tab; ``notes`` say what a press has just done."""
    phrases = replies.catalogue.edition(lang).phrases
    return Home(
        notes=notes,
        phrases=phrases,
        urgent=replies.urgent(UNCLEAR, lang),
        languages=replies.language_question(lang),
        topics=replies.topics(lang),
        privacy=choice_of(phrases.home_privacy, Action(Verb.PRIVACY, "", lang)),
    )


def shared_by(phrases: Phrases, user: str) -> str:
    """Return the line, in Slack's notation, that says who shared an answer."""
    return escape(phrases.shared_note).format(name=f"<@{user}>")


def with_room_for_a_name(reply: Reply, phrases: Phrases) -> Reply:
    """Return ``reply`` as it fits a screen below the line that says who shared it."""
    line = phrases.shared_note.format(name="@" * NAME_CHARACTERS)
    return fitted(reply, phrases, lambda one: fits_a_screen(one, line))


def way_back(phrases: Phrases, lang: str) -> Suggestion:
    """Return the choice that leads from a page back to the first."""
    return choice_of(phrases.back, Action(Verb.TOPICS, "", lang))


def _presser(press: Press) -> Author:
    """Return who pressed, in the press's conversation: a private message's is the person's own."""
    place = replace(press.place, thread=None) if press.private or press.home else _thread_of(press)
    return replace(press.place.author, conversation=place.conversation)


def _thread_of(press: Press) -> Place:
    place = press.place
    return place if place.thread or place.direct else replace(place, thread=press.message or None)
