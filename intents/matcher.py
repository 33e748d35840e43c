"""The matcher: one message in, one decision out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.features import Grams, ngrams
from intents.classifier.focus import Focus
from intents.classifier.modelfile import MODEL_FILE, Model, ModelError, read_model, recipe
from intents.clauses import ClauseReader
from intents.decision import WORTH_OFFERING, Choice, Costs, Option, beside, decide, options
from intents.distress import CRY, DistressReader
from intents.language.asked import AskedLanguage
from intents.language.foreign import ForeignReader
from intents.lookup import Found, Lookup, Named, Thing, looks_like_name
from intents.match import Candidate, Decision, Intent, Kind, Match
from intents.reading import TOPIC_CHARACTERS, Folded, fold, words
from intents.spelling import Speller

SURE_OF_LANGUAGE = 0.75
"""The probability from which the words alone tell a message's language."""
URGENT_FIRST = 0.5
"""The probability of distress from which help comes before anything else, a topic's name included."""
FOREIGN_URGENT = 0.8
"""The same for a message in a language that is not spoken: its words only look like the samples'."""
STORY_WORDS = 6
STORY = 0.95
"""Words and probability from which what someone tells needs no single word that speaks for distress."""
TELLING_LETTERS = 2
COMMON_WORDS = 300
"""The place among a language's words, the commonest first, up to which a word is at home in it ("no", "local")."""
COMMONER = 4
"""How many times farther back a word must stand in the other language to tell the first ("hello")."""
FEW_WORDS = 3
"""Words up to which a message must have one of a single language to tell its language."""
TALK = 0.5
"""The probability of small talk from which a name in a message is not what it is about."""
WEAK = 0.6
"""A decision less sure than this may be changed by what the conversation was about."""
CLEAR = 0.6
"""The probability from which one clause's topic is clear enough to be answered, or offered beside another."""
TOLD = 0.1
"""The probability of distress in the whole up to which a clause only tells: "I was hurt. Which visa is there?"."""
CERTAIN = 0.8
"""The probability from which a message as a whole asks for something, whatever a clause tells."""
ALSO = 2
"""Other topics that are offered beside an answer at most: of second questions, and what else may be meant."""
SUPPOSED = 8
"""How many questions what is supposed of an overlap weighs, beside those that were counted."""
NEIGHBOUR = 0.5
"""The overlap that is supposed of what the content itself calls near."""
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
        known = [speller.known for speller in self._spellers.values()]
        self._ranks = [{word: place for place, word in enumerate(model.words[code])} for code in self._spellers]
        tongues = {**catalogue.foreign, **catalogue.language_cards}
        # What tells a language that has an edition too is not taken for known.
        spoken = [speller.known for code, speller in self._spellers.items() if code not in tongues]
        self._foreign = ForeignReader(tongues.values(), spoken)
        self._asked = AskedLanguage(catalogue.language_cards, catalogue.editions)
        self._clauses = ClauseReader(catalogue.editions.values(), frozenset().union(*known))
        self._distress = DistressReader(catalogue.editions.values())
        self._focus = {code: Focus(model.focus.get(code, {})) for code in catalogue}
        self._intents = {code: _intents_of(catalogue, model, code) for code in catalogue}
        self._overlap = overlap_of(model.together, neighbours_of(catalogue))
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
        whole = said.whole or Folded(folded[:TOPIC_CHARACTERS])
        found_words, grams = words(whole), ngrams(whole)
        foreign, lang, sure = self._tell(text, words(folded), grams, preferred)
        # "¿Hablan hindi?" names a language; "hindi" is "no" in another.
        mentions = self._asked.mentions(folded)
        named = self._asked.alone(text) if mentions else None
        asked = named or foreign or (self._asked.read(text) if mentions else None)
        chances = self._chances(whole, grams, lang)
        candidates = self._candidates(chances)
        if self._distress.is_cry(text, said.whole) and CRY in self._catalogue.editions[lang].urgent:
            return Match(Decision.URGENT, lang, sure, 1.0, candidates, target=CRY)
        parts = [self._chances(part, ngrams(part), lang) for part in said.each if len(said.each) > 1]
        alarming = max((chances, *parts), key=_urgency)
        urgent = _urgency(alarming)
        # "¿Lo tienen en coreano?" sounds like somebody taken.
        if asked and (named or urgent < FOREIGN_URGENT):
            crying = foreign is not None and not named and self._foreign.in_distress(foreign, text)
            return Match(Decision.FALLBACK, lang, sure, 1.0, candidates, foreign=asked, distressed=crying)
        if urgent < URGENT_FIRST or _only_numbers(found_words):
            # A name that both languages know ("sb 54") tells nothing of the person's: hence `preferred` first.
            # "are you ICE?" names something, and is about the bot all the same.
            talk = sum(chance for intent, chance in chances.items() if intent.kind is Kind.SMALLTALK)
            for read in dict.fromkeys((whole, self._spellers[lang].mend(whole))):
                if found := self._lookup.exact(read, preferred):
                    return self._named(*found, candidates, sure and found[1] == lang)
                if talk < TALK and (thing := self._lookup.named(read, preferred)):
                    return self._thing(thing, candidates, lang, sure=sure)
        choice, also = (
            self._decide(chances, parts, alarming) if found_words else (Choice(Decision.FALLBACK, None, 1.0), ())
        )
        if expected and 0 < len(found_words) <= ELLIPTIC_WORDS and _is_weak(choice):
            chances = _weigh(chances, expected)
            candidates = self._candidates(chances)
            choice = decide(chances, self._costs, self._overlap)
        after_help = any(intent.kind is Kind.URGENT for intent in expected or ())
        # "And at the checkpoint?" goes on with what was asked; "and now they are at my door" says so itself.
        goes_on = bool(expected) and not after_help and self._clauses.goes_on(folded) and choice.confidence < STORY
        alarming_alone = choice.decision is Decision.URGENT and not after_help
        told = len(found_words) >= STORY_WORDS and choice.confidence >= STORY
        evident = not goes_on and self._distress.speaks_for(choice.target or "", folded)
        if alarming_alone and not told and not evident:
            choice = _asked_first(choice, chances)
        return Match(
            choice.decision,
            lang,
            sure,
            choice.confidence,
            candidates,
            choice.target,
            choice.choices,
            also=also,
            point=self._point(choice, grams, lang),
        )

    def _decide(
        self, chances: Mapping[Intent, float], parts: Sequence[Mapping[Intent, float]], alarming: Mapping[Intent, float]
    ) -> tuple[Choice, tuple[Intent, ...]]:
        """Return what to do with a message, and what a second question in it asks for.

        Distress in any part comes first, but for a message that as a whole clearly asks for something else: then
        the help is offered beside the answer. What the whole does not answer, its clearest part may.
        """
        loudest = decide(alarming, self._costs, self._overlap)
        choice = decide(chances, self._costs, self._overlap)
        if loudest.decision is Decision.URGENT:
            asks = choice.decision in _TELLING and choice.confidence >= CERTAIN and _urgency(chances) <= TOLD
            return (choice, (Intent(Kind.URGENT, loudest.target or ""),)) if asks else (loudest, ())
        told = [one for part in parts if (one := decide(part, self._costs, self._overlap)).decision in _TELLING]
        clear = [one for one in told if one.confidence >= CLEAR]
        targets = {one.target for one in clear}
        # Of two clear questions it is the one that the whole is about, else the first.
        if clear and (choice.decision not in _TELLING or (len(targets) > 1 and choice.target not in targets)):
            choice = clear[0]
        if choice.decision not in _TELLING:
            return choice, ()
        second = dict.fromkeys(_intent(one) for one in clear if one.target != choice.target)
        also = second or beside(_intent(choice), chances, self._overlap)
        return choice, tuple(also)[:ALSO]

    def look_up(self, text: str, preferred: str) -> Found:
        """Return the entry that ``text`` names exactly, or those with names near it.

        The language is the name's; of a name in several languages it is ``preferred``.
        """
        folded = fold(text)
        if self._tell(text, words(folded), ngrams(folded), preferred)[0]:
            # "ICE 来了怎么办" has no more words that are read than "ICE".
            return Found(None, (), preferred)
        if found := self._lookup.exact(folded, preferred):
            return Found(found[0], (), found[1])
        near, lang = self._lookup.near(folded, preferred)
        return Found(None, near, lang, looks_like_name(folded))

    def language_of(self, text: str, preferred: str) -> tuple[str, bool]:
        """Return the language of ``text`` and whether the words tell it (numbers do not); else ``preferred``."""
        folded = fold(text)
        return self._tell(text, words(folded), ngrams(folded), preferred)[1:]

    def chances(self, texts: Iterable[str], lang: str) -> Iterator[dict[Intent, float]]:
        """Yield the calibrated probability of each intent for each text, read as ``lang``; they sum to 1."""
        for folded in map(fold, texts):
            yield self._chances(folded, ngrams(folded), lang)

    def clauses(self, text: str) -> tuple[str, ...]:
        """Return what ``text`` says, clause by clause, without its courtesies."""
        return self._clauses.read(fold(text)).each

    def prices(self, text: str, lang: str) -> list[Option]:
        """Return what could be done about ``text``, read as ``lang`` and as a whole; the cheapest first."""
        whole = self._clauses.read(fold(text)).whole
        found = options(self._chances(whole, ngrams(whole), lang), self._costs, self._overlap)
        return sorted(found, key=itemgetter(0))

    def _tell(
        self, text: str, found_words: Sequence[str], grams: Grams, preferred: str
    ) -> tuple[str | None, str, bool]:
        """Return the code of a language without answers, else None; the language to answer in; whether that is sure."""
        told = self._foreign.read(text, found_words)
        if told is None:
            return None, *self._language(found_words, grams, preferred)
        own = self._catalogue.language(told)
        return (None, own, True) if own else (told, preferred, False)

    def _language(self, found_words: Sequence[str], grams: Grams, preferred: str) -> tuple[str, bool]:
        if _only_numbers(found_words) or not self._tells_language(found_words):
            return preferred, False
        chances = self._model.languages.probabilities(grams)
        best = int(chances.argmax())
        code = self._model.languages.labels.names[best]
        # What has not a single word of a language is not in it, however alike the letters.
        if chances[best] >= SURE_OF_LANGUAGE and code in self._catalogue.editions and self._has_word(found_words, code):
            return code, True
        return preferred, False

    def _tells_language(self, found_words: Sequence[str]) -> bool:
        """Say whether a message has a word of one language only; gibberish and shared words ("no", "visa") have none.

        Of more than a few words, how they are put together tells it too.
        """
        if len(found_words) > FEW_WORDS:
            return True
        return any(map(self._is_of_one_language, found_words))

    def _has_word(self, found_words: Sequence[str], code: str) -> bool:
        return code in self._spellers and any(word in self._spellers[code].known for word in found_words)

    def _is_of_one_language(self, word: str) -> bool:
        """Say whether ``word`` is much commoner in one language's samples; none is that is common in several."""
        ranks = sorted(rank[word] for rank in self._ranks if word in rank)
        if not ranks or len(word) < TELLING_LETTERS:
            return False
        return len(ranks) == 1 or (ranks[1] >= COMMON_WORDS and ranks[1] >= COMMONER * ranks[0])

    def _chances(self, folded: Folded, grams: Grams, lang: str) -> dict[Intent, float]:
        mended = self._spellers[lang].mend(folded)
        chances = self._model.intents[lang].probabilities(grams if mended == folded else ngrams(mended))
        return dict(zip(self._intents[lang], chances.tolist(), strict=True))

    def _point(self, choice: Choice, grams: Grams, lang: str) -> str | None:
        """Return the point of the entry decided on that answers the message, of those that the content still has."""
        if choice.decision is not Decision.ANSWER or choice.target is None:
            return None
        found = self._focus[lang].point(choice.target, grams)
        points = self._catalogue.editions[lang].entries[choice.target].points
        return found if any(point.id == found for point in points) else None

    def _candidates(self, chances: Mapping[Intent, float]) -> tuple[Candidate, ...]:
        entries = [(intent.id, chance) for intent, chance in chances.items() if intent.kind is Kind.ENTRY]
        entries.sort(key=itemgetter(1), reverse=True)
        return tuple([Candidate(self._numbers[slug], slug, chance) for slug, chance in entries])

    def _thing(self, thing: Thing, candidates: tuple[Candidate, ...], lang: str, *, sure: bool) -> Match:
        sure = sure and thing.lang == lang
        if thing.id is None:
            return Match(Decision.FALLBACK, thing.lang, sure, 1.0, candidates)
        if thing.kind is Named.ENTRY:
            return self._named(thing.id, thing.lang, candidates, sure)
        return Match(_NAMED[thing.kind], thing.lang, sure, 1.0, candidates, target=thing.id)

    def _named(self, slug: str, lang: str, candidates: tuple[Candidate, ...], sure: bool) -> Match:
        first = Candidate(self._numbers[slug], slug, 1.0)
        rest = tuple(candidate for candidate in candidates if candidate.slug != slug)
        return Match(Decision.ANSWER, lang, sure, 1.0, (first, *rest), target=slug)


