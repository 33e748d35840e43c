"""What the bot remembers of a conversation, and where: the last topics and choices, language, greeting, votes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Self

import msgspec
from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, of_topic, parse_action, shown_by
from bot.dialogue.reply import (
    Clarify,
    EntryReply,
    Fallback,
    LanguageReply,
    Reply,
    SmallTalkReply,
    Sourced,
    Topics,
    UrgentReply,
)
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import MARK_BYTES, Claim, Delete, Get, Operation, Set, Store
from content.schema.catalogue import Entry
from intents.match import VAGUE, Intent, Kind, Leading


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation's short memory.

    ``entry`` is the slug last answered, ``choices`` the action codes last offered, in order;
    ``misses`` counts fallbacks in a row; ``before`` holds the slugs answered before ``entry``, the oldest first;
    ``seen`` is the code of what was shown of ``entry``: its first message and the point that led it, or all of it;
    ``shown`` that of what was shown since then and is no entry: a signpost, law, term or urgent help;
    ``below`` holds what stands below the answer itself, where the choices of which it was one stay on offer.
    """

    entry: str | None = None
    choices: tuple[str, ...] = ()
    misses: int = 0
    before: tuple[str, ...] = ()
    shown: str = ""
    seen: str = ""
    below: tuple[str, ...] = ()


class Recollection:
    """Reads and writes memories in a store, filed under hashed keys."""

    def __init__(self, store: Store, keys: KeyMaker) -> None:
        self._store = store
        self._keys = keys

    def through(self, store: Store) -> Self:
        """Return the same, read and written through ``store``: a delivery's batch."""
        return type(self)(store, self._keys)

    def looked_up(self, conversation: str, person: str = "", before: str = "", *, met: bool = True) -> list[Operation]:
        """Return what is read here about a message of ``person``, for one round trip with other things.

        ``met`` says that nobody asks whether they are new.
        """
        kinds = ([Kept.LANGUAGE] if person else []) + ([] if met else [Kept.GREETED])
        return [*self._remembered(conversation, before), *(self._kept(kind, person) for kind in kinds)]

    async def recall(self, conversation: str, person: str = "", before: str = "") -> tuple[Memory, str | None]:
        """Return the memory of ``conversation`` and the language that ``person`` chose.

        Where it has none yet, that of the conversation ``before`` it counts. The memory is empty where there is none
        or it is unreadable, the language None.
        """
        spoken = [self._kept(Kept.LANGUAGE, person)] if person else []
        found = await self._store.run(*self._remembered(conversation, before), *spoken)
        lang = found.pop() if person else None
        try:
            memory = msgspec.json.decode(next(filter(None, found), b""), type=Memory)
        except msgspec.DecodeError:
            memory = Memory()
        return memory, lang.decode() if lang else None

    async def remember(
        self, conversation: str, memory: Memory, person: str = "", lang: str | None = None, latest: str = ""
    ) -> None:
        """Keep ``memory`` for 15 minutes; ``lang``, which ``person`` chose, lives on because it was used.

        ``latest`` is a second name to keep it under.
        """
        raw, names = msgspec.json.encode(memory), (conversation, latest) if latest else (conversation,)
        kept = [Set(self._keys.key(Kept.CONVERSATION, name), raw, LIFETIMES[Kept.CONVERSATION]) for name in names]
        await self._store.run(*kept, *([self._choice(person, lang)] if lang else []))

    async def language(self, person: str) -> str | None:
        """Return the language that ``person`` chose, or None. Using it extends its life."""
        raw = await self._store.get(self._keys.key(Kept.LANGUAGE, person))
        if raw is None:
            return None
        await self._store.run(self._choice(person, raw.decode()))
        return raw.decode()

    async def choose_language(self, person: str, lang: str) -> None:
        """Keep ``lang`` as the choice of ``person``."""
        await self._store.run(self._choice(person, lang))

    async def is_new(self, person: str) -> bool:
        """Say whether ``person`` (or group) has not been met before."""
        return await self._store.get(self._keys.key(Kept.GREETED, person)) is None

    async def meet(self, person: str) -> None:
        """Remember that ``person`` has been told what this is."""
        await self._store.set(self._keys.key(Kept.GREETED, person), b"1", LIFETIMES[Kept.GREETED])

    def voting(self, person: str, name: str) -> Claim:
        """Return what tells, once, that ``person`` casts the vote ``name``."""
        # Of this call alone: a repeat after a lost answer recognises its own mark.
        return Claim(self._keys.key(Kept.VOTE, person, name), secrets.token_bytes(MARK_BYTES), LIFETIMES[Kept.VOTE])

    async def vote_once(self, person: str, name: str) -> bool:
        """Return True the first time it is asked for ``person`` and the vote ``name``."""
        return (await self._store.run(self.voting(person, name)))[0] is None

    async def take_back(self, person: str, name: str) -> None:
        """Let ``person``'s first vote ``name`` be none, if it was made just now."""
        if await self.vote_once(person, name):
            await self._store.delete(self._keys.key(Kept.VOTE, person, name))

    async def forget(self, conversation: str, voted: Iterable[str] = ()) -> None:
        """Drop everything kept under ``conversation``, with the votes named ``voted``."""
        kinds = (Kept.CONVERSATION, Kept.LANGUAGE, Kept.GREETED)
        keys = [self._keys.key(kind, conversation) for kind in kinds]
        keys += [self._keys.key(Kept.VOTE, conversation, name) for name in voted]
        await self._store.run(*(Delete(key) for key in keys))

    def _kept(self, kind: Kept, name: str) -> Get:
        return Get(self._keys.key(kind, name))

    def _remembered(self, conversation: str, before: str) -> list[Get]:
        return [self._kept(Kept.CONVERSATION, name) for name in (conversation, before) if name]

    def _choice(self, person: str, lang: str) -> Set:
        return Set(self._keys.key(Kept.LANGUAGE, person), lang.encode(), LIFETIMES[Kept.LANGUAGE])


