"""The matcher: one message in, one decision out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.features import Grams, ngrams
from intents.classifier.focus import Focus
from intents.classifier.modelfile import MODEL_FILE, Model, ModelError, read_model, recipe
from intents.clauses import ClauseReader
from intents.decision.overlap import neighbours_of, overlap_of
from intents.decision.parts import TELLING, ask_first, decide_parts
from intents.decision.rule import Chances, Choice, Costs, Decider, Option
from intents.distress import CRY, DistressReader
from intents.language.asked import AskedLanguage
from intents.language.telling import LanguageTeller, only_numbers
from intents.lookup import Found, Lookup, Named, Thing, looks_like_name
from intents.match import Candidate, Decision, Intent, Kind, Leading, Match
from intents.reading import TOPIC_CHARACTERS, Folded, fold, words
from intents.spelling import Speller

URGENT_FIRST = 0.5
"""The probability of distress from which help comes before anything else, a topic's name included."""
FOREIGN_URGENT = 0.95
"""The same for a message in a language that is not spoken: its words only look like the samples'."""
LEAST_ALARM = 0.44
"""The probability of distress below which the bot asks whether it is happening now, whatever speaks for it."""
STORY_WORDS = 6
STORY = 0.95
"""Words and probability from which what someone tells needs no single word that speaks for distress."""
NOW = 0.98
"""The probability of distress from which it is happening now, whatever years and memories a message tells of."""
TALK = 0.5
"""The probability of small talk from which a name in a message is not what it is about."""
WEAK = 0.6
"""A decision less sure than this may be changed by what the conversation was about."""
SURE_LETTERS = 6
"""Letters from which a mended word is taken for the one meant where no word of a message is known as it stands."""
ELLIPTIC_WORDS = 10
"""Words up to which a message may lean on what came before; a longer one speaks for itself."""


