"""The matcher: one message in, one decision out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from operator import itemgetter
from pathlib import Path

from msgspec import structs

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE, Model, read_model, recipe
from intents.decision.alarm import asked_first, urgency
from intents.decision.costs import IN_CONVERSATION, Costs
from intents.decision.heard import Grounds, Heard, Rule
from intents.decision.hearing import Hearer
from intents.decision.known import entries_of, known_intents
from intents.decision.overlap import neighbours_of, overlap_of
from intents.decision.parts import TELLING, decide_parts
from intents.decision.rule import LEAST_SHOWN, Choice, Decider, Option
from intents.distress import CRY, DistressReader
from intents.language.telling import only_numbers
from intents.match import CHITCHAT, NOTHING, Before, Candidate, Decision, Intent, Kind, Leading, Match
from intents.naming.lookup import Found, Lookup, Thing, looks_like_name
from intents.naming.names import Named
from intents.reading import TOPIC_CHARACTERS, Folded, fold

URGENT_FIRST = 0.5
"""The probability of distress from which help comes before anything else, a topic's name included."""
FOREIGN_URGENT = 0.95
"""The same for a message in a language that is not spoken: its words only look like the samples'."""
TALK = 0.5
"""The probability of small talk from which a name in a message is not what it is about."""
WEAK = 0.6
"""A decision less sure than this may be changed by what the conversation was about."""
OWN_NAME = 0.9
"""One less sure than this gives way to a law or a language that is named: "SB 805: must officers wear a badge"."""
ELLIPTIC_WORDS = 10
"""Words up to which a message may lean on what came before; a longer one speaks for itself."""
FRAGMENT_WORDS = 5
"""Words up to which a weak message says so little by itself that what came before tells what it means."""


