"""The matcher: one message in, one decision out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from content.reading.compiled import BUILT_FOLDER
from content.reading.digest import CONTENT_FOLDER, samples_digest
from content.schema.catalogue import Catalogue
from intents.classifier.features import Grams, Letters, ngrams
from intents.classifier.modelfile import MODEL_FILE, Model, ModelError, read_model
from intents.decision import Choice, Costs, decide
from intents.foreign import ForeignReader
from intents.lookup import Found, Lookup, looks_like_name
from intents.match import Candidate, Decision, Intent, Kind, Match
from intents.spelling import Speller
from intents.text import Folded, fold, words

SURE_OF_LANGUAGE = 0.75
"""The probability from which the words alone tell a message's language."""
URGENT_FIRST = 0.5
"""The probability of distress from which help comes before anything else, a topic's name included."""
FOREIGN_URGENT = 0.8
"""The same for a message in a language that is not spoken: its words only look like the samples'."""
WEAK = 0.6
"""A decision less sure than this may be changed by what the conversation was about."""
ELLIPTIC_WORDS = 10
"""Words up to which a message may lean on what came before; a longer one speaks for itself."""


class Matcher:
    """Decides what messages mean, for one catalogue and the model trained for it.

    Raises ModelError where the model does not know the catalogue's intents.
    """

    def __init__(self, catalogue: Catalogue, model: Model, costs: Costs | None = None) -> None:
        self._catalogue = catalogue
        self._model = model
        self._costs = costs or Costs()
        self._lookup = Lookup(catalogue)
        self._spellers = {
            code: Speller(model.words[code], model.everyday.get(code, ())) for code in catalogue if code in model.words
        }
        self._foreign = ForeignReader(catalogue.editions, [speller.known for speller in self._spellers.values()])
        self._intents = {code: _intents_of(catalogue, model, code) for code in catalogue}
        self._numbers = {entry.slug: entry.number for entry in catalogue.edition(None).entries.values()}

    def match(self, text: str, preferred: str, expected: Mapping[Intent, float] | None = None) -> Match:
        """Return the decision on ``text``; ``preferred`` is the language where the words do not tell it.

        The order is fixed: distress, a foreign language, a topic's name, a glossary question, then the cheapest
        decision.
        ``expected`` says how many times likelier than usual some intents are after what came before; it only
        counts for a short message that is too weak alone.
        """
        folded = fold(text)
        letters: Letters = {}
        found_words, grams = words(folded), ngrams(folded, letters)
        foreign = self._foreign.is_foreign(folded, found_words)
        lang, sure = (preferred, False) if foreign else self._language(found_words, grams, preferred)
        chances = self._chances(folded, grams, lang, letters)
        candidates = self._candidates(chances)
        urgent = sum(chance for intent, chance in chances.items() if intent.kind is Kind.URGENT)
        if foreign and urgent < FOREIGN_URGENT:
            return Match(Decision.FALLBACK, lang, sure, 1.0, candidates, foreign=True)
        if urgent < URGENT_FIRST or _only_numbers(found_words):
            # A name that both languages know ("sb 54") tells nothing of the person's: hence `preferred` first.
            if found := self._lookup.exact(folded, preferred):
                return self._named(*found, candidates, sure and found[1] == lang)
            if term := self._lookup.term(folded, preferred):
                return Match(Decision.GLOSSARY, term[1], sure and term[1] == lang, 1.0, candidates, target=term[0])
        choice = decide(chances, self._costs) if found_words else Choice(Decision.FALLBACK, None, 1.0)
        if expected and 0 < len(found_words) <= ELLIPTIC_WORDS and _is_weak(choice):
            chances = _weigh(chances, expected)
            candidates = self._candidates(chances)
            choice = decide(chances, self._costs)
        return Match(choice.decision, lang, sure, choice.confidence, candidates, choice.target, choice.choices)

    def look_up(self, text: str, preferred: str) -> Found:
        """Return the entry that ``text`` names exactly, or those with names near it.

        The language is the name's; of a name in several languages it is ``preferred``.
        """
        folded = fold(text)
        if found := self._lookup.exact(folded, preferred):
            return Found(found[0], (), found[1])
        near, lang = self._lookup.near(folded, preferred)
        return Found(None, near, lang, looks_like_name(folded))

    def language_of(self, text: str, preferred: str) -> tuple[str, bool]:
        """Return the language of ``text`` and whether the words tell it (numbers do not); else ``preferred``."""
        folded = fold(text)
        found_words = words(folded)
        if self._foreign.is_foreign(folded, found_words):
            return preferred, False
        return self._language(found_words, ngrams(folded), preferred)

    def chances(self, texts: Iterable[str], lang: str) -> Iterator[dict[Intent, float]]:
        """Yield the calibrated probability of each intent for each text, read as ``lang``; they sum to 1."""
        letters: Letters = {}
        for folded in map(fold, texts):
            yield self._chances(folded, ngrams(folded, letters), lang, letters)

    def _language(self, found_words: Sequence[str], grams: Grams, preferred: str) -> tuple[str, bool]:
        if _only_numbers(found_words):
            return preferred, False
        chances = self._model.languages.probabilities(grams)
        best = int(chances.argmax())
        code = self._model.languages.labels.names[best]
        if chances[best] >= SURE_OF_LANGUAGE and code in self._catalogue.editions:
            return code, True
        return preferred, False

    def _chances(self, folded: Folded, grams: Grams, lang: str, letters: Letters | None = None) -> dict[Intent, float]:
        mended = self._spellers[lang].mend(folded)
        chances = self._model.intents[lang].probabilities(grams if mended == folded else ngrams(mended, letters))
        return dict(zip(self._intents[lang], chances.tolist(), strict=True))

    def _candidates(self, chances: Mapping[Intent, float]) -> tuple[Candidate, ...]:
        entries = [(intent.id, chance) for intent, chance in chances.items() if intent.kind is Kind.ENTRY]
        entries.sort(key=itemgetter(1), reverse=True)
        return tuple([Candidate(self._numbers[slug], slug, chance) for slug, chance in entries])

    def _named(self, slug: str, lang: str, candidates: tuple[Candidate, ...], sure: bool) -> Match:
        first = Candidate(self._numbers[slug], slug, 1.0)
        rest = tuple(candidate for candidate in candidates if candidate.slug != slug)
        return Match(Decision.ANSWER, lang, sure, 1.0, (first, *rest), target=slug)


def _only_numbers(found: Sequence[str]) -> bool:
    """Say whether a message has no word with a letter: a topic's number, never distress."""
    return all(word.isdigit() for word in found)


def _is_weak(choice: Choice) -> bool:
    return choice.decision in (Decision.CLARIFY, Decision.FALLBACK) or choice.confidence < WEAK


def _weigh(chances: Mapping[Intent, float], expected: Mapping[Intent, float]) -> dict[Intent, float]:
    weighed = {intent: chance * expected.get(intent, 1.0) for intent, chance in chances.items()}
    total = sum(weighed.values())
    return {intent: chance / total for intent, chance in weighed.items()}


def _intents_of(catalogue: Catalogue, model: Model, code: str) -> list[Intent]:
    if code not in model.intents:
        raise ModelError(f"the model does not know the language `{code}`: add samples and run `faqbot train`")
    edition = catalogue.editions[code]
    known: dict[Kind, Collection[str]] = {
        Kind.ENTRY: edition.entries,
        Kind.SIGNPOST: edition.signposts,
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
    return Matcher(catalogue, read_model(root / BUILT_FOLDER / MODEL_FILE, samples_digest(root)))
