"""Answers follow-ups: what "2", "tell me more" or "go back" means after what was said."""

from __future__ import annotations

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, parse_action
from bot.dialogue.context import offered_topics
from bot.dialogue.followups import FollowUp, Understood
from bot.dialogue.memory import Memory
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from intents.match import Decision, Intent, Kind, Match


def follow(understood: Understood, memory: Memory, match: Match, replies: ReplyWriter) -> Reply | Action | None:
    """Return the reply to a follow-up, or the action that it picks; None where it has nothing to follow.

    ``match`` is what the words mean by themselves.
    """
    if understood.loose and _means_itself(match):
        return None
    lang = match.lang if match.sure_of_lang else understood.lang
    match understood.kind:
        case FollowUp.PICK if memory.choices or understood.loose:
            return _pick(understood, memory, match, replies)
        case FollowUp.OTHER if memory.choices:
            others = [slug for slug in offered_topics(memory) if slug != memory.entry]
            return Action(Verb.TOPIC, others[0], lang) if others else None
        case FollowUp.MORE | FollowUp.WHY | FollowUp.AGAIN if memory.entry:
            return _same_entry(memory.entry, understood.kind, lang, replies)
        case FollowUp.NONE if memory.choices:
            return replies.fallback(lang, again=memory.misses > 0)
        case FollowUp.COMPLAINT if memory.entry:
            return _after_complaint(memory.entry, lang, replies)
        case FollowUp.PREVIOUS | FollowUp.EARLIEST:
            return _back(understood.kind, memory, lang)
        case _ if _leans(match):
            return replies.fallback(lang, again=memory.misses > 0)
        case _:
            return None


def _pick(understood: Understood, memory: Memory, match: Match, replies: ReplyWriter) -> Reply | Action | None:
    choices = memory.choices
    number = len(choices) if understood.number == -1 else understood.number
    action = parse_action(choices[number - 1]) if 0 < number <= len(choices) else None
    if action is not None:
        return replace(action, lang=match.lang) if match.sure_of_lang and action.verb is not Verb.LANGUAGE else action
    if not choices:
        return None
    edition = replies.catalogue.edition(match.lang)
    entry = edition.by_number(number)
    if entry is not None:
        return replies.answer(entry.slug, match.lang)
    text = edition.phrases.no_such_choice.format(number=number)
    return replies.saying(text, match.lang, kind="help", suggestions=replies.starters(match.lang))


def _back(kind: FollowUp, memory: Memory, lang: str) -> Action:
    """Return what shows an earlier answer; all topics where there is none."""
    if kind is FollowUp.PREVIOUS:
        # After a refusal it is the last answer that one goes back to.
        earlier = memory.entry if memory.misses else next(reversed(memory.before), None)
    else:
        offered = offered_topics(memory)
        first = offered[0] if memory.entry in offered else memory.entry
        earlier = memory.before[0] if memory.before else first
    return Action(Verb.TOPIC, earlier, lang) if earlier else Action(Verb.TOPICS, "", lang)


def _same_entry(slug: str, kind: FollowUp, lang: str, replies: ReplyWriter) -> Reply | None:
    edition = replies.catalogue.edition(lang)
    if slug not in edition.entries:
        return None
    answer = replies.answer(slug, lang)
    return replace(answer, notes=(edition.phrases.more_note,)) if kind is FollowUp.MORE else answer


def _after_complaint(slug: str, lang: str, replies: ReplyWriter) -> Reply | None:
    edition = replies.catalogue.edition(lang)
    if slug not in edition.entries:
        return None
    choices = [Intent(Kind.ENTRY, related) for related in edition.entries[slug].related]
    return replies.clarify(choices, lang, text=edition.phrases.clarify_again)


def _leans(match: Match) -> bool:
    """Say whether a follow-up with nothing to follow means nothing in itself, whatever the model makes of its words."""
    return match.decision not in (Decision.SMALLTALK, Decision.TOPICS) and match.confidence < 1.0


def _means_itself(match: Match) -> bool:
    """Say whether a message is distress, or the name of a topic or term such as "sb 54", whatever was offered."""
    named = match.decision in (Decision.ANSWER, Decision.GLOSSARY) and match.confidence == 1.0
    return named or match.decision is Decision.URGENT