class Matcher:
    """Decides what messages mean, for one catalogue and the model trained for it.

    Raises ModelError where the model does not know the catalogue's intents.
    """

    def __init__(self, catalogue: Catalogue, model: Model, costs: Costs | None = None) -> None:
        self._catalogue = catalogue
        self._model = model
        self._lookup = Lookup(catalogue)
        self._spellers = {
            code: Speller(model.words[code], model.everyday.get(code, ())) for code in catalogue if code in model.words
        }
        self._languages = LanguageTeller(catalogue, model.languages, model.words, self._spellers)
        self._asked = AskedLanguage(catalogue.language_cards, catalogue.editions)
        self._clauses = ClauseReader(
            catalogue.editions.values(), frozenset().union(*[speller.known for speller in self._spellers.values()])
        )
        self._distress = DistressReader(catalogue.editions.values())
        self._focus = {code: Focus(model.focus.get(code, {})) for code in catalogue}
        overlap = overlap_of(model.together, neighbours_of(catalogue))
        self._deciders = {
            code: Decider(_intents_of(catalogue, model, code), costs or Costs(), overlap) for code in catalogue
        }
        self._numbers = {entry.slug: entry.number for entry in catalogue.edition(None).entries.values()}

    def match(self, text: str, preferred: str, expected: Mapping[Intent, float] | None = None) -> Match:
        """Return the decision on ``text``; ``preferred`` is the language where the words do not tell it.

        Courtesies are set aside first. Then the order is fixed: distress in any clause, a foreign language, the name
        of a topic, law or term, then the cheapest decision on the whole or, where that is no answer, on a clause.
        ``expected`` says how many times likelier than usual some intents are after what came before; it only
        counts for a short message that is too weak alone.
        """
        folded = fold(text)
        said = self._clauses.read(folded)
        # Nothing but courtesies is small talk, as it stands.
        whole = said.whole or Folded.of(folded, TOPIC_CHARACTERS)
        found_words, grams = words(whole), ngrams(whole)
        foreign, lang, sure = self._languages.tell(text, words(folded), grams, preferred)
        decider = self._deciders[lang]
        # "¿Hablan hindi?" names a language; "hindi" is "no" in another.
        mentions = self._asked.mentions(folded)
        named = self._asked.alone(text) if mentions else None
        asked = named or foreign or (self._asked.read(text) if mentions else None)
        speller = self._spellers[lang]
        mended = speller.mend(whole)
        chances = self._chances(mended, lang, grams if mended == whole else None)
        cry = self._distress.is_cry(text, said.whole) and CRY in self._catalogue.editions[lang].urgent
        candidates = self._candidates(decider, chances)
        if cry:
            return Match(Decision.URGENT, lang, sure, 1.0, candidates, target=CRY)
        clauses = said.each if len(said.each) > 1 else ()
        parts = [self._chances(speller.mend(clause), lang) for clause in clauses]
        urgencies = [decider.sum(Kind.URGENT, chances), *(self._urgency(decider, part, folded) for part in parts)]
        urgent = max(urgencies)
        # "¿Lo tienen en coreano?" sounds like somebody taken.
        if asked and (named or urgent < FOREIGN_URGENT):
            crying = foreign is not None and not named and self._languages.foreign.in_distress(foreign, text)
            return Match(Decision.FALLBACK, lang, sure, 1.0, candidates, foreign=asked, distressed=crying)
        if urgent < URGENT_FIRST or only_numbers(found_words):
            # A name that both languages know ("sb 54") tells nothing of the person's: hence `preferred` first.
            # "are you ICE?" names something, and is about the bot all the same.
            talk = decider.sum(Kind.SMALLTALK, chances)
            for read in dict.fromkeys((whole, mended)):
                if found := self._lookup.exact(read, preferred):
                    alias = self._lookup.is_alias(read, found[1])
                    return self._named(*found, candidates, sure and found[1] == lang, grams if alias else None)
                if talk < TALK and (thing := self._lookup.named(read, preferred)):
                    return self._thing(thing, candidates, lang, grams, sure=sure)
        known = self._knows(whole, mended, lang)
        choice, also = (
            decide_parts(decider, (chances, *parts), urgencies) if known else (Choice(Decision.FALLBACK, None, 1.0), ())
        )
        if expected and known and len(found_words) <= ELLIPTIC_WORDS and _is_weak(choice):
            chances = decider.weigh(chances, expected)
            candidates = self._candidates(decider, chances)
            choice = decider.decide(chances)
        if choice.decision not in (*TELLING, Decision.URGENT):
            if urgent < URGENT_FIRST and (thing := self._lookup.asked_apart(clauses, preferred)):
                return self._thing(thing, candidates, lang, grams, sure=sure)
            # Behind "quick one for a memo" stands a term, and nothing else that is ours.
            for clause in clauses:
                if (thing := self._lookup.named(clause, preferred)) and thing.id is not None:
                    return self._thing(thing, candidates, lang, grams, sure=sure)
        after_help = any(intent.kind is Kind.URGENT for intent in expected or ())
        # "And at the checkpoint?" goes on with what was asked; "and now they are at my door" says so itself.
        goes_on = bool(expected) and not after_help and self._clauses.goes_on(folded) and choice.confidence < STORY
        alarming_alone = choice.decision is Decision.URGENT and not after_help
        told = len(found_words) >= STORY_WORDS and choice.confidence >= STORY
        if alarming_alone:
            likely = choice.confidence >= LEAST_ALARM and not goes_on
            evident = told or (likely and self._distress.speaks_for(choice.target or "", folded))
            if not evident or (choice.confidence < NOW and self._distress.is_not_now(folded)):
                choice = ask_first(choice, decider, chances)
        return Match(
            choice.decision,
            lang,
            sure,
            choice.confidence,
            candidates,
            choice.target,
            choice.choices,
            also=also,
            leading=self._leading(choice, also, grams, lang),
        )

    def hinted(self, match: Match, text: str, code: str) -> Match:
        """Return ``match`` of ``text`` as it is for someone whose platform is set to ``code``, a language with a card.

        That counts where the words tell nothing: what two languages write alike, and what is in none that is known.
        """
        foreign = self._languages.foreign
        unknown = match.decision is Decision.FALLBACK and not match.foreign and not match.sure_of_lang
        if not unknown and not (match.foreign and foreign.shares(text, {match.foreign, code})):
            return match
        return replace(match, foreign=code, distressed=foreign.in_distress(code, text))

    def look_up(self, text: str, preferred: str) -> Found:
        """Return the entry that ``text`` names exactly, or those with names near it.

        The language is the name's; of a name in several languages it is ``preferred``.
        """
        folded = fold(text)
        if self._languages.tell(text, words(folded), ngrams(folded), preferred)[0]:
            # "ICE 来了怎么办" has no more words that are read than "ICE".
            return Found(None, (), preferred)
        if found := self._lookup.exact(folded, preferred):
            slug, lang = found
            alias = self._lookup.is_alias(folded, lang)
            return Found(slug, (), lang, point=self._point(slug, ngrams(folded), lang) if alias else None)
        near, lang = self._lookup.near(folded, preferred)
        return Found(None, near, lang, looks_like_name(folded))

    def language_of(self, text: str, preferred: str) -> tuple[str, bool]:
        """Return the language of ``text`` and whether the words tell it (numbers do not); else ``preferred``."""
        folded = fold(text)
        return self._languages.tell(text, words(folded), ngrams(folded), preferred)[1:]

    def chances(self, texts: Iterable[str], lang: str) -> Iterator[dict[Intent, float]]:
        """Yield the calibrated probability of each intent for each text, read as ``lang``; they sum to 1."""
        for folded in map(fold, texts):
            found = self._chances(self._spellers[lang].mend(folded), lang)
            yield dict(zip(self._deciders[lang].intents, found.tolist(), strict=True))

    def clauses(self, text: str) -> tuple[str, ...]:
        """Return what ``text`` says, clause by clause, without its courtesies."""
        return self._clauses.read(fold(text)).each

    def prices(self, text: str, lang: str) -> list[Option]:
        """Return what could be done about ``text``, read as ``lang`` and as a whole; the cheapest first."""
        whole = self._clauses.read(fold(text)).whole
        return sorted(
            self._deciders[lang].options(self._chances(self._spellers[lang].mend(whole), lang)), key=itemgetter(0)
        )

    def _knows(self, said: Folded, mended: Folded, lang: str) -> bool:
        """Say whether a word of what is ``said`` is known, as it stands or as ``mended``: "qwrt" is not.

        Not every script sets words apart; in others than ours all is read.
        """
        if not said.isascii():
            return bool(words(said))
        known, plainly = self._spellers[lang].known, set(words(said))
        return any(word in known and (word in plainly or len(word) >= SURE_LETTERS) for word in words(mended))

    def _urgency(self, decider: Decider, clause: Chances, folded: Folded) -> float:
        """Return how likely a clause is distress: not at all where that is unsure and no word of the text says so."""
        urgent = decider.sum(Kind.URGENT, clause)
        likeliest = [decider.intents[place].id for place, _ in decider.ranked(Kind.URGENT, clause)[:1]]
        evident = urgent >= STORY or any(self._distress.speaks_for(kind, folded) for kind in likeliest)
        return urgent if evident else 0.0

    def _chances(self, mended: Folded, lang: str, grams: Grams | None = None) -> Chances:
        return self._model.intents[lang].probabilities(grams or ngrams(mended)).astype(np.float64)

    def _leading(self, choice: Choice, also: tuple[Intent, ...], grams: Grams, lang: str) -> Leading:
        """Return the points that answer the message, in the entry decided on and in those on offer."""
        decided = (choice.target,) if choice.decision is Decision.ANSWER and choice.target else ()
        offered = (intent.id for intent in (*choice.choices, *also) if intent.kind is Kind.ENTRY)
        return {slug: point for slug in (*decided, *offered) if (point := self._point(slug, grams, lang))}

    def _point(self, slug: str, grams: Grams, lang: str) -> str | None:
        """Return the point of an entry that answers the message, of those that the content still has."""
        found = self._focus[lang].point(slug, grams)
        points = self._catalogue.editions[lang].entries[slug].points
        return found if any(point.id == found for point in points) else None

    def _candidates(self, decider: Decider, chances: Chances) -> tuple[Candidate, ...]:
        ranked = [(decider.intents[place].id, chance) for place, chance in decider.ranked(Kind.ENTRY, chances)]
        return tuple(map(_candidate, [(self._numbers[slug], slug, chance) for slug, chance in ranked]))

    def _thing(self, thing: Thing, candidates: tuple[Candidate, ...], lang: str, grams: Grams, *, sure: bool) -> Match:
        sure = sure and thing.lang == lang
        if thing.id is None:
            return Match(Decision.FALLBACK, thing.lang, sure, 1.0, candidates)
        if thing.kind is Named.ENTRY:
            return self._named(thing.id, thing.lang, candidates, sure, grams if thing.alias else None)
        return Match(_NAMED[thing.kind], thing.lang, sure, 1.0, candidates, target=thing.id)

    def _named(self, slug: str, lang: str, candidates: tuple[Candidate, ...], sure: bool, grams: Grams | None) -> Match:
        """Return the entry that was named, led by the point that ``grams`` of an alias mean."""
        point = self._point(slug, grams, lang) if grams else None
        first = Candidate(self._numbers[slug], slug, 1.0)
        rest = tuple(candidate for candidate in candidates if candidate.slug != slug)
        return Match(Decision.ANSWER, lang, sure, 1.0, (first, *rest), target=slug, leading={slug: point})