_TELLING = (Decision.ANSWER, Decision.SIGNPOST)


def _urgency(chances: Mapping[Intent, float]) -> float:
    return sum(chance for intent, chance in chances.items() if intent.kind is Kind.URGENT)


def _intent(choice: Choice) -> Intent:
    kind = Kind.ENTRY if choice.decision is Decision.ANSWER else Kind.SIGNPOST
    return Intent(kind, choice.target or "")


def _asked_first(choice: Choice, chances: Mapping[Intent, float]) -> Choice:
    """Return the question whether it is happening now, for distress that nothing but the classifier speaks for."""
    topics = [
        intent
        for intent in sorted(chances, key=lambda one: -chances[one])
        if intent.kind in (Kind.ENTRY, Kind.SIGNPOST)
    ]
    offered = [intent for intent in topics[:1] if chances[intent] >= WORTH_OFFERING]
    return Choice(Decision.CLARIFY, None, choice.confidence, (Intent(Kind.URGENT, choice.target or ""), *offered))


_NAMED = {Named.LAW: Decision.LAW, Named.TERM: Decision.GLOSSARY}


def _only_numbers(found: Sequence[str]) -> bool:
    """Say whether a message has no word with a letter: a topic's number, never distress."""
    return all(word.isdigit() for word in found)


