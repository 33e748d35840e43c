"""The conversation: takes messages and button presses, returns replies, keeps a short memory."""

from __future__ import annotations

from msgspec.structs import replace

from bot.dialogue.actionreplies import reply_to
from bot.dialogue.actions import Action, Verb
from bot.dialogue.context import expected_after, remember
from bot.dialogue.following import follow
from bot.dialogue.followups import FollowUpReader
from bot.dialogue.language import Wish, WishReader
from bot.dialogue.memory import Memory, Recollection
from bot.dialogue.message import Message
from bot.dialogue.privacy import holds_personal_number, with_caution
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from content.schema.catalogue import Catalogue
from intents.match import Decision, Intent, Kind, Match
from intents.matcher import Matcher

HELP = "help"
"""The small talk that says what the bot can do; after a refusal the list of topics says it better."""
LANGUAGE = "language"
"""The small talk that says which languages the bot speaks."""
SAID_NOTHING = (LANGUAGE, "chitchat", "stop")
"""Small talk that asks for nothing beside a wish for a language: "my english is bad, in spanish please"; "no, ..."."""
FEW_WORDS = 2
"""Words beside such a wish up to which they mean nothing where they are not understood: "no, in english"."""


class Conversation:
    """Answers for one catalogue. Stateless but for what ``recollection`` keeps."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher, recollection: Recollection) -> None:
        self.replies = ReplyWriter(catalogue)
        self._recollection = recollection
        self.replace_content(catalogue, matcher)

    def replace_content(self, catalogue: Catalogue, matcher: Matcher) -> None:
        """Answer from ``catalogue`` with ``matcher`` from now on. Replies under way are finished with either, not both.

        :attr:`replies` stays the same object, so that whoever holds it has the new content too.
        """
        followups, wishes = FollowUpReader(catalogue.editions), WishReader(catalogue.editions)
        self.catalogue = catalogue
        self.replies.catalogue = catalogue
        self._matcher = matcher
        self._followups = followups
        self._wishes = wishes

    async def reply(self, message: Message) -> Reply:
        """Return the reply to a message in free text."""
        memory = await self._recollection.recall(message.conversation)
        preferred = await self.language(message)
        match = self._meaning(message.text, preferred, memory)
        if wish := self._wishes.read(message.text):
            reply = await self._in_language(wish, message, memory, match)
        else:
            reply = await self._follow_up(message.text, message, memory, match) or self._decide(memory, match)
        if holds_personal_number(message.text):
            reply = with_caution(reply, self.catalogue.edition(reply.lang).phrases)
        return await self._remembered(message.conversation, memory, reply)

    async def look_up(self, message: Message) -> Reply:
        """Return the topic named by the message; near names are offered, never shown; else as :meth:`reply`.

        A question is no name: it only gets the topics with a name near it where nothing else answers it.
        """
        preferred = await self.language(message)
        found = self._matcher.look_up(message.text, preferred)
        if found.slug is not None:
            return await self.offer(message.conversation, self.replies.answer(found.slug, found.lang))
        if found.near and (found.is_name or self._matcher.match(message.text, preferred).decision is Decision.FALLBACK):
            phrases = self.catalogue.edition(found.lang).phrases
            named = phrases.near_topics if len(found.near) > 1 else phrases.near_topic
            text = named if found.is_name else phrases.clarify
            choices = [Intent(Kind.ENTRY, slug) for slug in found.near]
            reply = self.replies.clarify(choices, found.lang, text=text)
            return await self._remembered(message.conversation, Memory(), reply)
        return await self.reply(message)

    async def act(self, action: Action, conversation: str) -> Reply:
        """Return what a button press asks for. What no longer exists gets the topic list and a note."""
        reply = reply_to(action, self.replies)
        if action.verb is Verb.LANGUAGE:
            await self._recollection.choose_language(conversation, reply.lang)
        if action.verb in (Verb.HELPFUL, Verb.NOT_HELPFUL, Verb.LANGUAGE):
            return reply
        return await self.offer(conversation, reply)

    async def offer(self, conversation: str, reply: Reply) -> Reply:
        """Return ``reply`` once it is remembered, so that a number picks one of its choices."""
        return await self._remembered(conversation, await self._recollection.recall(conversation), reply)

    async def begin(self, conversation: str, lang: str) -> None:
        """Remember the topics that the welcome offered, so that a number picks one."""
        await self._remembered(conversation, Memory(), self.replies.welcome(lang))

    async def language(self, message: Message) -> str:
        """Return the language for this person: the one chosen, else the platform's hint, else English."""
        chosen = await self._recollection.language(message.conversation)
        return self.catalogue.edition(chosen or message.locale).language.code

    def language_named(self, name: str) -> str | None:
        """Return the code of the language that people call ``name``, or None."""
        return self._wishes.language_named(name)

    async def first_contact(self, conversation: str) -> bool:
        """Say, once, that nobody has written in this conversation before."""
        return await self._recollection.greet_once(conversation)

    async def first_vote(self, person: str, slug: str) -> bool:
        """Say, once, that this person (a conversation's key, the same wherever they write) votes on that entry."""
        return await self._recollection.vote_once(person, slug)

    async def forget(self, conversation: str) -> None:
        """Drop everything kept of this conversation (someone blocked the bot)."""
        await self._recollection.forget(conversation, self.catalogue.edition(None).entries)

    async def classify(self, message: Message) -> Match:
        """Return what the message means, without answering it or remembering anything."""
        return self._matcher.match(message.text, await self.language(message))

    async def urgency(self, message: Message) -> str | None:
        """Return the kind of urgent help that the message would get, else None; remembers nothing."""
        memory = await self._recollection.recall(message.conversation)
        match = self._meaning(message.text, await self.language(message), memory)
        return match.target if match.decision is Decision.URGENT else None

    async def near_topics(self, message: Message) -> tuple[str, ...]:
        """Return the slugs of the entries whose names are near the message's words, nearest first."""
        return self._matcher.look_up(message.text, await self.language(message)).near

    def find(self, name: str, lang: str) -> str | None:
        """Return the slug of the entry that ``name`` (number, slug, title or alias) names, or None."""
        return self._matcher.look_up(name, self.catalogue.edition(lang).language.code).slug

    def _meaning(self, text: str, preferred: str, memory: Memory) -> Match:
        """Return what ``text`` means after what ``memory`` holds: of a choice in words, the part that is wanted."""
        expected = expected_after(memory, self.catalogue.edition(None).entries.get(memory.entry or ""))
        match = self._matcher.match(text, preferred, expected)
        wanted = self._followups.wanted_part(text) if memory.choices else text
        if wanted == text or match.decision is Decision.URGENT:
            return match
        return self._matcher.match(wanted, preferred, expected)

    async def _in_language(self, wish: Wish, message: Message, memory: Memory, match: Match) -> Reply:
        """Return the reply to a message that wishes to be answered in a language: in it, from now on.

        What stands beside the wish is answered; without anything to answer the last answer comes again.
        """
        lang = wish.lang
        await self._recollection.choose_language(message.conversation, lang)
        if match.decision is Decision.URGENT:
            return self._decide(memory, replace(match, lang=lang))
        edition = self.catalogue.edition(lang)
        said = replace(self._meaning(wish.rest, lang, memory), lang=lang, sure_of_lang=True)
        remembered = memory.entry or memory.choices
        reply = await self._follow_up(wish.rest, message, memory, said) if remembered else None
        if reply is None and _asks_beside(wish, match, said, memory):
            reply = self._decide(memory, said)
        if reply is None and memory.entry in edition.entries:
            reply = self.replies.answer(memory.entry, lang)
        if reply is None:
            return self.replies.language_chosen(lang)
        return replace(reply, notes=(edition.phrases.language_set, *reply.notes))

    async def _follow_up(self, text: str, message: Message, memory: Memory, match: Match) -> Reply | None:
        understood = self._followups.read(text, match.lang)
        found = follow(understood, memory, match, self.replies) if understood else None
        if not isinstance(found, Action):
            return found
        if found.verb is Verb.LANGUAGE:
            await self._recollection.choose_language(message.conversation, found.lang)
        return reply_to(found, self.replies)

    def _decide(self, memory: Memory, match: Match) -> Reply:
        lang, target = match.lang, match.target
        match match.decision:
            case Decision.URGENT if target:
                return self.replies.urgent(target, lang)
            case Decision.ANSWER if target:
                return self.replies.answer(target, lang)
            case Decision.SIGNPOST if target:
                return self.replies.signpost(target, lang)
            case Decision.GLOSSARY if target:
                return self.replies.glossary(target, lang)
            case Decision.LAW if target:
                return self.replies.law(target, lang)
            case Decision.SMALLTALK if target == HELP and memory.misses:
                return self.replies.topics(lang)
            case Decision.SMALLTALK if target:
                return self.replies.smalltalk(target, lang)
            case Decision.TOPICS:
                return self.replies.topics(lang)
            case Decision.CLARIFY:
                return self.replies.clarify(match.choices, lang)
            case _ if match.foreign:
                return self.replies.other_language(match.foreign, lang)
            case _:
                return self.replies.fallback(lang, again=memory.misses > 0)

    async def _remembered(self, conversation: str, memory: Memory, reply: Reply) -> Reply:
        await self._recollection.remember(conversation, remember(memory, reply))
        return reply


def _asks_beside(wish: Wish, whole: Match, said: Match, memory: Memory) -> bool:
    """Say whether what stands beside a wish for a language asks for something of its own.

    ``whole`` is what the message means with the wish in it, ``said`` what it means without.
    """
    short = len(wish.rest.split()) <= FEW_WORDS
    # "Do you have this in Spanish" asks for Spanish more than for anything else.
    wished = not wish.parted and whole.target == LANGUAGE
    match said.decision:
        case Decision.SMALLTALK:
            return wish.parted and said.target not in SAID_NOTHING
        case Decision.FALLBACK:
            return not short and not wished and memory.entry is None
        case Decision.CLARIFY if short:
            return False
        case _:
            return not wished or said.confidence > whole.confidence