NEAR = 3.0
"""How many times likelier than usual a short, weak message is about what was just shown or offered."""
UNSPECIFIC = 0.05
"""The same for a message that fits everything: after an answer it leans on that."""
ANSWERS_BEFORE = 4
"""Answers that one can go back to, beside the last."""


def expected_after(memory: Memory, entry: Entry | None) -> dict[Intent, float]:
    """Return how many times likelier than usual each intent is; ``entry`` is the one last answered."""
    expected: dict[Intent, float] = {}
    for action in offered_actions(memory):
        if (intent := intent_of(action)) and intent.kind is not Kind.URGENT:
            expected[intent] = NEAR
    if entry:
        expected |= {Intent(Kind.ENTRY, related): NEAR for related in entry.related}
        expected[Intent(Kind.ENTRY, entry.slug)] = NEAR
    if (shown := parse_action(memory.shown)) and (intent := intent_of(shown)):
        # That help was shown speaks for what comes after it; how likely that is again is for its words to say.
        expected[intent] = 1.0 if intent.kind is Kind.URGENT else NEAR
    if memory.entry or memory.choices:
        expected[VAGUE] = UNSPECIFIC
    return expected


def remember(memory: Memory, reply: Reply) -> Memory:
    """Return what is to be remembered after ``reply``, where ``memory`` was."""
    choices = tuple(suggestion.action for suggestion in reply.suggestions)
    if choices:
        memory = replace(memory, below=())
    match reply:
        case EntryReply():
            # The topics of a list stay on offer while one after the other is picked.
            kept, below = (memory.choices, choices) if reply.slug in offered_topics(memory) else (choices, ())
            return Memory(reply.slug, kept, before=_before(memory, reply.slug), seen=shown_by(reply).code, below=below)
        case Fallback() | LanguageReply():
            return replace(memory, choices=choices, misses=memory.misses + 1)
        case Sourced():
            return replace(memory, choices=choices, misses=0, shown=shown_by(reply).code)
        case Clarify():
            return replace(memory, choices=choices)
        case Topics():
            return replace(memory, choices=choices, misses=0)
        case UrgentReply():
            # What was spoken of before is still there once the first minute is over.
            shown = Action(Verb.URGENT, reply.kind, reply.lang)
            return replace(memory, choices=choices or memory.choices, misses=0, shown=shown.code)
        case SmallTalkReply() if not reply.suggestions:
            return replace(memory, misses=0)
        case _:
            return replace(memory, choices=choices or memory.choices, misses=0)


def offered_actions(memory: Memory) -> list[Action]:
    """Return what the choices last offered do, in order."""
    return [action for code in memory.choices if (action := parse_action(code))]


def intent_of(action: Action) -> Intent | None:
    """Return what ``action`` shows, as a message would mean it; None for what is no intent."""
    kind = _KINDS.get(action.verb)
    return Intent(kind, action.subject) if kind else None


def action_of(intent: Intent, lang: str, leading: Leading | None = None) -> Action:
    """Return what shows an entry, a signpost, a term or urgent help: the other way round than :func:`intent_of`.

    ``leading`` are the points that lead entries, by slug.
    """
    if intent.kind is Kind.ENTRY:
        return of_topic(intent.id, (leading or {}).get(intent.id), lang)
    return Action(_VERBS[intent.kind], intent.id, lang)


def offered_points(memory: Memory) -> Leading:
    """Return the points that lead the entries last offered, by slug."""
    return {one.subject: one.led_by for one in offered_actions(memory) if one.led_by}


def offered_topics(memory: Memory) -> list[str]:
    """Return the slugs of the topics last offered, in order."""
    return [action.subject for action in offered_actions(memory) if action.verb is Verb.TOPIC]


_KINDS = {Verb.TOPIC: Kind.ENTRY, Verb.SIGNPOST: Kind.SIGNPOST, Verb.TERM: Kind.TERM, Verb.URGENT: Kind.URGENT}
_VERBS = {kind: verb for verb, kind in _KINDS.items()}


def _before(memory: Memory, slug: str) -> tuple[str, ...]:
    """Return the answers before ``slug``. Answered again, it is where it was: those after it are left behind."""
    answered = (*memory.before, memory.entry) if memory.entry else ()
    if slug in answered:
        return answered[: answered.index(slug)]
    return answered[-ANSWERS_BEFORE:]
