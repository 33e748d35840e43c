"""Who gets what now: every rule about answering people, once for Slack, Telegram and the terminal.

An adapter reads what came into words, a command or an action, and an :class:`Author`; what it gets back it only has
to carry out: say, ask to wait, or be silent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.dialogue.actions import VOTES, Action, Verb
from bot.dialogue.answers import is_of_distress, noted
from bot.dialogue.commands import START, asked, linked_help, obey
from bot.dialogue.conversation import Conversation
from bot.dialogue.decided import is_chatter
from bot.dialogue.following.acts import TRUST
from bot.dialogue.message import Author, without_links
from bot.dialogue.reply import EntryReply, LanguageReply, Notice, Reply, SmallTalkReply, is_urgent, type_of
from bot.dialogue.sayings import holds_personal_number, with_caution
from bot.dialogue.writer import ReplyWriter
from bot.service.outcome import Outcome, RateLimiter, Say, Silence
from bot.state.limits import RateLimits
from bot.state.store import Operation
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases

if TYPE_CHECKING:  # the terminal starts without them, and answers one question without an event loop
    from bot.logs import Log
    from bot.metrics import Metrics
    from bot.service.gaps import Gaps

_OPINIONS = {Verb.HELPFUL: "yes", Verb.NOT_HELPFUL: "no", Verb.WRONG: "wrong"}
"""What a vote says, as it is counted."""


class Desk:
    """Answers on every platform. Without ``limits`` nobody is kept waiting, without ``metrics`` nothing is counted."""

    def __init__(
        self,
        conversation: Conversation,
        limits: RateLimits | None = None,
        metrics: Metrics | None = None,
        logger: Callable[[], Log] | None = None,
        gaps: Gaps | None = None,
    ) -> None:
        self.conversation = conversation
        self._limiter = RateLimiter(conversation, limits, metrics)
        self._metrics = metrics
        self._logger = logger
        self._gaps = gaps

    @property
    def catalogue(self) -> Catalogue:
        """The content that is answered from."""
        return self.conversation.catalogue

    @property
    def replies(self) -> ReplyWriter:
        """What writes replies that nobody asked for in words."""
        return self.conversation.replies

    async def ask(
        self, text: str, author: Author, *, about: str = "", claim: str = "", has_file: bool = False
    ) -> Outcome:
        """Return what to do about a message in free text; without words it is a greeting, or asks for help.

        ``about`` is the code of what shows the answer that it replies to, ``claim`` the words of somebody else that
        it does. A file that stands beside the words (``has_file``) is declined in a line.
        """
        conversation, begun = self._of(author), time.perf_counter()
        message = replace(author.says(text), about=about, claim=without_links(claim))
        unread = has_file or (message.text, message.claim) != (text, claim)
        text = message.text
        if not text.strip() and not message.claim.strip():
            if unread:
                return await self.unread(author)
            new = not author.met and await conversation.recollection.is_new(author.person)
            return await self.command(START if new else "", "", author)

        async def urgency() -> str | None:
            vote = await conversation.vote(message)
            return _leads_to_a_person(vote) or await conversation.urgency(message)

        if over := await self._limiter.over(author, urgency):
            return over
        vote = await conversation.vote(message)
        if vote is not None:
            await self._count_vote(vote, author)
            if vote.verb is not Verb.NOT_HELPFUL:  # which is a complaint too, and gets other topics
                return await self._say(author, await conversation.act(vote, author.conversation), begun)
        matching = time.perf_counter()
        reply = await conversation.reply(message)
        self._matched(reply, matching)
        if author.aside and is_chatter(text, reply):
            return Silence()
        if self._gaps is not None and self._gaps.counts(reply):
            self._gaps.missed(reply, await conversation.classify(message))
        if unread and isinstance(reply, SmallTalkReply) and reply.kind == TRUST:
            # "Is this true?" of a picture or a page.
            return await self._say(author, self._only_text(reply.lang), begun, text)
        # Nothing stands before help, and no line in a language that its reader may not know.
        if has_file and not is_urgent(reply) and not isinstance(reply, LanguageReply):
            reply = noted(reply, self.phrases(reply.lang).file_unread, self.phrases(reply.lang))
        return await self._say(author, reply, begun, text)

    async def command(self, name: str, rest: str, author: Author) -> Outcome:
        """Return what to do about the command ``name`` with ``rest`` behind it."""
        begun, rest = time.perf_counter(), without_links(rest)
        words = asked(name, rest, self.catalogue)
        if over := await self._limiter.over(author, lambda: self._urgency_of(name, rest, author)):
            return over
        matching = time.perf_counter()
        reply = await obey(self._of(author), author.says(rest), name, author.form)
        self._matched(reply, matching)
        return await self._say(author, reply, begun, words)

    async def unread(self, author: Author) -> Outcome:
        """Return what to do about something without words: a picture, a voice, a link."""
        begun = time.perf_counter()
        if over := await self._limiter.over(author):
            return over
        return await self._say(author, self._only_text(await self.language(author)), begun)

    async def press(self, action: Action, author: Author) -> Outcome:
        """Return what to do about a pressed button."""
        begun = time.perf_counter()

        async def urgency() -> str | None:
            return _leads_to_a_person(action)

        if over := await self._limiter.over(author, urgency, action=action):
            if action.verb in VOTES and (ballot := self.conversation.ballot(action)):
                await self._of(author).recollection.take_back(author.person, ballot)
            return over
        if action.verb in VOTES:
            return await self._vote(action, author)
        reply = await self._of(author).act(action, author.conversation, author.person, author.latest)
        return Say(reply=self.replies.for_platform(reply, author.platform), private=reply.personal, begun=begun)

    def ahead(self, author: Author, action: Action | None = None) -> list[Operation]:
        """Return what a message of ``author``, or a press with ``action``, counts and reads in any case.

        It takes no time of its own where the delivery is taken together with it.
        """
        recollection = self.conversation.recollection
        counted = self._limiter.counted(author, action)
        if action is None:
            read = recollection.looked_up(author.conversation, author.person, author.before, met=author.met)
        elif action.verb in VOTES:
            ballot = self.conversation.ballot(action)
            read = [recollection.voting(author.person, ballot)] if ballot else []
        else:
            read = recollection.looked_up(author.conversation)
        return [*counted, *read]

    async def hurries(self, text: str, author: Author, *, command: str = "", claim: str = "") -> bool:
        """Say whether ``text``, behind ``command`` if there is one, gets urgent help. Remembers and counts nothing."""
        if command:
            return await self._urgency_of(command, text, author) is not None
        return await self.conversation.urgency(replace(author.says(text), claim=claim)) is not None

    async def room(self, outcome: Outcome, author: Author) -> float:
        """Return the seconds until ``outcome`` of a question may be said where only so much may be; help may always."""
        waits = isinstance(outcome, Say) and not is_urgent(outcome.reply)
        return await self._limiter.room(author) if waits else 0.0

    async def said(self, say: Say, author: Author) -> None:
        """Count and log a reply that has reached its person; a notice is none."""
        reply = say.reply
        if say.introduces:
            await self._of(author).recollection.meet(author.person)
        if isinstance(reply, Notice) or self._metrics is None or self._logger is None:
            return
        kind, entry = type_of(reply), reply.slug if isinstance(reply, EntryReply) else ""
        self._metrics.replied(author.platform, kind, entry, reply.lang)
        self._logger().info(
            "replied",
            platform=author.platform,
            type=kind,
            entry=entry,
            lang=reply.lang,
            seconds=round(time.perf_counter() - say.begun, 4),
            request=author.request,
        )

    async def language(self, author: Author) -> str:
        """Return the language for this person."""
        return await self._of(author).language(author.says(""))

    def phrases(self, lang: str | None) -> Phrases:
        """Return the bot's own sentences in ``lang``."""
        return self.catalogue.edition(lang).phrases

    async def apology(self, author: Author, reference: str) -> Notice:
        """Return the line that something went wrong, and the code to quote."""
        try:
            lang = await self.language(author)
        except Exception:  # what went wrong may be the store, and the person is told all the same
            lang = self.catalogue.languages[0]
        return Notice(lang=lang, text=self.phrases(lang).failed.format(code=reference))

    def _only_text(self, lang: str) -> Reply:
        starters = self.replies.starters(lang)
        return self.replies.saying(self.phrases(lang).text_only, lang, kind="text-only", suggestions=starters)

    def _of(self, author: Author) -> Conversation:
        """Return the conversation as the delivery of ``author`` reads and writes it."""
        return self.conversation.through(author.batch)

    async def _say(self, author: Author, reply: Reply, begun: float, text: str = "") -> Outcome:
        """Return ``reply`` with what belongs to it: the platform's own help, the caution, what people are told once."""
        replies = self.replies
        reply, phrases = replies.for_platform(reply, author.platform), self.phrases(reply.lang)
        caution = None
        if holds_personal_number(text):
            if author.private or reply.personal:
                reply = with_caution(reply, phrases)
            else:
                caution = Notice(lang=reply.lang, text=phrases.caution_personal)
        known = reply.personal or is_urgent(reply) or author.met
        introduces = not known and await self._of(author).recollection.is_new(author.person)
        if introduces and isinstance(reply, SmallTalkReply) and reply.kind in ("greeting", "welcome"):
            first = replies.welcome(reply.lang, author.locale)
            welcome = await self._of(author).begin(author.conversation, first, author.latest)
            reply = with_caution(welcome, phrases) if phrases.caution_personal in reply.notes else welcome
        elif introduces:
            reply = replies.introduced(reply)
        return Say(reply=reply, private=reply.personal, caution=caution, introduces=introduces, begun=begun)

    async def _urgency_of(self, command: str, rest: str, author: Author) -> str | None:
        """Return the kind of urgent help that a command asks for, or None."""
        words = asked(command, rest, self.catalogue)
        linked = linked_help(rest.strip(), self.catalogue) if command == START else None
        return linked or (await self._of(author).urgency(author.says(words)) if words else None)

    async def _vote(self, action: Action, author: Author) -> Say:
        """Count a vote, and thank for it; *Not helpful* leads to a person, whether the vote counts or not."""
        edition = self.catalogue.edition(action.lang)
        await self._count_vote(action, author)
        wrong = action.verb is Verb.WRONG
        thanks = edition.phrases.wrong_thanks if wrong else edition.phrases.feedback_thanks
        person = self.replies.person(action.lang) if action.verb is Verb.NOT_HELPFUL else None
        return Say(reply=Notice(lang=edition.language.code, text=thanks, person=person), private=True)

    async def _count_vote(self, action: Action, author: Author) -> None:
        """Count one vote of each person on each entry, and on each statement."""
        subject, ballot = self.conversation.subject(action), self.conversation.ballot(action)
        if not subject or not ballot or not await self._of(author).recollection.vote_once(author.person, ballot):
            return
        if self._metrics is not None:
            self._metrics.voted(author.platform, subject, _OPINIONS[action.verb])
        if self._gaps is not None and action.verb is not Verb.HELPFUL and not is_of_distress(subject):
            self._gaps.disliked(subject, self.catalogue.edition(action.lang).language.code)

    def _matched(self, reply: Reply, begun: float) -> None:
        if self._metrics is not None:
            self._metrics.matched(time.perf_counter() - begun, urgent=is_urgent(reply))


def _leads_to_a_person(vote: Action | None) -> str | None:
    """Return what *Not helpful* counts as where a limit is reached: whom to turn to is said beyond it."""
    return vote.verb if vote is not None and vote.verb is Verb.NOT_HELPFUL else None
