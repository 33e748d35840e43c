"""Reads a message before anything is decided: what it says, in which language, and what it may mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content.schema.catalogue import Catalogue
from intents.classifier.features import ngrams, stems_of
from intents.classifier.focus import Focus
from intents.classifier.model import Told
from intents.classifier.modelfile import Model
from intents.clauses import ClauseReader, Clauses
from intents.decision.heard import Heard
from intents.language.asked import AskedLanguage
from intents.language.telling import LanguageTeller
from intents.match import Candidates
from intents.reading import TOPIC_CHARACTERS, Folded, fold, words
from intents.spelling import Speller

SURE_LETTERS = 6
"""Letters from which a mended word is taken for the one meant where no word of a message is known as it stands."""


class Hearer:
    """Reads messages for one catalogue, by the model trained for it."""

    def __init__(self, catalogue: Catalogue, model: Model) -> None:
        self._catalogue = catalogue
        self._model = model
        self._stems = stems_of(model.alike)
        self._spellers = {
            code: Speller(model.words[code], model.everyday.get(code, ())) for code in catalogue if code in model.words
        }
        self.languages = LanguageTeller(catalogue, model.languages, model.words, self._spellers)
        self.asked = AskedLanguage(catalogue.language_cards, catalogue.editions)
        known = [speller.known for speller in self._spellers.values()]
        self.clauses = ClauseReader(catalogue.editions.values(), known)
        self.focus = {code: Focus(classifier.points) for code, classifier in model.intents.items()}
        numbers = {f"entry/{entry.slug}": entry.number for entry in catalogue.edition(None).entries.values()}
        # Entries are an intent's first labels.
        learnt = {
            code: [name for name in classifier.labels.names if name in numbers]
            for code, classifier in model.intents.items()
        }
        self._entries = {
            code: [(numbers[name], name.partition("/")[2]) for name in names] for code, names in learnt.items()
        }

    def hear(self, text: str, preferred: str) -> Heard:
        """Return ``text`` as it is read: without its courtesies, in its language, with what it may mean."""
        folded = fold(text)
        said, whole = self._parted(folded)
        # "Buenas tardes, joven": it is rather the courtesies that tell the language.
        spoken = folded if 2 * len(words(whole)) < len(words(folded)) else whole
        foreign, lang, sure = self.languages.tell(text, folded, spoken, preferred)
        if not foreign and (nameless := self.languages.without_names(text, words(folded), lang)) != text:
            said, whole = self._parted(folded := fold(nameless))
        # "¿Hablan hindi?" names a language; "hindi" is "no" in another.
        mentions = self.asked.mentions(folded)
        named = self.asked.alone(text) if mentions else None
        mended = self._spellers[lang].mend(whole)
        told = self.told(mended, lang)
        return Heard(
            text=text,
            folded=folded,
            said=said.whole,
            clauses=said.each if len(said.each) > 1 else (),
            whole=whole,
            mended=mended,
            words=words(whole),
            told=told,
            lang=lang,
            sure=sure,
            foreign=foreign,
            mentions=mentions,
            asked=named or foreign or (self.asked.read(text) if mentions else None),
            is_named=named is not None,
            candidates=self.candidates(lang, told),
        )

    def _parted(self, folded: Folded) -> tuple[Clauses, Folded]:
        """Return what a message says, and that as a whole: nothing but courtesies is small talk, as it stands."""
        said = self.clauses.read(folded)
        return said, said.whole or Folded.of(folded, TOPIC_CHARACTERS)

    def knows(self, heard: Heard) -> bool:
        """Say whether a word of a message is known, as it stands or as mended: "qwrt" is not.

        Not every script sets words apart; in others than ours all is read.
        """
        if not heard.whole.isascii():
            return bool(heard.words)
        known = self._spellers[heard.lang].known
        if heard.mended is heard.whole:
            return not known.isdisjoint(heard.words)
        plainly = set(heard.words)
        return any(word in known and (word in plainly or len(word) >= SURE_LETTERS) for word in words(heard.mended))

    def read(self, folded: Folded, lang: str) -> Told:
        """Return what a text is told to mean, mended and read as ``lang``."""
        return self.told(self._spellers[lang].mend(folded), lang)

    def read_each(self, clauses: Sequence[Folded], lang: str) -> list[Told]:
        """Return what each of a message's clauses is told to mean, as :meth:`read` does, mended all at once."""
        joined = Folded("\n".join(clauses))
        mended = self._spellers[lang].mend(joined)
        each = clauses if mended is joined else map(Folded, mended.split("\n"))
        return [self.told(clause, lang) for clause in each]

    def told(self, mended: Folded, lang: str) -> Told:
        """Return what a text is told to mean as it stands, read as ``lang``."""
        classifier = self._model.intents[lang]
        return classifier.of(classifier.vocabulary.vector(ngrams(mended, self._stems)))

    def told_behind(self, title: str, heard: Heard) -> Told:
        """Return what a message is told to mean behind the ``title`` of what was shown before it: "bond: how much"."""
        return self.told(fold(f"{title} {heard.mended}"), heard.lang)

    def points(self, slugs: Iterable[str], told: Told, lang: str) -> dict[str, str]:
        """Return the points of entries that answer the message, of those that the content still has."""
        entries = self._catalogue.editions[lang].entries
        found = self.focus[lang].points(slugs, told.points)
        return {slug: led for slug, led in found.items() if any(point.id == led for point in entries[slug].points)}

    def candidates(self, lang: str, told: Told) -> Candidates:
        """Return the entries with how likely they are ``told`` to be meant, the likeliest first."""
        entries = self._entries[lang]
        return Candidates(entries, told.chances[: len(entries)].tolist())
