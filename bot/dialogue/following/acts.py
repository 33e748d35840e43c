"""What follow-ups get: which choice is picked, which answer is shown again, shorter or with its sources."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.dialogue.actions import CHOOSING, Action, Verb, about, parse_action
from bot.dialogue.decided import reply_for, with_others
from bot.dialogue.following.followups import FollowUp, Understood
from bot.dialogue.memory import Memory, action_of, intent_of, offered_actions, offered_points, offered_topics
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from intents.match import Decision, Intent, Kind, Leading, Match

TRUST = "why-trust-you"
"""The small talk that says what answers rest on, where none was given."""
_ALL = (1, 2, 3)
"""The choices of "both": as many as there are."""
CLEAR = 0.8
"""The probability from which a message is about its own topic, and names no offered choice."""
ABOUT_WHAT_WAS_SHOWN = (
    *(FollowUp.MORE, FollowUp.WHY, FollowUp.AGAIN),
    *(FollowUp.SHORTER, FollowUp.SOURCE, FollowUp.SURE),
)
"""Follow-ups on whatever was shown last: an entry, a signpost, a law, a term or urgent help."""


def follow(understood: Understood, memory: Memory, match: Match, replies: ReplyWriter) -> Reply | Action | None:
    """Return the reply to a follow-up, or the action that it picks; None where it has nothing to follow.

    ``match`` is what the words mean by themselves.
    """
    if understood.loose and means_itself(match):
        return None
    lang = match.lang if match.sure_of_lang else understood.lang
    match understood.kind:
        case FollowUp.PICK if memory.choices or understood.loose:
            return _pick(understood, memory, match, replies)
        case FollowUp.OTHER if memory.choices:
            topics = (one for one in offered_actions(memory) if one.verb is Verb.TOPIC)
            other = next((one for one in topics if one.subject != memory.entry), None)
            return replace(other, lang=lang) if other else None
        case FollowUp.YES if memory.choices:
            # Yes to a question back is yes to what it asked about first.
            return _pick(replace(understood, number=1), memory, match, replies)
        case FollowUp.BOTH if len(offered_actions(memory)) > 1:
            return _several(understood, memory, lang, replies)
        case kind if memory.shown and kind in ABOUT_WHAT_WAS_SHOWN:
            return _shown_again(kind, memory, lang, replies)
        case FollowUp.MORE | FollowUp.WHY | FollowUp.AGAIN | FollowUp.SHORTER | FollowUp.SOURCE if memory.entry:
            return _same_entry(memory, understood.kind, lang, replies)
        case FollowUp.SURE if memory.entry:
            return replies.sources(memory.entry, lang)
        case FollowUp.SOURCE | FollowUp.SURE:
            return replies.smalltalk(TRUST, lang)
        case FollowUp.NONE if memory.choices:
            return replies.fallback(lang, again=memory.misses > 0)
        case FollowUp.COMPLAINT:
            return _after_complaint(memory, lang, replies)
        case FollowUp.RELATED:
            return _related(memory, lang, replies)
        case FollowUp.PREVIOUS | FollowUp.EARLIEST:
            return _back(understood.kind, memory, lang)
        case _ if _leans(match):
            return replies.fallback(lang, again=memory.misses > 0)
        case _:
            return None


def _pick(understood: Understood, memory: Memory, match: Match, replies: ReplyWriter) -> Reply | Action | None:
    choices = memory.choices
    number = understood.number
    action = _choice(number, memory)
    if action is not None:
        return replace(action, lang=match.lang) if match.sure_of_lang and action.verb not in CHOOSING else action
    if not choices:
        return None
    edition = replies.catalogue.edition(match.lang)
    entry = edition.by_number(number)
    if entry is not None:
        return replies.answer(entry.slug, match.lang)
    text = edition.phrases.no_such_choice.format(number=number)
    return replies.saying(text, match.lang, kind="no-such-choice", suggestions=replies.starters(match.lang))


def _choice(number: int, memory: Memory) -> Action | None:
    """Return the choice with that number, from 1; -1 is the last that leads anywhere."""
    if number == -1:
        return next((one for one in reversed(offered_actions(memory)) if one.verb is not Verb.NONE), None)
    return parse_action(memory.choices[number - 1]) if 0 < number <= len(memory.choices) else None


def _several(understood: Understood, memory: Memory, lang: str, replies: ReplyWriter) -> Reply | Action | None:
    """Return the first of the choices picked, and offer the others beside it; of an entry's points the whole entry."""
    numbers = (understood.number, *understood.others) if understood.number else _ALL
    picked = [action for number in numbers if (action := _choice(number, memory))]
    if memory.entry and any(action.verb is Verb.POINT for action in picked):
        return Action(Verb.WHOLE, memory.entry, lang)
    found = dict.fromkeys(action for action in picked if intent_of(action))
    if not found:
        return None
    first, *others = found
    also = [intent for one in others if (intent := intent_of(one))]
    return with_others(replace(first, lang=lang), also, replies, offered_points(memory))


