"""The conversation: takes messages and button presses, returns replies, keeps a short memory."""

from __future__ import annotations

from copy import copy
from typing import Self

from msgspec.structs import replace

from bot.dialogue.actions import CHOOSING, VOTES, Action, Verb, about, beside, parse_action, wrong_of
from bot.dialogue.answers import noted, statement_ids
from bot.dialogue.decided import answered_claim, decided, reply_for
from bot.dialogue.following.acts import asked_again, follow, is_clear
from bot.dialogue.following.choices import ChoiceReader, picking_below
from bot.dialogue.following.followups import FollowUp, FollowUpReader
from bot.dialogue.following.wishes import Wish, WishReader, asks_beside
from bot.dialogue.memory import Memory, Recollection, expected_after, offered_points, offered_topics, remember
from bot.dialogue.message import Message
from bot.dialogue.reply import Reply, Topics, is_chatter
from bot.dialogue.writer import ReplyWriter
from bot.state.store import Store
from content.schema.catalogue import Catalogue
from intents.match import CHITCHAT, Decision, Intent, Kind, Match
from intents.matcher import Matcher
from intents.naming.names import Named

FOREIGN = "foreign"
"""What a cry for help in another language counts as, beside the kinds of urgent help."""
ABOUT_ANOTHERS_WORDS = (FollowUp.SURE, FollowUp.SOURCE, FollowUp.WHY, FollowUp.MORE)
"""Follow-ups that, in reply to somebody's words, ask about those: "really?", "source?"."""
OWN_TALK = frozenset(("thanks", "bye", "greeting", "privacy", "stop", "who-are-you", "are-you-human"))
"""Small talk that is with the bot also in reply to somebody's words; any other asks about those: "can you answer?"."""
POINTING_WORDS = 8
"""Words up to which an unclear message in reply to somebody's words asks about those: "what about this one?"."""