_candidate: Callable[[tuple[int, str, float]], Candidate] = partial(tuple.__new__, Candidate)
"""Makes a candidate of its parts without a call in Python: a match has one of every entry."""
_NAMED = {Named.LAW: Decision.LAW, Named.TERM: Decision.GLOSSARY}


def _is_weak(choice: Choice) -> bool:
    return choice.decision in (Decision.CLARIFY, Decision.FALLBACK) or choice.confidence < WEAK


def _intents_of(catalogue: Catalogue, model: Model, code: str) -> list[Intent]:
    if code not in model.intents:
        raise ModelError(f"the model does not know the language `{code}`: add samples and run `faqbot train`")
    edition = catalogue.editions[code]
    known: dict[Kind, Collection[str]] = {
        Kind.ENTRY: edition.entries,
        Kind.SIGNPOST: edition.signposts,
        Kind.TERM: edition.glossary,
        Kind.URGENT: edition.urgent,
        Kind.SMALLTALK: edition.smalltalk,
    }
    intents = [Intent.parse(label) for label in model.intents[code].labels.names]
    for intent in intents:
        if intent.kind in known and intent.id not in known[intent.kind]:
            raise ModelError(f"the model knows `{intent}`, the content does not: run `faqbot train`")
    learnt = {intent.id for intent in intents if intent.kind is Kind.ENTRY}
    if missing := sorted(set(edition.entries) - learnt):
        raise ModelError(f"the model has not learnt {', '.join(missing)}: add samples and run `faqbot train`")
    return intents


def open_matcher(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Matcher:
    """Return the matcher for ``catalogue``, from the model below ``root``.

    Raises ModelError where the model is missing, stale or does not fit the content.
    """
    return Matcher(catalogue, read_model(root / BUILT_FOLDER / MODEL_FILE, recipe(root)))
