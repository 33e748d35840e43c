"""The matcher: one message in, one decision out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from pathlib import Path

from msgspec import structs

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.features import Grams, ngrams
from intents.classifier.focus import Focus
from intents.classifier.modelfile import MODEL_FILE, Model, read_model, recipe
from intents.classifier.vocabulary import Vector
from intents.clauses import ClauseReader, Clauses
from intents.decision.alarm import asked_first, urgency
from intents.decision.heard import Grounds, Heard, Rule
from intents.decision.known import entries_of, known_intents
from intents.decision.overlap import neighbours_of, overlap_of
from intents.decision.parts import TELLING, decide_parts
from intents.decision.rule import LEAST_SHOWN, Chances, Choice, Costs, Decider, Option
from intents.distress import CRY, DistressReader
from intents.language.asked import AskedLanguage
from intents.language.telling import LanguageTeller, only_numbers
from intents.match import CHITCHAT, Candidate, Decision, Intent, Kind, Leading, Match
from intents.naming.lookup import Found, Lookup, Thing, looks_like_name
from intents.naming.names import Named
from intents.reading import TOPIC_CHARACTERS, Folded, fold, words
from intents.spelling import Speller

URGENT_FIRST = 0.5
"""The probability of distress from which help comes before anything else, a topic's name included."""
FOREIGN_URGENT = 0.95
"""The same for a message in a language that is not spoken: its words only look like the samples'."""
TALK = 0.5
"""The probability of small talk from which a name in a message is not what it is about."""
WEAK = 0.6
"""A decision less sure than this may be changed by what the conversation was about."""
OWN_NAME = 0.8
"""One less sure than this gives way to a law or a language that is named: "SB 805: must officers wear a badge"."""
SURE_LETTERS = 6
"""Letters from which a mended word is taken for the one meant where no word of a message is known as it stands."""
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
        self._spellers = {
            code: Speller(model.words[code], model.everyday.get(code, ())) for code in catalogue if code in model.words
        }
        self._languages = LanguageTeller(catalogue, model.languages, model.words, self._spellers)
        self._asked = AskedLanguage(catalogue.language_cards, catalogue.editions)
        known = [speller.known for speller in self._spellers.values()]
        self._clauses = ClauseReader(catalogue.editions.values(), known)
        self._distress = DistressReader(catalogue.editions.values())
        self._focus = {code: Focus(model.focus.get(code)) for code in catalogue}
        overlap = overlap_of(model.together, neighbours_of(catalogue))
        self._deciders = {code: Decider(known_intents(catalogue, model, code), Costs(), overlap) for code in catalogue}
        self._numbers = {entry.slug: entry.number for entry in catalogue.edition(None).entries.values()}
        self._entries = {
            code: [
                (place, self._numbers[intent.id], intent.id)
                for place, intent in enumerate(decider.intents)
                if intent.kind is Kind.ENTRY
            ]
            for code, decider in self._deciders.items()
        }

    def match(self, text: str, preferred: str, expected: Mapping[Intent, float] | None = None) -> Match:
        """Return the decision on ``text``; ``preferred`` is the language where the words do not tell it.

        Courtesies are set aside first. Then the order is fixed: distress in any clause, a foreign language, the name
        of a topic, law or term, then the cheapest decision on the whole or, where that is no answer, on a clause.
        ``expected`` says how many times likelier than usual some intents are after what came before; it only
        counts for a short message that is too weak alone.
        """
        return self.grounds(text, preferred, expected).match

    def grounds(self, text: str, preferred: str, expected: Mapping[Intent, float] | None = None) -> Grounds:
        """Return the decision on ``text`` as :meth:`match` does, and what it was made by."""
        heard = self._hear(text, preferred)
        if self._distress.is_cry(text, heard.said) and CRY in self._catalogue.editions[heard.lang].urgent:
            cry = Match(Decision.URGENT, heard.lang, heard.sure, 1.0, heard.candidates, target=CRY)
            return Grounds(cry, Rule.CRY)
        clauses = heard.clauses
        parts = [self._chances(self._spellers[heard.lang].mend(clause), heard.lang) for clause in clauses]
        decider = self._deciders[heard.lang]
        urgencies = [
            decider.sum(Kind.URGENT, heard.chances),
            *(urgency(part, heard, decider, self._distress) for part in parts),
        ]
        urgent = max(urgencies)
        # "¿Lo tienen en coreano?" sounds like somebody taken.
        if heard.asked and (heard.is_named or urgent < FOREIGN_URGENT):
            return Grounds(self._in_other_language(heard), Rule.LANGUAGE)
        may_name = urgent < URGENT_FIRST
        if (may_name or only_numbers(heard.words)) and (thing := self._named(heard, preferred)):
            return Grounds(self._thing(thing, heard), Rule.NAME)
        known, goes_on = self._knows(heard), bool(expected) and self._clauses.goes_on(heard.folded)
        strange = Choice(Decision.FALLBACK, None, 1.0), tuple[Intent, ...]()
        choice, also = decide_parts(decider, (heard.chances, *parts), urgencies) if known else strange
        if expected and known and len(heard.words) <= ELLIPTIC_WORDS and _is_weak(choice):
            fragment = len(heard.words) <= FRAGMENT_WORDS or goes_on
            weighed = decider.weigh(heard.chances, expected, fragment=fragment)
            heard = structs.replace(heard, chances=weighed, candidates=self._candidates(heard.lang, weighed))
            choice = decider.decide(weighed)
        if may_name and (thing := self._named_beside(choice, heard)):
            return Grounds(self._thing(thing, heard), Rule.NAME)
        rule = None if known else Rule.UNKNOWN
        empty = choice.decision is Decision.FALLBACK or choice.confidence < LEAST_SHOWN
        if empty and heard.whole != heard.folded and (talk := self._courtesy(heard)):
            choice, rule = talk, Rule.COURTESY
        elif choice.decision is Decision.FALLBACK and heard.words and not heard.said:
            # "Rofl", of words that no sample has.
            choice, rule = Choice(Decision.SMALLTALK, CHITCHAT, 1.0), Rule.COURTESY
        choice = asked_first(choice, heard, decider, self._distress, expected or {}, goes_on=goes_on)
        if language := self._language_beside(choice, heard):
            return Grounds(self._in_other_language(structs.replace(heard, asked=language)), Rule.LANGUAGE)
        leading = self._leading(choice, also, heard)
        found = (choice.decision, heard.lang, heard.sure, choice.confidence, heard.candidates, choice.target)
        return Grounds(Match(*found, choice.choices, also=also, leading=leading), rule, heard)

    def prices(self, weighed: Heard) -> list[Option]:
        """Return what could be done about a message, the cheapest first."""
        return sorted(self._deciders[weighed.lang].options(weighed.chances), key=itemgetter(0))

    def hinted(self, match: Match, text: str, code: str) -> Match:
        """Return ``match`` of ``text`` as it is for someone whose platform is set to ``code``, a language with a card.

        That counts where the words tell nothing: what two languages write alike, and what is in none that is known.
        """
        foreign = self._languages.foreign
        unknown = match.decision is Decision.FALLBACK and not match.foreign and not match.sure_of_lang
        if not unknown and not (match.foreign and foreign.shares(text, {match.foreign, code})):
            return match
        return structs.replace(match, foreign=code, distressed=foreign.in_distress(code, text))

    def look_up(self, text: str, preferred: str) -> Found:
        """Return the entry that ``text`` names exactly, or those with names near it.

        The language is the name's; of a name in several languages it is ``preferred``.
        """
        folded = fold(text)
        if self._languages.tell(text, words(folded), ngrams(folded), preferred)[0]:
            # "ICE 来了怎么办" has no more words that are read than "ICE".
            return Found(None, (), preferred)
        if (found := self._lookup.exact(folded, preferred)) and found.id:
            leading = self._points([found.id], self._vector(folded, found.lang), found.lang) if found.alias else {}
            return Found(found.id, (), found.lang, point=leading.get(found.id))
        near, lang = self._lookup.near(folded, preferred)
        return Found(None, near, lang, looks_like_name(folded))

    def beginning(self, text: str, lang: str) -> tuple[Thing, ...]:
        """Return the entries, laws and terms that have a name in ``lang`` which begins with ``text``."""
        return self._lookup.beginning(fold(text), lang)

    def chances(self, texts: Iterable[str], lang: str) -> Iterator[dict[Intent, float]]:
        """Yield the calibrated probability of each intent for each text, read as ``lang``; they sum to 1."""
        for folded in map(fold, texts):
            found = self._chances(self._spellers[lang].mend(folded), lang)
            yield dict(zip(self._deciders[lang].intents, found.tolist(), strict=True))

    def clauses(self, text: str) -> tuple[str, ...]:
        """Return what ``text`` says, clause by clause, without its courtesies."""
        return self._clauses.read(fold(text)).each

    def _hear(self, text: str, preferred: str) -> Heard:
        """Return ``text`` as it is read: without its courtesies, in its language, with what it may mean."""
        folded = fold(text)
        said, whole = self._parted(folded)
        grams, found_words, all_words = ngrams(whole), words(whole), words(folded)
        # "Buenas tardes, joven": it is rather the courtesies that tell the language.
        spoken = ngrams(folded) if 2 * len(found_words) < len(all_words) else grams
        foreign, lang, sure = self._languages.tell(text, all_words, spoken, preferred)
        if not foreign and (nameless := self._languages.without_names(text, all_words, lang)) != text:
            said, whole = self._parted(folded := fold(nameless))
            grams, found_words = ngrams(whole), words(whole)
        # "¿Hablan hindi?" names a language; "hindi" is "no" in another.
        mentions = self._asked.mentions(folded)
        named = self._asked.alone(text) if mentions else None
        asked = named or foreign or (self._asked.read(text) if mentions else None)
        mended = self._spellers[lang].mend(whole)
        vector = self._vector(mended, lang, grams if mended == whole else None)
        chances = self._chances(mended, lang, vector)
        return Heard(
            text=text,
            folded=folded,
            said=said.whole,
            clauses=said.each if len(said.each) > 1 else (),
            whole=whole,
            mended=mended,
            words=found_words,
            vector=vector,
            lang=lang,
            sure=sure,
            foreign=foreign,
            asked=asked,
            is_named=named is not None,
            chances=chances,
            candidates=self._candidates(lang, chances),
        )

    def _parted(self, folded: Folded) -> tuple[Clauses, Folded]:
        """Return what a message says, and that as a whole: nothing but courtesies is small talk, as it stands."""
        said = self._clauses.read(folded)
        return said, said.whole or Folded.of(folded, TOPIC_CHARACTERS)

    def _in_other_language(self, heard: Heard) -> Match:
        """Return that a message is in a language that is not spoken, or asks for one."""
        foreign = heard.foreign
        crying = foreign is not None and not heard.is_named and self._languages.foreign.in_distress(foreign, heard.text)
        found = (Decision.FALLBACK, heard.lang, heard.sure, 1.0, heard.candidates)
        return Match(*found, foreign=heard.asked, distressed=crying)

    def _named(self, heard: Heard, preferred: str) -> Thing | None:
        """Return what a message names and asks nothing else about, or None.

        A name that both languages know ("sb 54") tells nothing of the person's: hence ``preferred`` first.
        """
        # "are you ICE?" names something, and is about the bot all the same.
        talk = self._deciders[heard.lang].sum(Kind.SMALLTALK, heard.chances)
        for read in dict.fromkeys((heard.whole, heard.mended)):
            if thing := self._lookup.exact(read, preferred) or (talk < TALK and self._lookup.named(read, preferred)):
                return thing
        return self._lookup.asked_apart(heard.clauses, heard.lang)

    def _named_beside(self, choice: Choice, heard: Heard) -> Thing | None:
        """Return what a message names among other words, for which nothing is clear, or None."""
        thing = None
        if choice.decision not in (*TELLING, Decision.URGENT):
            # Behind "quick one for a memo" stands a term, and nothing else that is ours.
            named = (self._lookup.named(clause, heard.lang) for clause in heard.clauses)
            thing = next((found for found in named if found and found.id is not None), None)
        if thing is None and _is_weak(choice, OWN_NAME):
            beside = choice.decision is Decision.FALLBACK
            thing = self._lookup.mentioned(heard.whole, heard.lang, numbers_only=beside)
        return thing

    def _language_beside(self, choice: Choice, heard: Heard) -> str | None:
        """Return the language that a message names where it says nothing else that is ours, or None."""
        if choice.decision is Decision.URGENT or self._distress.speaks_for("", heard.folded):
            return None
        if choice.decision in TELLING and not _is_weak(choice, OWN_NAME):
            return None
        return self._asked.placed(heard.text) if self._asked.mentions(heard.folded) else None

    def _courtesy(self, heard: Heard) -> Choice | None:
        """Return the small talk that a message is with its courtesies, where what is left means nothing, or None.

        "Thank you, dear" thanks.
        """
        decider = self._deciders[heard.lang]
        courteous = self._chances(self._spellers[heard.lang].mend(heard.folded), heard.lang)
        return decider.decide(courteous) if decider.sum(Kind.SMALLTALK, courteous) >= TALK else None

    def _knows(self, heard: Heard) -> bool:
        """Say whether a word of a message is known, as it stands or as mended: "qwrt" is not.

        Not every script sets words apart; in others than ours all is read.
        """
        if not heard.whole.isascii():
            return bool(heard.words)
        known, plainly = self._spellers[heard.lang].known, set(heard.words)
        return any(word in known and (word in plainly or len(word) >= SURE_LETTERS) for word in words(heard.mended))

    def _chances(self, mended: Folded, lang: str, vector: Vector | None = None) -> Chances:
        return self._model.intents[lang].of(vector or self._vector(mended, lang))

    def _vector(self, mended: Folded, lang: str, grams: Grams | None = None) -> Vector:
        return self._model.intents[lang].vocabulary.vector(grams or ngrams(mended))

    def _leading(self, choice: Choice, also: tuple[Intent, ...], heard: Heard) -> Leading:
        """Return the points that answer the message, in the entry decided on, in those on offer and those below."""
        decided = entries_of(choice.decision, choice.target, self._catalogue, heard.lang)
        offered = (intent.id for intent in (*choice.choices, *also) if intent.kind is Kind.ENTRY)
        return self._points((*decided, *offered), heard.vector, heard.lang)

    def _points(self, slugs: Iterable[str], vector: Vector, lang: str) -> dict[str, str]:
        """Return the points of entries that answer the message, of those that the content still has."""
        entries = self._catalogue.editions[lang].entries
        found = self._focus[lang].points(slugs, vector)
        return {slug: led for slug, led in found.items() if any(point.id == led for point in entries[slug].points)}

    def _candidates(self, lang: str, chances: Chances) -> tuple[Candidate, ...]:
        known = chances.tolist()
        found = [(number, slug, known[place]) for place, number, slug in self._entries[lang]]
        return tuple(map(_candidate, sorted(found, key=itemgetter(2), reverse=True)))

    def _thing(self, thing: Thing, heard: Heard) -> Match:
        """Return what was named; an entry led by the point that an alias means."""
        slug, lang, sure = thing.id, thing.lang, heard.sure and thing.lang == heard.lang
        if slug is None:
            return Match(Decision.FALLBACK, lang, sure, 1.0, heard.candidates)
        vector = heard.vector if lang == heard.lang else self._vector(heard.mended, lang)
        if thing.kind is not Named.ENTRY:
            decision = _NAMED[thing.kind]
            below = self._points(entries_of(decision, slug, self._catalogue, lang), vector, lang)
            return Match(decision, lang, sure, 1.0, heard.candidates, target=slug, leading=below)
        leading = self._points([slug], vector, lang) if thing.alias else {}
        first = Candidate(self._numbers[slug], slug, 1.0)
        rest = tuple(candidate for candidate in heard.candidates if candidate.slug != slug)
        return Match(Decision.ANSWER, lang, sure, 1.0, (first, *rest), target=slug, leading=leading)


_candidate: Callable[[tuple[int, str, float]], Candidate] = partial(tuple.__new__, Candidate)
"""Makes a candidate of its parts without a call in Python: a match has one of every entry."""
_NAMED = {Named.LAW: Decision.LAW, Named.TERM: Decision.GLOSSARY}


def _is_weak(choice: Choice, least: float = WEAK) -> bool:
    return choice.decision in (Decision.CLARIFY, Decision.FALLBACK) or choice.confidence < least


def open_matcher(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Matcher:
    """Return the matcher for ``catalogue``, from the model below ``root``.

    Raises ModelError where the model is missing, stale or does not fit the content.
    """
    return Matcher(catalogue, read_model(root / BUILT_FOLDER / MODEL_FILE, recipe(root)))
