"""What was decided, or a button asks for, as the reply that says it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, beside
from bot.dialogue.answers import point_named
from bot.dialogue.memory import Memory, action_of, intent_of, offered_actions
from bot.dialogue.reply import Fallback, Reply, SmallTalkReply
from bot.dialogue.writer import ReplyWriter
from intents.match import CHITCHAT, Decision, Intent, Kind, Leading, Match
from intents.reading import plain_words

HELP = "help"
"""The small talk that says what the bot can do; after a refusal the list of topics says it better."""
LIKELY_CLAIM = 0.3
"""The probability from which an entry answers somebody else's claim: there a question back costs twice as much."""


def decided(match: Match, memory: Memory, replies: ReplyWriter) -> Reply:
    """Return the reply to a message that means ``match``, after what ``memory`` holds."""
    lang, target = match.lang, match.target
    match match.decision:
        case Decision.URGENT if target:
            return replies.urgent(target, lang)
        case Decision.ANSWER if target:
            return replies.answer(target, lang, match.point, match.also, match.leading)
        case Decision.SIGNPOST if target:
            return replies.signpost(target, lang, match.also, match.leading)
        case Decision.GLOSSARY if target:
            return replies.glossary(target, lang, match.leading)
        case Decision.LAW if target:
            return replies.law(target, lang, match.leading)
        case Decision.SMALLTALK if target == HELP and memory.misses:
            return replies.topics(lang)
        case Decision.SMALLTALK if target:
            return replies.smalltalk(target, lang)
        case Decision.TOPICS:
            return replies.topics(lang)
        case Decision.CLARIFY:
            asked = decided_at_last(match, memory, replies)
            return asked or replies.clarify(match.choices, lang, match.leading)
        case _ if match.foreign:
            return replies.other_language(match.foreign, lang, urgent=match.distressed)
        case _:
            return replies.fallback(lang, again=memory.misses > 0)


def decided_at_last(match: Match, memory: Memory, replies: ReplyWriter) -> Reply | None:
    """Return what is said in place of the same question once more: its first choice, and the others beside it."""
    offered = {intent for action in offered_actions(memory) if (intent := intent_of(action))}
    asked = any(action.verb is Verb.NONE for action in offered_actions(memory))
    if not asked or not match.choices or not offered.issuperset(match.choices):
        return None
    first, *others = match.choices
    return with_others(action_of(first, match.lang, match.leading), others, replies, match.leading)


def answered_claim(match: Match) -> Match:
    """Return what somebody's claim means, for who asks about it: they have not written it, and cannot put it otherwise.

    Where the bot would ask back about a likely entry it answers, with the other choices beside it.
    """
    first = match.choices[0] if match.decision is Decision.CLARIFY and match.choices else None
    likely = {one.slug for one in match.candidates if one.confidence >= LIKELY_CLAIM}
    if first is None or first.kind is not Kind.ENTRY or first.id not in likely:
        return match
    return replace(match, decision=Decision.ANSWER, target=first.id, choices=(), also=match.choices[1:])


def reply_for(action: Action, replies: ReplyWriter, leading: Leading | None = None) -> Reply:
    """Return what ``action`` asks for. What no longer exists gets the list of topics and a note.

    ``leading`` are the points that lead the entries below a signpost, term or law.
    """
    edition = replies.catalogue.edition(action.lang)
    lang = edition.language.code
    match action.verb:
        case Verb.TOPIC | Verb.SHARE if action.subject in edition.entries:
            return replies.answer(action.subject, lang, action.led_by)
        case Verb.POINT | Verb.SHARE if named := point_named(action.argument, edition):
            return replies.answer(named[0], lang, named[1])
        case Verb.WHOLE if action.argument in edition.entries:
            return replies.whole(action.argument, lang)
        case Verb.SOURCES if action.argument in edition.entries:
            return replies.sources(action.argument, lang)
        case Verb.SOURCES_OF | Verb.SHARE if (shown := beside(action)) and (
            reply := _beside(shown, replies, leading, sources=action.verb is Verb.SOURCES_OF)
        ):
            return reply
        case Verb.SIGNPOST | Verb.LAW | Verb.TERM if reply := _beside(action, replies, leading):
            return reply
        case Verb.URGENT | Verb.URGENT_IN if action.argument in edition.urgent:
            return replies.urgent(action.argument, lang)
        case Verb.TOPICS:
            return replies.topics(lang)
        case Verb.NONE:
            return replies.fallback(lang)
        case Verb.LANGUAGE:
            return replies.language_chosen(lang)
        case Verb.PRIVACY:
            return replies.privacy(lang)
        case Verb.HELPFUL | Verb.NOT_HELPFUL:
            return replies.saying(edition.phrases.feedback_thanks, lang, kind="feedback")
        case Verb.WRONG:
            return replies.saying(edition.phrases.wrong_thanks, lang, kind="feedback")
        case Verb.HELP:
            return replies.smalltalk("help", lang)
        case _:
            return replace(replies.topics(lang), notes=(edition.phrases.gone,))


def _beside(shown: Action, replies: ReplyWriter, leading: Leading | None, *, sources: bool = False) -> Reply | None:
    """Return the signpost, law or term, with what it rests on for ``sources``; None where it is no longer there."""
    edition, name = replies.catalogue.edition(shown.lang), shown.argument
    lang = edition.language.code
    match shown.verb:
        case Verb.SIGNPOST if name in edition.signposts:
            return replies.signpost(name, lang, leading=leading, sources=sources)
        case Verb.LAW if name in replies.catalogue.laws:
            return replies.law(name, lang, leading, sources=sources)
        case Verb.TERM if name in edition.glossary:
            return replies.glossary(name, lang, leading, sources=sources)
        case _:
            return None


def with_others(first: Action, also: Iterable[Intent], replies: ReplyWriter, leading: Leading | None = None) -> Reply:
    """Return what ``first`` asks for, with ``also`` as choices before all others; ``leading`` as in a match."""
    if first.verb is Verb.TOPIC:
        return replies.answer(first.subject, first.lang, first.led_by, also, leading)
    reply = reply_for(first, replies)
    return replace(reply, suggestions=(*replies.choices(also, reply.lang, leading), *reply.suggestions))


def is_chatter(text: str, reply: Reply) -> bool:
    """Say whether ``reply`` only says that ``text`` asks nothing: "lol", or nothing but a face."""
    if isinstance(reply, Fallback):
        return "?" not in text and not plain_words(text)
    return isinstance(reply, SmallTalkReply) and reply.kind == CHITCHAT
