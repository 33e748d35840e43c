"""The conversation: takes messages and button presses, returns replies, keeps a short memory."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.actions import Action, Verb, parse_action
from bot.followups import FollowUp, FollowUpReader, Understood
from bot.memory import Memory, Recollection
from bot.message import Message
from bot.personal import holds_personal_number
from bot.replies import ReplyWriter
from bot.reply import Answer, Clarify, Fallback, Reply, SignpostReply, SmallTalkReply, Suggestion, Topics, UrgentReply
from content.catalogue import Catalogue
from intents.match import VAGUE, Decision, Intent, Kind, Match
from intents.matcher import Matcher

SAME_SUBJECT = 12.0
"""How many times likelier than usual a short, weak message is about the topic last answered."""
OFFERED = 3.0
"""The same for a topic that was just offered."""
HELP = "help"
"""The small talk that says what the bot can do; after a refusal the list of topics says it better."""
UNSPECIFIC = 0.05
"""The same for a message that fits everything: after an answer it leans on that."""


class Conversation:
    """Answers for one catalogue. Stateless but for what ``recollection`` keeps."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher, recollection: Recollection) -> None:
        self.catalogue = catalogue
        self.replies = ReplyWriter(catalogue)
        self._matcher = matcher
        self._recollection = recollection
        self._followups = FollowUpReader(catalogue.editions)

    def replace_content(self, catalogue: Catalogue, matcher: Matcher) -> None:
        """Answer from ``catalogue`` with ``matcher`` from now on. Replies under way are finished with either, not both.

        :attr:`replies` stays the same object, so that whoever holds it has the new content too.
        """
        followups = FollowUpReader(catalogue.editions)
        self.catalogue = catalogue
        self.replies.catalogue = catalogue
        self._matcher = matcher
        self._followups = followups

    async def reply(self, message: Message) -> Reply:
        """Return the reply to a message in free text."""
        memory = await self._recollection.recall(message.conversation)
        preferred = await self.language(message)
        match = self._meaning(message.text, preferred, memory)
        reply = (
            await self._switch_language(message, memory, match)
            or self._follow_up(message.text, memory, match)
            or self._decide(memory, match)
        )
        if holds_personal_number(message.text):
            caution = self.catalogue.edition(reply.lang).phrases.caution_personal
            reply = replace(reply, notes=(caution, *reply.notes))
        await self._remember(message.conversation, memory, reply)
        return reply

    async def look_up(self, message: Message) -> Reply:
        """Return the topic named by the message; near names are offered, never shown; else as :meth:`reply`."""
        preferred = await self.language(message)
        found = self._matcher.look_up(message.text, preferred)
        if found.slug is not None:
            answer = self.replies.answer(found.slug, found.lang)
            await self._remember(message.conversation, await self._recollection.recall(message.conversation), answer)
            return answer
        if found.near:
            phrases = self.catalogue.edition(found.lang).phrases
            text = phrases.near_topics if len(found.near) > 1 else phrases.near_topic
            choices = [Intent(Kind.ENTRY, slug) for slug in found.near]
            reply: Reply = self.replies.clarify(choices, found.lang, text=text)
            await self._remember(message.conversation, Memory(), reply)
            return reply
        return await self.reply(message)

    async def act(self, action: Action, conversation: str) -> Reply:
        """Return what a button press asks for. What no longer exists gets the topic list and a note."""
        lang = self.catalogue.edition(action.lang).language.code
        reply = self._act(action, lang)
        if action.verb is Verb.LANGUAGE:
            await self._recollection.choose_language(conversation, lang)
        memory = await self._recollection.recall(conversation)
        if action.verb not in (Verb.HELPFUL, Verb.NOT_HELPFUL, Verb.LANGUAGE):
            await self._remember(conversation, memory, reply)
        return reply

    async def language(self, message: Message) -> str:
        """Return the language for this person: the one chosen, else the platform's hint, else English."""
        chosen = await self._recollection.language(message.conversation)
        return self.catalogue.edition(chosen or message.locale).language.code

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

    async def begin(self, conversation: str, lang: str) -> None:
        """Remember the topics that the welcome offered, so that a number picks one."""
        await self._remember(conversation, Memory(), self.replies.welcome(lang))

    def find(self, name: str, lang: str) -> str | None:
        """Return the slug of the entry that ``name`` (number, slug, title or alias) names, or None."""
        return self._matcher.look_up(name, self.catalogue.edition(lang).language.code).slug

    def _act(self, action: Action, lang: str) -> Reply:
        edition, replies = self.catalogue.edition(lang), self.replies
        match action.verb:
            case Verb.TOPIC | Verb.SHARE if action.argument in edition.entries:
                return replies.answer(action.argument, lang)
            case Verb.SIGNPOST if action.argument in edition.signposts:
                return replies.signpost(action.argument, lang)
            case Verb.TOPICS:
                return replies.topics(lang)
            case Verb.NONE:
                return replies.fallback(lang)
            case Verb.LANGUAGE:
                return self._language_chosen(lang)
            case Verb.PRIVACY:
                return replies.privacy(lang)
            case Verb.HELPFUL | Verb.NOT_HELPFUL:
                return replies.saying(edition.phrases.feedback_thanks, lang, kind="feedback")
            case Verb.HELP:
                return replies.smalltalk("help", lang)
            case _:
                return replace(replies.topics(lang), notes=(edition.phrases.gone,))

    def _meaning(self, text: str, preferred: str, memory: Memory) -> Match:
        """Return what ``text`` means after what ``memory`` holds: of a choice in words, the part that is wanted."""
        expected = self._expected(memory)
        match = self._matcher.match(text, preferred, expected)
        wanted = self._followups.wanted_part(text) if memory.choices else text
        if wanted == text or match.decision is Decision.URGENT:
            return match
        return self._matcher.match(wanted, preferred, expected)

    def _expected(self, memory: Memory) -> dict[Intent, float]:
        """Return how many times likelier than usual each intent is after what ``memory`` holds."""
        expected: dict[Intent, float] = {}
        for action in _actions(memory):
            if action.verb is Verb.TOPIC:
                expected[Intent(Kind.ENTRY, action.argument)] = OFFERED
            elif action.verb is Verb.SIGNPOST:
                expected[Intent(Kind.SIGNPOST, action.argument)] = OFFERED
        entry = self.catalogue.edition(None).entries.get(memory.entry or "")
        if entry:
            expected |= {Intent(Kind.ENTRY, related): OFFERED for related in entry.related}
            expected[Intent(Kind.ENTRY, entry.slug)] = SAME_SUBJECT
        if memory.entry or memory.choices:
            expected[VAGUE] = UNSPECIFIC
        return expected

    async def _switch_language(self, message: Message, memory: Memory, match: Match) -> Reply | None:
        """Return the reply to a message that is a language's name, or asks for an answer in a language.

        Distress gets its help in that language; anything else the last answer.
        """
        found = self._followups.language_in(message.text)
        if found is None:
            return None
        lang, alone = found
        if alone:
            await self._recollection.choose_language(message.conversation, lang)
        if match.decision is Decision.URGENT and match.target:
            return self.replies.urgent(match.target, lang)
        edition = self.catalogue.edition(lang)
        if memory.entry in edition.entries:
            return self.replies.answer(memory.entry, lang)
        return self._language_chosen(lang) if alone else None

    def _language_chosen(self, lang: str) -> Reply:
        text = self.catalogue.edition(lang).phrases.language_set
        return self.replies.saying(text, lang, kind="language", suggestions=self.replies.starters(lang))

    def _follow_up(self, text: str, memory: Memory, match: Match) -> Reply | None:
        understood = self._followups.read(text, match.lang)
        if understood is None or (understood.loose and _means_itself(match)):
            return None
        lang = match.lang if match.sure_of_lang else understood.lang
        match understood.kind:
            case FollowUp.PICK if memory.choices or understood.loose:
                return self._pick(understood, memory, match)
            case FollowUp.OTHER if memory.choices:
                return self._other(memory, lang)
            case FollowUp.MORE | FollowUp.WHY | FollowUp.AGAIN if memory.entry:
                return self._same_entry(memory.entry, understood.kind, lang)
            case FollowUp.NONE if memory.choices:
                return self.replies.fallback(lang, again=memory.misses > 0)
            case FollowUp.COMPLAINT if memory.entry:
                return self._after_complaint(memory.entry, lang)
            case _ if _leans(match):
                return self.replies.fallback(lang, again=memory.misses > 0)
            case _:
                return None

    def _pick(self, understood: Understood, memory: Memory, match: Match) -> Reply | None:
        choices = memory.choices
        number = len(choices) if understood.number == -1 else understood.number
        action = parse_action(choices[number - 1]) if 0 < number <= len(choices) else None
        lang = match.lang
        if action is not None:
            return self._act(action, lang if match.sure_of_lang else self.catalogue.edition(action.lang).language.code)
        if not choices:
            return None
        edition = self.catalogue.edition(lang)
        entry = edition.by_number(number)
        if entry is not None:
            return self.replies.answer(entry.slug, lang)
        text = edition.phrases.no_such_choice.format(number=number)
        return self.replies.saying(text, lang, kind="help", suggestions=self.replies.starters(lang))

    def _other(self, memory: Memory, lang: str) -> Reply | None:
        others = [a for a in _actions(memory) if a.verb is Verb.TOPIC and a.argument != memory.entry]
        return self._act(others[0], lang) if others else None

    def _same_entry(self, slug: str, kind: FollowUp, lang: str) -> Reply | None:
        edition = self.catalogue.edition(lang)
        if slug not in edition.entries:
            return None
        answer = self.replies.answer(slug, lang)
        return replace(answer, notes=(edition.phrases.more_note,)) if kind is FollowUp.MORE else answer

    def _after_complaint(self, slug: str, lang: str) -> Reply | None:
        edition = self.catalogue.edition(lang)
        if slug not in edition.entries:
            return None
        choices = [Intent(Kind.ENTRY, related) for related in edition.entries[slug].related]
        return self.replies.clarify(choices, lang, text=edition.phrases.clarify_again)

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
            case Decision.SMALLTALK if target == HELP and memory.misses:
                return self.replies.topics(lang)
            case Decision.SMALLTALK if target:
                return self.replies.smalltalk(target, lang)
            case Decision.TOPICS:
                return self.replies.topics(lang)
            case Decision.CLARIFY:
                return self.replies.clarify(match.choices, lang)
            case _:
                return self.replies.fallback(lang, again=memory.misses > 0)

    async def _remember(self, conversation: str, memory: Memory, reply: Reply) -> None:
        match reply:
            case Answer():
                choices = _codes(reply.suggestions)
                if any(action.verb is Verb.TOPIC and action.argument == reply.slug for action in _actions(memory)):
                    choices = memory.choices
                kept = Memory(entry=reply.slug, choices=choices)
            case Fallback() | SignpostReply():
                kept = replace(memory, choices=_codes(reply.suggestions), misses=memory.misses + 1)
            case Clarify():
                kept = replace(memory, choices=_codes(reply.suggestions), misses=memory.misses)
            case Topics():
                kept = Memory(entry=memory.entry, choices=_codes(reply.suggestions))
            case UrgentReply():
                kept = Memory()
            case SmallTalkReply() if not reply.suggestions:
                kept = replace(memory, misses=0)
            case _:
                kept = replace(memory, choices=_codes(reply.suggestions) or memory.choices, misses=0)
        await self._recollection.remember(conversation, kept)


def _leans(match: Match) -> bool:
    """Say whether a follow-up with nothing to follow means nothing in itself, whatever the model makes of its words."""
    return match.decision not in (Decision.SMALLTALK, Decision.TOPICS) and match.confidence < 1.0


def _means_itself(match: Match) -> bool:
    """Say whether a message is distress, or the name of a topic or term such as "sb 54", whatever was offered."""
    named = match.decision in (Decision.ANSWER, Decision.GLOSSARY) and match.confidence == 1.0
    return named or match.decision is Decision.URGENT


def _actions(memory: Memory) -> list[Action]:
    """Return what the choices last offered do, in order."""
    return [action for code in memory.choices if (action := parse_action(code))]


def _codes(suggestions: Sequence[Suggestion]) -> tuple[str, ...]:
    return tuple(suggestion.action for suggestion in suggestions)
