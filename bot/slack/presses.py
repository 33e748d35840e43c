"""What the bot does when someone presses a button: in a message, in a private message, on the Home tab."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from msgspec import structs

from bot.dialogue.actions import Verb
from bot.dialogue.reply import Answer, Reply, SmallTalkReply, Topics
from bot.slack.failures import UndeliveredError
from bot.slack.handlers import Answers
from bot.slack.oauth.workspaces import Bot
from bot.slack.payloads import Place, Press
from bot.slack.render.renderer import CHOICES_BLOCK
from bot.slack.response_url import ResponseUrl
from bot.state.limits import Verdict


class Presses:
    """Answers presses. What a button does depends only on its code, so old messages' buttons go on working."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._delivery = answers.delivery
        self._conversation = answers.services.conversation
        self._once = answers.services.deduplicator

    async def press(self, bot: Bot, press: Press, url: ResponseUrl) -> None:
        """Do what the button says; ``url`` is the press's own. Raises UndeliveredError when nothing could be sent."""
        begun = time.perf_counter()
        ruling = await self._answers.rule(press.place)
        if ruling.verdict is not Verdict.ALLOW:
            if not press.home:
                await self._answers.ask_to_wait(bot, press.place, ruling, url, press.place.thread)
            return
        match press.action.verb:
            case Verb.HELPFUL | Verb.NOT_HELPFUL:
                await self._vote(bot, press, url)
            case Verb.SHARE if not press.home:
                await self._share(bot, press, url, begun)
            case Verb.LANGUAGE:
                reply = await self._conversation.act(press.action, press.place.person)
                await self._reply(bot, press, url, reply)
                self._answers.sent(reply, begun)
            case _:
                reply = await self._conversation.act(press.action, _conversation(press))
                await self._reply(bot, press, url, self._answers.as_slack_says(reply))
                self._answers.sent(reply, begun)

    async def _vote(self, bot: Bot, press: Press, url: ResponseUrl) -> None:
        slug = press.action.argument
        known = slug in self._conversation.catalogue.edition(press.action.lang).entries
        if known and await self._conversation.first_vote(press.place.person, slug):
            self._answers.services.metrics.voted("slack", slug, helpful=press.action.verb is Verb.HELPFUL)
        if not press.home:
            await self._aside(bot, press, url, await self._conversation.act(press.action, _conversation(press)))

    async def _share(self, bot: Bot, press: Press, url: ResponseUrl, begun: float) -> None:
        place, action = press.place, press.action
        mark = ("slack", "share", place.team, place.channel, place.user, press.message, action.argument)
        if not await self._once.first(*mark):
            self._answers.services.metrics.duplicate("slack")
            return
        reply = await self._conversation.act(action, _conversation(press))
        if not isinstance(reply, Answer):
            await self._reply(bot, press, url, reply)
            return
        phrases = self._answers.phrases(reply.lang)
        shared = structs.replace(reply, notes=(phrases.shared_note,))
        try:
            await self._for_everyone(bot, press, url, shared)
        except UndeliveredError:
            await self._once.forget(*mark)
            failed = self._answers.notice(phrases.share_failed, reply.lang)
            await self._answers.asides.notice(bot, place, failed, url, place.thread)
            return
        self._answers.sent(reply, begun)
        if url.usable:
            done = self._answers.notice(phrases.shared_done, reply.lang)
            await self._delivery.respond(url, self._answers.rendered(done), done, replace_original=True)

    async def _for_everyone(self, bot: Bot, press: Press, url: ResponseUrl, reply: Answer) -> None:
        message = self._answers.rendered(reply)
        how = {"response_type": "in_channel", "replace_original": False, **_thread(press.place)}
        if not await self._delivery.respond(url, message, reply, **how):
            await self._delivery.post(bot, press.place, message, reply)

    async def _reply(self, bot: Bot, press: Press, url: ResponseUrl, reply: Reply) -> None:
        if press.home:
            await self._answers.show_page(bot, press.place.user, reply)
        elif press.private:
            await self._aside(bot, press, url, reply, replacing=press.row == CHOICES_BLOCK)
        elif isinstance(reply, (Topics, SmallTalkReply)) and not press.place.direct:
            await self._aside(bot, press, url, reply)
        else:
            await self._in_the_open(bot, press, url, reply)

    async def _in_the_open(self, bot: Bot, press: Press, url: ResponseUrl, reply: Reply) -> None:
        message = self._answers.rendered(reply)
        if press.row == CHOICES_BLOCK and await self._delivery.respond(url, message, reply, replace_original=True):
            return
        try:
            await self._delivery.post(bot, _thread_of(press), message, reply)
        except UndeliveredError:
            # An answer may have been shared where the bot is no member: only the press's own URL leads there.
            if not url.usable:
                raise
            await self._aside(bot, press, url, reply)

    async def _aside(self, bot: Bot, press: Press, url: ResponseUrl, reply: Reply, *, replacing: bool = False) -> None:
        place = press.place
        # Under a private message there is no thread for others to read.
        root = place.thread if press.private else _thread_of(press).thread
        await self._answers.asides.reply(bot, place, reply, url, thread=place.thread, root=root, replacing=replacing)


def _conversation(press: Press) -> str:
    """Return the key of the press's conversation: a private message's is the person's own."""
    place = press.place
    if press.private or press.home:
        return replace(place, thread=None).conversation
    return _thread_of(press).conversation


def _thread_of(press: Press) -> Place:
    place = press.place
    return place if place.thread or place.direct else replace(place, thread=press.message or None)


def _thread(place: Place) -> dict[str, Any]:
    return {"thread_ts": place.thread} if place.thread else {}