def _shown_again(kind: FollowUp, memory: Memory, lang: str, replies: ReplyWriter) -> Reply | Action | None:
    """Return the signpost, law, term or help last shown; for more than it says, what it leads to."""
    shown = parse_action(memory.shown)
    if shown is None:
        return None
    onward, leading = _onward(memory), offered_points(memory)
    if kind is FollowUp.MORE and onward and shown.verb is not Verb.URGENT:
        return _which(onward, lang, replies, leading)
    again = replace(shown, lang=lang)
    asks = kind in (FollowUp.SOURCE, FollowUp.SURE) and shown.verb is not Verb.URGENT
    return reply_for(about(Verb.SOURCES_OF, again) if asks else again, replies, leading)


def _onward(memory: Memory) -> list[Intent]:
    """Return what was offered beside what was shown, but for urgent help."""
    found = map(intent_of, offered_actions(memory))
    return [intent for intent in found if intent and intent.kind is not Kind.URGENT]


def asked_again(memory: Memory, lang: str, replies: ReplyWriter) -> Reply | None:
    """Return the question back that is open, or the help on offer, in the language ``lang``; None where none is."""
    offered = offered_actions(memory)
    if helps := next((action for action in offered if action.verb is Verb.URGENT_IN), None):
        return reply_for(replace(helps, lang=lang), replies)
    if not any(action.verb is Verb.NONE for action in offered):
        return None
    choices = {intent: action.led_by for action in offered if (intent := intent_of(action))}
    return replies.clarify(choices, lang, {intent.id: point for intent, point in choices.items()})


def _back(kind: FollowUp, memory: Memory, lang: str) -> Action:
    """Return what shows an earlier answer; all topics where there is none."""
    if kind is FollowUp.PREVIOUS:
        # After a refusal or what is no answer it is the last answer that one goes back to.
        earlier = memory.entry if memory.misses or memory.shown else next(reversed(memory.before), None)
    else:
        offered = offered_topics(memory)
        first = offered[0] if memory.entry in offered else memory.entry
        earlier = memory.before[0] if memory.before else first
    return Action(Verb.TOPIC, earlier, lang) if earlier else Action(Verb.TOPICS, "", lang)


def _same_entry(memory: Memory, kind: FollowUp, lang: str, replies: ReplyWriter) -> Reply | None:
    slug, seen = memory.entry, parse_action(memory.seen)
    if slug not in replies.catalogue.edition(lang).entries:
        return None
    if kind is FollowUp.SOURCE:
        return replies.sources(slug, lang)
    if kind in (FollowUp.MORE, FollowUp.WHY):
        return replies.whole(slug, lang)
    led = kind is FollowUp.AGAIN and seen is not None and seen.verb is Verb.POINT
    return reply_for(replace(seen, lang=lang), replies) if led and seen else replies.answer(slug, lang)


def _related(memory: Memory, lang: str, replies: ReplyWriter) -> Reply | Action:
    """Return the question which of the topics beside what was shown; all topics where there are none."""
    edition = replies.catalogue.edition(lang)
    entry = edition.entries.get(memory.entry or "")
    beside = entry.related if entry else ()
    choices = _onward(memory) if memory.shown else [Intent(Kind.ENTRY, slug) for slug in beside]
    return _which(choices, lang, replies) if choices else Action(Verb.TOPICS, "", lang)


def _which(
    choices: Sequence[Intent], lang: str, replies: ReplyWriter, leading: Leading | None = None
) -> Reply | Action:
    """Return the question which of ``choices``; where there is one, what shows it. ``leading`` as in a match."""
    if len(choices) == 1:
        return action_of(choices[0], lang, leading)
    return replies.clarify(choices, lang, leading, text=replies.catalogue.edition(lang).phrases.more_in)


def _after_complaint(memory: Memory, lang: str, replies: ReplyWriter) -> Reply | None:
    """Return the question what was meant: among what was offered beside it, what is related, or what most ask.

    Whom to turn to stands under it.
    """
    edition = replies.catalogue.edition(lang)
    if memory.shown:
        choices = _onward(memory)
        if not choices:
            return replace(replies.fallback(lang), person=replies.person(lang))
    elif memory.entry and memory.entry not in edition.entries:
        return None
    else:
        slugs = edition.entries[memory.entry].related if memory.entry else edition.language.starters
        choices = [Intent(Kind.ENTRY, slug) for slug in slugs]
    return replace(replies.clarify(choices, lang, text=edition.phrases.clarify_again), person=replies.person(lang))


def _leans(match: Match) -> bool:
    """Say whether a follow-up with nothing to follow means nothing in itself, whatever the model makes of its words."""
    return match.decision not in (Decision.SMALLTALK, Decision.TOPICS) and match.confidence < 1.0


def is_clear(match: Match) -> bool:
    """Say whether a message is about something of its own, whatever words it shares with an offered choice."""
    topic = match.decision in (Decision.ANSWER, Decision.SIGNPOST)
    return means_itself(match) or (topic and match.confidence >= CLEAR)


def means_itself(match: Match) -> bool:
    """Say whether a message is distress, or the name of a topic or term such as "sb 54", whatever was offered."""
    named = match.decision in (Decision.ANSWER, Decision.GLOSSARY, Decision.LAW) and match.confidence == 1.0
    return named or match.decision is Decision.URGENT