class Conversation:
    """Answers for one catalogue. Stateless but for what ``recollection`` keeps."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher, recollection: Recollection) -> None:
        self.replies = ReplyWriter(catalogue)
        self.recollection = recollection
        self.replace_content(catalogue, matcher)

    def through(self, store: Store | None) -> Self:
        """Return the conversation as it is now, which reads and writes through ``store``: a delivery's batch."""
        if store is None:
            return self
        one = copy(self)
        one.replies, one.recollection = copy(self.replies), self.recollection.through(store)
        return one

    def replace_content(self, catalogue: Catalogue, matcher: Matcher) -> None:
        """Answer from ``catalogue`` with ``matcher`` from now on. Replies under way are finished with either, not both.

        :attr:`replies` stays the same object, so that whoever holds it has the new content too.
        """
        followups, wishes = (
            FollowUpReader(catalogue.editions),
            WishReader(catalogue.editions, catalogue.language_cards.values()),
        )
        self.catalogue = catalogue
        self.replies.catalogue = catalogue
        self._matcher = matcher
        self._followups = followups
        self._named = ChoiceReader(catalogue, followups)
        self._wishes = wishes

    async def reply(self, message: Message) -> Reply:
        """Return the reply to a message in free text."""
        memory, chosen = await self._recalled(message)
        memory = self._replied_to(memory, message.about)
        if message.numbered:
            memory = picking_below(message.text, memory)
        text, match = self._understood(message, self._code(chosen or message.locale), memory)
        if wish := self._wishes.read(text):
            reply, chosen = self._in_language(wish, memory, match), wish.lang
        else:
            found, picked = self._follow_up(text, memory, match)
            reply, chosen = (
                found or decided(self._hinted(match, message, chosen), memory, self.replies),
                picked or chosen,
            )
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
        return self._code(await self.recollection.language(message.speaker) or message.locale)

    def language_named(self, name: str) -> str | None:
        """Return the code of the language that people call ``name``, or None."""
        return self._wishes.language_named(name)

    async def vote(self, message: Message) -> Action | None:
        """Return the vote that the message types, by its button's words under the answer last given, else None."""
        typed = self._followups.vote(message.text)
        if typed is None:
            return None
        memory, _ = await self._recalled(message)
        memory = self._replied_to(memory, message.about)
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
        _, match = self._understood(message, self._code(chosen or message.locale), memory)
        match = self._hinted(match, message, chosen)
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

    def _understood(self, message: Message, preferred: str, memory: Memory) -> tuple[str, Match]:
        """Return the words to answer and what they mean: of a message that only points at a claim, the claim's.

        The language stays that of whoever asks, where their own words tell it.
        """
        match = self._meaning(message.text, preferred, memory)
        if not message.claim or not self._points_elsewhere(message.text, match):
            return message.text, match
        asked, match = match, answered_claim(self._meaning(message.claim, preferred, memory))
        own = asked.sure_of_lang and bool(message.text.strip())
        return message.claim, replace(match, lang=asked.lang, sure_of_lang=True) if own else match

    def _hinted(self, match: Match, message: Message, chosen: str | None) -> Match:
        """Return ``match`` as it is by the platform's hint of a language with a card, if the person chose no other."""
        card = None if self.catalogue.language(message.locale) else self.catalogue.card(message.locale)
        if card is None or (chosen and not match.foreign):
            return match
        return self._matcher.hinted(match, message.text, card.code)

    def _points_elsewhere(self, text: str, match: Match) -> bool:
        """Say whether ``text``, in reply to somebody's words, asks about those: "is this true?"."""
        understood = self._followups.read(text, match.lang)
        if not text.strip() or (understood is not None and understood.kind in ABOUT_ANOTHERS_WORDS):
            return True
        match match.decision:
            case Decision.FALLBACK:
                return not match.foreign
            case Decision.SMALLTALK:
                return match.target not in OWN_TALK
            case Decision.CLARIFY:
                return len(text.split()) <= POINTING_WORDS
            case _:
                return False

    def _replied_to(self, memory: Memory, code: str) -> Memory:
        """Return ``memory`` as it is after the answer that ``code`` shows, whoever got it, and however long ago."""
        about, seen = parse_action(code), parse_action(memory.seen)
        if about is None or code == memory.shown:
            return memory
        if not memory.shown and (about.argument == memory.entry or (seen and seen.argument == about.argument)):
            return memory
        reply = reply_for(about, self.replies)
        # What is gone shows the topics in its place, and a reply to it follows nothing.
        return memory if isinstance(reply, Topics) else remember(replace(memory, choices=(), misses=0), reply)

    def _meaning(self, text: str, preferred: str, memory: Memory) -> Match:
        """Return what ``text`` means after what ``memory`` holds: of a choice in words, the part that is wanted."""
        expected = expected_after(memory, self.catalogue.edition(None).entries.get(memory.entry or ""))
        match = self._matcher.match(text, preferred, expected)
        wanted = self._followups.wanted_part(text) if memory.choices else text
        if wanted == text or match.decision is Decision.URGENT:
            return match
        return self._matcher.match(wanted, preferred, expected)

    def _in_language(self, wish: Wish, memory: Memory, match: Match) -> Reply:
        """Return the reply to a message that wishes to be answered in a language: in it, as from now on.

        What stands beside the wish is answered; without anything to answer the last answer comes again.
        """
        lang = wish.lang
        if match.decision is Decision.URGENT:
            return decided(replace(match, lang=lang), memory, self.replies)
        edition = self.catalogue.edition(lang)
        said = replace(self._meaning(wish.rest, lang, memory), lang=lang, sure_of_lang=True)
        remembered = memory.entry or memory.choices or memory.shown
        reply = self._follow_up(wish.rest, memory, said)[0] if remembered else None
        if reply is None and asks_beside(wish, match, said, memory):
            reply = decided(said, memory, self.replies)
        if reply is None:
            reply = asked_again(memory, lang, self.replies)
        if reply is None and (seen := parse_action(memory.shown or memory.seen)):
            reply = reply_for(replace(seen, lang=lang), self.replies, offered_points(memory))
        if reply is None:
            return self.replies.language_chosen(lang)
        return noted(reply, edition.phrases.language_set, edition.phrases)

    def _follow_up(self, text: str, memory: Memory, match: Match) -> tuple[Reply | None, str | None]:
        """Return the reply to a follow-up, and the language that it chooses from now on; None for each there is not."""
        typed = self._named.typed(text, memory)
        if typed and (match.decision is not Decision.URGENT or typed.verb is Verb.URGENT):
            return reply_for(typed, self.replies, offered_points(memory)), None
        # Of a message in another language only what looks familiar is read: "что такое SB 54" picks nothing.
        understood = None if match.foreign else self._followups.read(text, match.lang)
        found: Reply | Action | None = None
        if understood:
            found = follow(understood, memory, match, self.replies)
        elif not match.foreign and match.decision is not Decision.URGENT:
            named = self._named.read_back(text, memory)
            # What names an entry that was answered or offered may name a point of it, or the choice that one leads.
            known = match.target in (memory.entry, *offered_topics(memory))
            unled = known and match.decision is Decision.ANSWER and match.point is None
            if named is None and (unled or not is_clear(match)):
                named = self._named.read(text, memory)
            found = replace(named, lang=match.lang) if named else None
        if not isinstance(found, Action):
            return found, None
        reply = reply_for(found, self.replies, offered_points(memory))
        return reply, found.lang if found.verb in CHOOSING else None

    def _code(self, hint: str | None) -> str:
        return self.catalogue.edition(hint).language.code


_NAMED = {Named.ENTRY: Verb.TOPIC, Named.LAW: Verb.LAW, Named.TERM: Verb.TERM}


def _vote(verb: Verb, subject: str) -> str:
    """Return the name of a vote: a person has one on whether an entry helped, and one on whether it is wrong."""
    return f"{subject}!" if verb is Verb.WRONG else subject