def neighbours_of(catalogue: Catalogue) -> dict[Intent, set[Intent]]:
    """Return which intents the content itself names as neighbours: related and nearest topics, and a hub's choices."""
    edition = catalogue.edition(None)
    found: dict[Intent, set[Intent]] = {}
    pairs = [
        (Intent(Kind.ENTRY, slug), Intent(Kind.ENTRY, other))
        for slug, entry in edition.entries.items()
        for other in entry.related
    ]
    for name, signpost in edition.signposts.items():
        own = Intent(Kind.SIGNPOST, name)
        pairs += [(own, Intent(Kind.ENTRY, slug)) for slug in signpost.nearest]
        pairs += [(own, Intent.parse(choice)) for choice in signpost.choices]
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def overlap_of(
    together: Mapping[str, Mapping[str, int]], neighbours: Mapping[Intent, Collection[Intent]]
) -> dict[Intent, dict[Intent, float]]:
    """Return how often each intent's askers are served by which others.

    Measured on questions labelled with all that serves them (``together``: how many mean both); what is not measured
    is supposed: little, and more of the neighbours that the content names.
    """
    counts = {
        Intent.parse(one): {Intent.parse(other): count for other, count in others.items()}
        for one, others in together.items()
    }
    found: dict[Intent, dict[Intent, float]] = {}
    for one in counts.keys() | neighbours.keys():
        seen, near = counts.get(one, {}), neighbours.get(one, ())
        whole = seen.get(one, 0) + SUPPOSED
        found[one] = {
            other: (seen.get(other, 0) + SUPPOSED * (NEIGHBOUR if other in near else 0.0)) / whole
            for other in (seen.keys() | set(near)) - {one}
        }
    return found


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
    return Matcher(catalogue, read_model(root / BUILT_FOLDER / MODEL_FILE, recipe(root)))
