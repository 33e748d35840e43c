"""The conversation: takes messages and button presses, returns replies, keeps a short memory."""

from __future__ import annotations

from typing import Self

from msgspec.structs import replace

from bot.dialogue.actions import CHOOSING, VOTES, Action, Verb, about, beside, parse_action, wrong_of
from bot.dialogue.answers import statement_ids
from bot.dialogue.decided import is_chatter, reply_for
from bot.dialogue.following.choices import picking_below
from bot.dialogue.memory import Memory, Recollection, offered_points, remember
from bot.dialogue.message import Message
from bot.dialogue.reply import Reply
from bot.dialogue.understanding import Understanding
from bot.dialogue.writer import ReplyWriter
from bot.state.store import Store
from content.schema.catalogue import Catalogue
from intents.match import CHITCHAT, Decision, Intent, Kind, Match
from intents.matcher import Matcher
from intents.naming.names import Named

FOREIGN = "foreign"
"""What a cry for help in another language counts as, beside the kinds of urgent help."""


class Conversation:
    """Answers for one catalogue. Stateless but for what ``recollection`` keeps."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher, recollection: Recollection) -> None:
        self.recollection = recollection
        self.replace_content(catalogue, matcher)

    def through(self, store: Store | None) -> Self:
        """Return the conversation as it is now, which reads and writes through ``store``: a delivery's batch."""
        if store is None:
            return self
        one = self.__new__(type(self))
        one.__dict__ = {**self.__dict__, "recollection": self.recollection.through(store)}
        return one

    def replace_content(self, catalogue: Catalogue, matcher: Matcher) -> None:
        """Answer from ``catalogue`` with ``matcher`` from now on. What is being answered goes on with the old ones."""
        self.catalogue = catalogue
        self.replies = ReplyWriter(catalogue)
        self._matcher = matcher
        self._understanding = Understanding(catalogue, matcher, self.replies)

    async def reply(self, message: Message) -> Reply:
        """Return the reply to a message in free text."""
        memory, chosen = await self._recalled(message)
        memory = self._understanding.replied_to(memory, message.about)
        if message.numbered:
            memory = picking_below(message.text, memory)
        text, reply, chosen = self._understanding.answered(message, memory, chosen)
        if is_chatter(text, reply):
            if message.aside:
                return reply  # is left unsaid
            # Whoever sends but a face asks nothing that could be refused.
            reply = self.replies.smalltalk(CHITCHAT, reply.lang)
        await self.recollection.remember(
            message.conversation, remember(memory, reply), message.speaker, chosen, message.latest
        )
        return reply

    async def look_up(self, message: Message) -> Reply:
        """Return the topic named by the message; near names are offered, never shown; else as :meth:`reply`.

        A question is no name: it only gets the topics with a name near it where nothing else answers it.
        """
        preferred = await self.language(message)
        found = self._matcher.look_up(message.text, preferred)
        if found.slug is not None:
            return await self.offer(message.conversation, self.replies.answer(found.slug, found.lang, found.point))
        if found.near and (found.is_name or self._matcher.match(message.text, preferred).decision is Decision.FALLBACK):
            phrases = self.catalogue.edition(found.lang).phrases
            named = phrases.near_topics if len(found.near) > 1 else phrases.near_topic
            text = named if found.is_name else phrases.clarify
            choices = [Intent(Kind.ENTRY, slug) for slug in found.near]
            return await self.begin(message.conversation, self.replies.clarify(choices, found.lang, text=text))
        return await self.reply(message)

    async def act(self, action: Action, conversation: str, person: str = "", latest: str = "") -> Reply:
        """Return what a button press of ``person`` asks for. What no longer exists gets the topic list and a note."""
        memory, _ = await self.recollection.recall(conversation)
        # Below what is shown again, with its sources or for everyone, the same points lead.
        again = (shown := beside(action)) is not None and shown.code == memory.shown
        reply = reply_for(action, self.replies, offered_points(memory) if again else None)
        if action.verb in CHOOSING:
            await self.recollection.choose_language(person or conversation, reply.lang)
        if action.verb in (*VOTES, Verb.LANGUAGE):
            return reply
        await self.recollection.remember(conversation, remember(memory, reply), latest=latest)
        return reply

    async def offer(self, conversation: str, reply: Reply, latest: str = "") -> Reply:
        """Return ``reply`` once it is remembered, so that a number picks one of its choices."""
        memory, _ = await self.recollection.recall(conversation)
        await self.recollection.remember(conversation, remember(memory, reply), latest=latest)
        return reply

    async def begin(self, conversation: str, reply: Reply, latest: str = "") -> Reply:
        """Return ``reply`` once nothing but it is remembered."""
        await self.recollection.remember(conversation, remember(Memory(), reply), latest=latest)
        return reply

    async def language(self, message: Message) -> str:
        """Return the language for this person: the one chosen, else the platform's hint, else English."""
        return self._understanding.code(await self.recollection.language(message.speaker) or message.locale)

    def language_named(self, name: str) -> str | None:
        """Return the code of the language that people call ``name``, or None."""
        return self._understanding.wishes.language_named(name)

    async def vote(self, message: Message) -> Action | None:
        """Return the vote that the message types, by its button's words under the answer last given, else None."""
        typed = self._understanding.followups.vote(message.plain)
        if typed is None:
            return None
        memory, _ = await self._recalled(message)
        memory = self._understanding.replied_to(memory, message.about)
        (verb, lang), shown = typed, parse_action(memory.shown or memory.seen)
        if memory.misses or shown is None:
            return None
        shown = replace(shown, lang=lang)
        helped = about(verb, shown) if memory.shown else Action(verb, memory.entry or "", lang)
        vote = wrong_of(shown) if verb is Verb.WRONG else helped
        return vote if self.subject(vote) else None

    def subject(self, vote: Action) -> str | None:
        """Return the id of the statement that ``vote`` is on, of an entry its slug; None if it is gone."""
        edition = self.catalogue.edition(vote.lang)
        answers = vote.verb is Verb.WRONG or vote.argument in edition.entries or beside(vote)
        return statement_ids(edition, self.catalogue.laws).get(vote.argument) if answers else None

    def ballot(self, vote: Action) -> str | None:
        """Return the name under which it is kept that somebody casts ``vote``; None if what it is on is gone."""
        subject = self.subject(vote)
        return _vote(vote.verb, subject) if subject is not None else None

    async def forget(self, conversation: str) -> None:
        """Drop everything kept of this conversation (someone blocked the bot)."""
        edition = self.catalogue.edition(None)
        stated = statement_ids(edition, self.catalogue.laws).values()
        await self.recollection.forget(conversation, (*stated, *(_vote(Verb.WRONG, one) for one in stated)))

    async def classify(self, message: Message) -> Match:
        """Return what the message means, without answering it or remembering anything."""
        return self._matcher.match(message.text, await self.language(message))

    async def urgency(self, message: Message) -> str | None:
        """Return the kind of urgent help that the message would get, else None; remembers nothing.

        A cry for help in a language that the bot does not answer in is of the kind FOREIGN.
        """
        memory, chosen = await self._recalled(message)
        match = self._understanding.match(message, memory, chosen)
        if match.distressed:
            return FOREIGN
        return match.target if match.decision is Decision.URGENT else None

    async def near_topics(self, message: Message) -> tuple[str, ...]:
        """Return the slugs of the entries whose names are near the message's words, nearest first."""
        return self._matcher.look_up(message.text, await self.language(message)).near

    async def begun_names(self, message: Message) -> list[Action]:
        """Return what shows the entries, laws and terms whose names begin with the message's words."""
        lang = await self.language(message)
        return [Action(_NAMED[one.kind], one.id or "", lang) for one in self._matcher.beginning(message.text, lang)]

    def find(self, name: str, lang: str) -> str | None:
        """Return the slug of the entry that ``name`` (number, slug, title or alias) names, or None."""
        return self._matcher.look_up(name, self.catalogue.edition(lang).language.code).slug

    async def _recalled(self, message: Message) -> tuple[Memory, str | None]:
        """Return what is remembered before ``message``, and the language that its person chose."""
        return await self.recollection.recall(message.conversation, message.speaker, message.before)


_NAMED = {Named.ENTRY: Verb.TOPIC, Named.LAW: Verb.LAW, Named.TERM: Verb.TERM}


def _vote(verb: Verb, subject: str) -> str:
    """Return the name of a vote: a person has one on whether an entry helped, and one on whether it is wrong."""
    return f"{subject}!" if verb is Verb.WRONG else subject
