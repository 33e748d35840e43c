"""What the bot does about each thing that happens in Slack, once it is read and known to be new."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb
from bot.dialogue.commands import Word, known_words, look_up, nearest, offered, show
from bot.dialogue.firstcontact import introduced
from bot.dialogue.message import Message
from bot.dialogue.privacy import without_caution
from bot.dialogue.reply import Answer, Reply, SmallTalkReply, type_of
from bot.limits import SlackLimit
from bot.logs import get_logger
from bot.service.admission import Admission
from bot.service.services import Services
from bot.slack.asides import Asides
from bot.slack.failures import UndeliveredError
from bot.slack.oauth.workspaces import Bot
from bot.slack.payloads import Joined, Opened, Place, Question, Request
from bot.slack.render.blocks import sections
from bot.slack.render.home import home_view, page_view
from bot.slack.render.mrkdwn import escape
from bot.slack.render.renderer import SlackMessage, render
from bot.slack.response_url import ResponseUrl, ResponseUrls
from bot.slack.sending import Delivery
from bot.state.limits import Ruling, Verdict, wait_notice
from content.schema.phrases import Phrases

RENDERED = 256
"""Messages kept ready: the entries in all languages, and the commonest other replies."""

COMMAND = "/faq"

_NOTICE = "notice"
_VERBS = {Word.TOPICS: Verb.TOPICS, Word.HELP: Verb.HELP, Word.PRIVACY: Verb.PRIVACY}
"""What a button can do in place of a word behind the command."""


class Answers:
    """Asks the conversation, and sends what it says where it belongs."""

    def __init__(self, services: Services, delivery: Delivery, urls: ResponseUrls) -> None:
        self.services = services
        self.delivery = delivery
        self.urls = urls
        self.rendered = lru_cache(maxsize=RENDERED)(render)
        self.asides = Asides(delivery, self.rendered, self.phrases)
        self._conversation = services.conversation
        self._admission = Admission(services, "slack")

    async def question(self, bot: Bot, question: Question) -> None:
        """Answer a message to the bot. Raises UndeliveredError when nothing could be sent."""
        place = question.place
        thread = None if question.began_thread else place.thread
        ruling = await self.rule(place, question.text)
        if ruling.verdict is not Verdict.ALLOW:
            await self.ask_to_wait(bot, place, ruling, thread=thread)
            return
        begun = time.perf_counter()
        reply = await self.greeted(place, await self._reply(place, question.text))
        if place.direct:
            await self.delivery.post(bot, place, self.rendered(reply), reply)
        elif reply.personal:
            await self.asides.reply(bot, place, reply, thread=thread, root=place.thread)
        else:
            await self._answer_openly(bot, place, reply, thread)
        self.sent(reply, begun)

    async def command(self, request: Request) -> Reply | None:
        """Return the reply to a slash command; None where silence is the answer."""
        place = request.place
        ruling = await self.rule(place, request.text)
        if ruling.verdict is not Verdict.ALLOW:
            return await self._notice(place, ruling)
        found = await self._named(place, request.text)
        return await self.greeted(place, self.as_slack_says(found))

    async def shortcut(self, bot: Bot, request: Request, url: ResponseUrl) -> None:
        """Answer the message on which someone chose the shortcut, to them alone."""
        place, begun = request.place, time.perf_counter()
        ruling = await self.rule(place, request.text)
        if ruling.verdict is not Verdict.ALLOW:
            await self.ask_to_wait(bot, place, ruling, url)
            return
        reply = await self.greeted(place, await self._reply(place, request.text))
        await self.asides.reply(bot, place, reply, url, root=request.root)
        self.sent(reply, begun)

    async def opened(self, bot: Bot, opened: Opened) -> None:
        """Show the Home tab, or suggest first questions in the app's conversation."""
        lang = await self.language(opened.place)
        if opened.tab == "home":
            await self.delivery.publish_home(bot, opened.place.user, home_view(self._conversation.replies, lang))
        elif opened.tab == "messages" and opened.place.channel:
            starters = self._conversation.replies.starters(lang)
            prompts = [{"title": topic.label, "message": topic.title} for topic in starters]
            with suppress(UndeliveredError):
                title = self.phrases(lang).starters_heading
                await self.delivery.suggest(bot, opened.place.channel, prompts[: SlackLimit.SUGGESTED_PROMPTS], title)

    async def show_page(self, bot: Bot, user: str, reply: Reply) -> None:
        """Show ``reply`` on the Home tab of ``user``."""
        await self.delivery.publish_home(bot, user, page_view(self._conversation.replies, reply))

    async def joined(self, bot: Bot, joined: Joined) -> None:
        """Say hello, in one line, in a channel that the bot was invited to, in the language of who invited it."""
        lang = await self.language(Place(joined.team, joined.channel, joined.inviter))
        text = escape(self.phrases(lang).channel_hello).format(name=f"<@{joined.user}>")
        place = Place(joined.team, joined.channel, joined.user)
        await self.delivery.post(bot, place, SlackMessage(text, sections(text)))

    async def apology(self, place: Place, reference: str) -> SmallTalkReply:
        """Return the line that something went wrong, and the code to quote."""
        try:
            lang = await self.language(place)
        except Exception:  # what went wrong may be the store, and the person is told all the same
            lang = self._conversation.catalogue.languages[0]
        return self.notice(self.phrases(lang).failed.format(code=reference), lang)

    async def rule(self, place: Place, text: str | None = None) -> Ruling:
        """Count what the person does, and say whether they may go on; what is urgent in ``text`` may."""

        async def urgency() -> str | None:
            return await self._conversation.urgency(await self._message(place, text)) if text else None

        chat = () if place.direct else (place.team, place.channel)
        return await self._admission.rule((place.team, place.user), chat, urgency)

    async def ask_to_wait(
        self, bot: Bot, place: Place, ruling: Ruling, url: ResponseUrl | None = None, thread: str | None = None
    ) -> None:
        """Tell the person, where ``ruling`` says so, how long to wait."""
        notice = await self._notice(place, ruling)
        if notice is not None:
            await self.asides.notice(bot, place, notice, url, thread)

    async def _notice(self, place: Place, ruling: Ruling) -> SmallTalkReply | None:
        if ruling.verdict is Verdict.SILENCE:
            return None
        lang = await self.language(place)
        return self.notice(wait_notice(self.phrases(lang), ruling.seconds), lang)

    def notice(self, text: str, lang: str) -> SmallTalkReply:
        """Return one of the bot's own sentences as a reply that counts as none."""
        return self._conversation.replies.saying(text, lang, kind=_NOTICE)

    async def language(self, place: Place, hint: str | None = None) -> str:
        """Return the language that the person chose, else ``hint``, else the default."""
        return await self._conversation.language(Message("", place.person, "slack", locale=hint))

    async def greeted(self, place: Place, reply: Reply) -> Reply:
        """Return ``reply`` with what people are told once: what this is, and what is kept."""
        if reply.personal or not await self._conversation.first_contact(place.person):
            return reply
        if isinstance(reply, SmallTalkReply) and reply.kind in ("greeting", "welcome"):
            return self._conversation.replies.welcome(reply.lang)
        phrases = self.phrases(reply.lang)
        return introduced(reply, phrases) or replace(reply, notes=(*reply.notes, phrases.welcome_short))

    def phrases(self, lang: str) -> Phrases:
        """Return the bot's own sentences in ``lang``."""
        return self._conversation.catalogue.edition(lang).phrases

    def sent(self, reply: Reply, begun: float) -> None:
        """Count and log a reply that reached Slack; a notice is none."""
        if isinstance(reply, SmallTalkReply) and reply.kind == _NOTICE:
            return
        self.services.metrics.replied("slack", reply)
        get_logger().info(
            "replied",
            platform="slack",
            type=type_of(reply),
            entry=reply.slug if isinstance(reply, Answer) else "",
            lang=reply.lang,
            seconds=round(time.perf_counter() - begun, 4),
        )

    async def _answer_openly(self, bot: Bot, place: Place, reply: Reply, thread: str | None) -> None:
        """Answer for everyone in the thread; a caution about a personal number is for the asker alone."""
        phrases = self.phrases(reply.lang)
        shown = without_caution(reply, phrases)
        await self.delivery.post(bot, place, self.rendered(shown), shown)
        if shown != reply:
            caution = self.notice(phrases.caution_personal, reply.lang)
            with suppress(UndeliveredError):
                await self.asides.notice(bot, place, caution, thread=thread)

    async def _named(self, place: Place, text: str) -> Reply:
        """Return what the words behind the command ask for: the bot's own, a topic, a question."""
        typed, words = text.casefold(), known_words(self._conversation.catalogue)
        first, _, rest = typed.partition(" ")
        word, hint = words.get(typed, (None if typed else Word.TOPICS, None))
        if word is not None:
            return await show(self._conversation, word, await self.language(place, hint), place.conversation)
        if words.get(first, (None,))[0] is Word.LANGUAGE and (code := self._conversation.language_named(rest)):
            return await self._conversation.act(Action(Verb.LANGUAGE, "", code), place.person)
        near = nearest(typed, words)
        if near is not None and not self._conversation.find(text, await self.language(place)):
            word, hint = words[near]
            return self._suggested(near, word, await self.language(place, hint))
        message = await self._message(place, text)
        with self.services.metrics.match_seconds.time():
            return await look_up(self._conversation, message)

    def _suggested(self, name: str, word: Word, lang: str) -> Reply:
        """Return the question whether ``name`` was meant, with a button for what it does."""
        text = self.phrases(lang).near_command.format(command=f"{COMMAND} {name}")
        choices = self._conversation.replies.language_question(lang).suggestions if word is Word.LANGUAGE else ()
        if word in _VERBS:
            choices = (offered(name.capitalize(), _VERBS[word], lang),)
        return self._conversation.replies.saying(text, lang, kind="near-command", suggestions=choices)

    async def _reply(self, place: Place, text: str) -> Reply:
        message = await self._message(place, text)
        if not text:
            return self._conversation.replies.welcome(await self._conversation.language(message))
        with self.services.metrics.match_seconds.time():
            return self.as_slack_says(await self._conversation.reply(message))

    async def _message(self, place: Place, text: str) -> Message:
        chosen = None if place.direct else await self.language(place)
        return Message(text, place.conversation, "slack", private=place.direct, locale=chosen)

    def as_slack_says(self, reply: Reply) -> Reply:
        """Return Slack's own help in place of the general one."""
        return self._conversation.replies.with_help(reply, lambda phrases: phrases.help_slack)