class Matcher:
    """Decides what messages mean, for one catalogue and the model trained for it.

    Raises ModelError where the model does not know the catalogue's intents.
    """

    def __init__(self, catalogue: Catalogue, model: Model) -> None:
        self._catalogue = catalogue
        self._model = model
        self._lookup = Lookup(catalogue)
        self._hearer = Hearer(catalogue, model)
        self._distress = DistressReader(catalogue.editions.values())
        overlap = overlap_of(model.together, neighbours_of(catalogue))
        self._deciders = {code: Decider(known_intents(catalogue, model, code), Costs(), overlap) for code in catalogue}
        self._numbers = {entry.slug: entry.number for entry in catalogue.edition(None).entries.values()}

    def match(self, text: str, preferred: str, before: Before = NOTHING) -> Match:
        """Return the decision on ``text``; ``preferred`` is the language where the words do not tell it.

        Courtesies are set aside first. Then the order is fixed: distress in any clause, a foreign language, the name
        of a topic, law or term, then the cheapest decision on the whole or, where that is no answer, on a clause.
        What came ``before`` only counts for a short message that is too weak alone.
        """
        return self.grounds(text, preferred, before).match

    def grounds(self, text: str, preferred: str, before: Before = NOTHING) -> Grounds:
        """Return the decision on ``text`` as :meth:`match` does, and what it was made by."""
        heard = self._hearer.hear(text, preferred)
        if self._distress.is_cry(text, heard.said) and CRY in self._catalogue.editions[heard.lang].urgent:
            cry = Match(Decision.URGENT, heard.lang, heard.sure, 1.0, heard.candidates, target=CRY)
            return Grounds(cry, Rule.CRY)
        parts = self._hearer.read_each(heard.clauses, heard.lang)
        decider = self._deciders[heard.lang]
        urgencies = [heard.told.sum(Kind.URGENT)]
        if parts:
            # Clauses ask for the same words of the message.
            speaks_for = cache(partial(self._distress.speaks_for, folded=heard.folded))
            urgencies += [urgency(part, decider, speaks_for) for part in parts]
        urgent = max(urgencies)
        # "¿Lo tienen en coreano?" sounds like somebody taken.
        if heard.asked and (heard.is_named or urgent < FOREIGN_URGENT):
            return Grounds(self._in_other_language(heard), Rule.LANGUAGE)
        may_name = urgent < URGENT_FIRST
        if (may_name or only_numbers(heard.words)) and (thing := self._named(heard, preferred)):
            return Grounds(self._thing(thing, heard), Rule.NAME)
        known, goes_on = self._hearer.knows(heard), bool(before.expected) and self._hearer.clauses.goes_on(heard.folded)
        choice, also = decide_parts(decider, (heard.told, *parts), urgencies) if known else _STRANGE
        if before.expected and known and len(heard.words) <= ELLIPTIC_WORDS and _is_weak(choice):
            fragment = len(heard.words) <= FRAGMENT_WORDS or goes_on
            title = before.titles.get(heard.lang)
            behind = self._hearer.told_behind(title, heard) if title else None
            weighed = decider.weigh(heard.told, before.expected, behind, fragment=fragment)
            candidates = self._hearer.candidates(heard.lang, weighed)
            heard = structs.replace(heard, told=weighed, candidates=candidates, leans=True)
            choice = decider.decide(weighed, IN_CONVERSATION)
        if may_name and (thing := self._named_beside(choice, heard)):
            return Grounds(self._thing(thing, heard), Rule.NAME)
        rule = None if known else Rule.UNKNOWN
        refused = choice.decision is Decision.FALLBACK
        empty = refused or choice.confidence < LEAST_SHOWN
        if empty and heard.whole != heard.folded and (talk := self._courtesy(heard)):
            choice, rule = talk, Rule.COURTESY
        elif refused and heard.words and not heard.said:
            # "Rofl", of words that no sample has.
            choice, rule = Choice(Decision.SMALLTALK, CHITCHAT, 1.0), Rule.COURTESY
        choice = asked_first(choice, heard, decider, self._distress, before.expected, goes_on=goes_on)
        if language := self._language_beside(choice, heard):
            return Grounds(self._in_other_language(structs.replace(heard, asked=language)), Rule.LANGUAGE)
        leading = self._leading(choice, also, heard)
        found = (choice.decision, heard.lang, heard.sure, choice.confidence, heard.candidates, choice.target)
        return Grounds(Match(*found, choice.choices, also=also, leading=leading), rule, heard)

    def prices(self, weighed: Heard) -> list[Option]:
        """Return what could be done about a message, the cheapest first."""
        costs = IN_CONVERSATION if weighed.leans else None
        return sorted(self._deciders[weighed.lang].options(weighed.told, costs), key=itemgetter(0))

    def hinted(self, match: Match, text: str, code: str) -> Match:
        """Return ``match`` of ``text`` as it is for someone whose platform is set to ``code``, a language with a card.

        That counts where the words tell nothing: what two languages write alike, and what is in none that is known.
        """
        foreign = self._hearer.languages.foreign
        unknown = match.decision is Decision.FALLBACK and not match.foreign and not match.sure_of_lang
        if not unknown and not (match.foreign and foreign.shares(text, {match.foreign, code})):
            return match
        return structs.replace(match, foreign=code, distressed=foreign.in_distress(code, text))

    def look_up(self, text: str, preferred: str) -> Found:
        """Return the entry that ``text`` names exactly, or those with names near it.

        The language is the name's; of a name in several languages it is ``preferred``.
        """
        folded = fold(text)
        if self._hearer.languages.tell(text, folded, folded, preferred)[0]:
            # "ICE 来了怎么办" has no more words that are read than "ICE".
            return Found(None, (), preferred)
        if (found := self._lookup.exact(folded, preferred)) and found.id:
            led = found.alias and self._hearer.points([found.id], self._hearer.told(folded, found.lang), found.lang)
            return Found(found.id, (), found.lang, point=led.get(found.id) if led else None)
        near, lang = self._lookup.near(folded, preferred)
        return Found(None, near, lang, looks_like_name(folded))

    def beginning(self, text: str, lang: str) -> tuple[Thing, ...]:
        """Return the entries, laws and terms that have a name in ``lang`` which begins with ``text``."""
        return self._lookup.beginning(fold(text), lang)

    def chances(self, texts: Iterable[str], lang: str) -> Iterator[dict[Intent, float]]:
        """Yield the calibrated probability of each intent for each text, read as ``lang``; they sum to 1."""
        for folded in map(fold, texts):
            found = self._hearer.read(folded, lang).chances
            yield dict(zip(self._deciders[lang].intents, found.tolist(), strict=True))

    def clauses(self, text: str) -> tuple[str, ...]:
        """Return what ``text`` says, clause by clause, without its courtesies."""
        return self._hearer.clauses.read(fold(text)).each

    def _in_other_language(self, heard: Heard) -> Match:
        """Return that a message is in a language that is not spoken, or asks for one."""
        own = "" if heard.is_named else heard.foreign or ""
        crying = self._hearer.languages.foreign.in_distress(own, heard.text)
        found = (Decision.FALLBACK, heard.lang, heard.sure, 1.0, heard.candidates)
        return Match(*found, foreign=heard.asked, distressed=crying)

    def _named(self, heard: Heard, preferred: str) -> Thing | None:
        """Return what a message names and asks nothing else about, or None.

        A name that both languages know ("sb 54") tells nothing of the person's: hence ``preferred`` first.
        """
        for read in heard.reads:
            if thing := self._lookup.exact(read, preferred):
                return thing
            # "are you ICE?" names something, and is about the bot all the same.
            thing = self._lookup.named(read, preferred)
            if thing and heard.told.sum(Kind.SMALLTALK) < TALK:
                return thing
        return self._lookup.asked_apart(heard.clauses, heard.lang) if heard.clauses else None

    def _named_beside(self, choice: Choice, heard: Heard) -> Thing | None:
        """Return what a message names among other words, for which nothing is clear, or None."""
        thing = None
        if heard.clauses and choice.decision not in _SETTLED:
            # Behind "quick one for a memo" stands a term, and nothing else that is ours.
            named = (self._lookup.named(clause, heard.lang) for clause in heard.clauses)
            thing = next((found for found in named if found and found.id is not None), None)
        if thing is None and _is_weak(choice, OWN_NAME):
            beside = choice.decision is Decision.FALLBACK
            found = (self._lookup.mentioned(read, heard.lang, numbers_only=beside) for read in heard.reads)
            thing = next(filter(None, found), None)
        return thing

    def _language_beside(self, choice: Choice, heard: Heard) -> str | None:
        """Return the language that a message names where it says nothing else that is ours, or None."""
        if not heard.mentions or choice.decision is Decision.URGENT or self._distress.speaks_for("", heard.folded):
            return None
        if choice.decision in TELLING and not _is_weak(choice, OWN_NAME):
            return None
        return self._hearer.asked.placed(heard.text)

    def _courtesy(self, heard: Heard) -> Choice | None:
        """Return the small talk that a message is with its courtesies, where what is left means nothing, or None.

        "Thank you, dear" thanks.
        """
        courteous = self._hearer.read(Folded.of(heard.folded, TOPIC_CHARACTERS), heard.lang)
        return self._deciders[heard.lang].decide(courteous) if courteous.sum(Kind.SMALLTALK) >= TALK else None

    def _leading(self, choice: Choice, also: tuple[Intent, ...], heard: Heard) -> Leading:
        """Return the points that answer the message, in the entry decided on, in those on offer and those below."""
        decided = entries_of(choice.decision, choice.target, self._catalogue, heard.lang)
        offered = (intent.id for intent in (*choice.choices, *also) if intent.kind is Kind.ENTRY)
        return self._hearer.points((*decided, *offered), heard.told, heard.lang)

    def _thing(self, thing: Thing, heard: Heard) -> Match:
        """Return what was named; an entry led by the point that an alias means."""
        slug, lang, sure = thing.id, thing.lang, heard.sure and thing.lang == heard.lang
        if slug is None:
            return Match(Decision.FALLBACK, lang, sure, 1.0, heard.candidates)
        told = heard.told if lang == heard.lang else self._hearer.told(heard.mended, lang)
        if thing.kind is not Named.ENTRY:
            decision = _NAMED[thing.kind]
            below = self._hearer.points(entries_of(decision, slug, self._catalogue, lang), told, lang)
            return Match(decision, lang, sure, 1.0, heard.candidates, target=slug, leading=below)
        leading = self._hearer.points([slug], told, lang) if thing.alias else {}
        first = Candidate(self._numbers[slug], slug, 1.0)
        rest = tuple(candidate for candidate in heard.candidates if candidate.slug != slug)
        return Match(Decision.ANSWER, lang, sure, 1.0, (first, *rest), target=slug, leading=leading)


_STRANGE: tuple[Choice, tuple[Intent, ...]] = Choice(Decision.FALLBACK, None, 1.0), ()
_UNCLEAR = frozenset((Decision.CLARIFY, Decision.FALLBACK))
_SETTLED = TELLING | {Decision.URGENT}
_NAMED = {Named.LAW: Decision.LAW, Named.TERM: Decision.GLOSSARY}


def _is_weak(choice: Choice, least: float = WEAK) -> bool:
    return choice.confidence < least or choice.decision in _UNCLEAR


def open_matcher(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Matcher:
    """Return the matcher for ``catalogue``, from the model below ``root``.

    Raises ModelError where the model is missing, stale or does not fit the content.
    """
    return Matcher(catalogue, read_model(root / BUILT_FOLDER / MODEL_FILE, recipe(root)))
