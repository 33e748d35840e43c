"""What the bot does about each thing that happens in Slack, once it is read and known to be new."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache

from msgspec.structs import replace

from bot.actions import Action, Verb
from bot.limits import SlackLimit
from bot.logs import get_logger
from bot.message import Message
from bot.ratelimits import CHAT_LIMIT, PERSON_LIMIT, Ruling, Verdict
from bot.reply import Answer, GlossaryReply, Reply, SignpostReply, SmallTalkReply, type_of
from bot.services import Services
from bot.slack.blocks import sections
from bot.slack.delivery import Delivery
from bot.slack.failures import UndeliveredError
from bot.slack.home import home_view, page_view
from bot.slack.incoming import Joined, Opened, Place, Question, Request
from bot.slack.mrkdwn import escape
from bot.slack.renderer import SlackMessage, render, saying
from bot.slack.response_url import ResponseUrls
from bot.slack.workspaces import Bot
from content.phrases import Phrases

RENDERED = 256
"""Messages kept ready: the entries in all languages, and the commonest other replies."""

_COMMANDS = {"help": Verb.HELP, "privacy": Verb.PRIVACY, "topics": Verb.TOPICS, "": Verb.TOPICS}
"""What may follow ``/faq`` besides a topic or a question."""


class Answers:
    """Asks the conversation, and sends what it says where it belongs."""

    def __init__(self, services: Services, delivery: Delivery, urls: ResponseUrls) -> None:
        self.services = services
        self.delivery = delivery
        self.urls = urls
        self.rendered = lru_cache(maxsize=RENDERED)(render)
        self._conversation = services.conversation

    async def question(self, bot: Bot, question: Question) -> None:
        """Answer a message to the bot. Raises UndeliveredError when nothing could be sent."""
        place = question.place
        notice = await self.over_limit(place)
        if notice is not None:
            await self._tell_alone(bot, place, notice)
            return
        begun = time.perf_counter()
        reply = await self.greeted(place, await self._reply(place, question.text))
        thread = None if question.began_thread else place.thread
        if reply.personal and not place.direct:
            try:
                await self.delivery.whisper(bot, place, self.rendered(reply), reply, thread=thread)
            except UndeliveredError:
                await self.delivery.post(bot, place, saying(self.phrases(reply.lang).ephemeral_failed))
        else:
            await self.delivery.post(bot, place, self.rendered(reply), reply)
        self.sent(reply, begun)

    async def command(self, request: Request) -> tuple[Reply | None, SlackMessage | None]:
        """Return the reply to a slash command, and its message; (None, None) where silence is the answer."""
        place = request.place
        notice = await self.over_limit(place)
        if notice is not None:
            return None, saying(notice) if notice else None
        verb = _COMMANDS.get(request.text.lower())
        if verb is not None:
            lang = await self.language(place)
            found = await self._conversation.act(Action(verb, "", lang), place.conversation)
        elif request.text.lower() == "about":
            found = self._conversation.replies.about(await self.language(place))
        else:
            found = await self._reply(place, request.text, named=True)
        reply = await self.greeted(place, self.as_slack_says(found))
        return reply, self.rendered(reply, sharable=not place.direct)

    async def shortcut(self, bot: Bot, request: Request) -> None:
        """Answer the message on which someone chose the shortcut, to them alone."""
        place, begun = request.place, time.perf_counter()
        notice = await self.over_limit(place)
        if notice is not None:
            await self._tell_alone(bot, place, notice)
            return
        reply = await self.greeted(place, await self._reply(place, request.text))
        await self.answer_later(bot, request, reply)
        self.sent(reply, begun)

    async def answer_later(self, bot: Bot, request: Request, reply: Reply) -> None:
        """Send ``reply`` to the person alone, through the request's ``response_url`` or else by the Web API."""
        message = self.rendered(reply, sharable=not request.place.direct)
        url = self.urls.open(request.response_url)
        how = {"response_type": "ephemeral", "replace_original": False}
        if not await self.delivery.respond(url, message, reply, **how):
            await self.delivery.whisper(bot, request.place, message, reply)

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
        """Say hello, in one line, in a channel that the bot was invited to."""
        default = self._conversation.catalogue.languages[0]
        text = escape(self.phrases(default).channel_hello).format(name=f"<@{joined.user}>")
        place = Place(joined.team, joined.channel, joined.user)
        await self.delivery.post(bot, place, SlackMessage(text, sections(text)))

    async def apologise(self, bot: Bot, place: Place, reference: str) -> None:
        """Tell the person that something went wrong, and the code to quote. Raises UndeliveredError."""
        phrases = self.phrases(await self.language(place))
        await self._tell_alone(bot, place, phrases.failed.format(code=reference))

    async def over_limit(self, place: Place) -> str | None:
        """Return None where the person may go on, else the notice to show once, else "" for silence."""
        ruling = await self.services.limits.check(PERSON_LIMIT, "slack", place.team, place.user)
        if ruling.verdict is Verdict.ALLOW and not place.direct:
            ruling = await self.services.limits.check(CHAT_LIMIT, "slack", place.team, place.channel)
        if ruling.verdict is Verdict.ALLOW:
            return None
        self.services.metrics.limited("slack")
        return await self._notice(place, ruling)

    async def _notice(self, place: Place, ruling: Ruling) -> str:
        if ruling.verdict is Verdict.SILENCE:
            return ""
        return self.phrases(await self.language(place)).rate_limited.format(seconds=ruling.seconds)

    async def language(self, place: Place) -> str:
        """Return the language that the person chose, else the default."""
        return await self._conversation.language(Message("", place.person, "slack"))

    async def greeted(self, place: Place, reply: Reply) -> Reply:
        """Return ``reply`` with what people are told once: what this is, and what is kept."""
        if reply.personal or not await self._conversation.first_contact(place.person):
            return reply
        if isinstance(reply, SmallTalkReply) and reply.kind in ("greeting", "welcome"):
            return self._conversation.replies.welcome(reply.lang)
        welcome = self.phrases(reply.lang).welcome_short
        if isinstance(reply, Answer | SignpostReply | GlossaryReply):
            return replace(reply, footer=f"{reply.footer} {welcome}")
        return replace(reply, notes=(*reply.notes, welcome))

    def phrases(self, lang: str) -> Phrases:
        """Return the bot's own sentences in ``lang``."""
        return self._conversation.catalogue.edition(lang).phrases

    def sent(self, reply: Reply, begun: float) -> None:
        """Count and log a reply that reached Slack."""
        self.services.metrics.replied("slack", reply)
        get_logger().info(
            "replied",
            platform="slack",
            type=type_of(reply),
            entry=reply.slug if isinstance(reply, Answer) else "",
            lang=reply.lang,
            seconds=round(time.perf_counter() - begun, 4),
        )

    async def _reply(self, place: Place, text: str, *, named: bool = False) -> Reply:
        chosen = None if place.direct else await self.language(place)
        message = Message(text, place.conversation, "slack", private=place.direct, locale=chosen)
        if not text:
            return self._conversation.replies.welcome(await self._conversation.language(message))
        with self.services.metrics.match_seconds.time():
            ask = self._conversation.look_up if named else self._conversation.reply
            return self.as_slack_says(await ask(message))

    def as_slack_says(self, reply: Reply) -> Reply:
        """Return Slack's own help in place of the general one."""
        edition = self._conversation.catalogue.edition(reply.lang)
        if isinstance(reply, SmallTalkReply) and reply.text == edition.smalltalk["help"].text:
            return replace(reply, text=edition.phrases.help_slack)
        return reply

    async def _tell_alone(self, bot: Bot, place: Place, text: str) -> None:
        if not text:
            return
        if place.direct:
            await self.delivery.post(bot, place, saying(text))
        else:
            await self.delivery.whisper(bot, place, saying(text))
