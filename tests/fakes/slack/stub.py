"""A matcher for adapter tests: it knows slugs, titles, numbers and a few words, so that tests need no model."""

from __future__ import annotations

from content.schema.catalogue import Catalogue
from intents.match import Candidate, Decision, Intent, Match
from intents.naming.lookup import Found

WORDS = {
    "agents at my door": (Decision.URGENT, "door"),
    "hello": (Decision.SMALLTALK, "greeting"),
    "thanks": (Decision.SMALLTALK, "thanks"),
    "help": (Decision.SMALLTALK, "help"),
    "about me": (Decision.SMALLTALK, "privacy"),
    "schools": (Decision.SIGNPOST, "schools"),
    "what is a detainer": (Decision.GLOSSARY, "detainer"),
    "list everything": (Decision.TOPICS, None),
}


class StubMatcher:
    """Decides by plain inclusion; a message that begins with ``es:`` is Spanish."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._edition = catalogue.edition(None)

    def match(self, text: str, preferred: str, before: object = None) -> Match:
        """Return the decision on ``text``."""
        words = text.lower()
        lang, sure = ("es", True) if words.startswith("es:") else (preferred, False)
        if "explode" in words:
            raise ZeroDivisionError(text)
        if "unsure" in words:
            choices = (Intent.parse("entry/oversight"), Intent.parse("entry/training"))
            return self._made(Decision.CLARIFY, lang, sure, None, choices)
        for known, (decision, target) in WORDS.items():
            if known in words:
                return self._made(decision, lang, sure, target)
        for entry in self._edition.entries.values():
            if entry.slug in words or entry.title.lower() in words:
                return self._made(Decision.ANSWER, lang, sure, entry.slug)
        return self._made(Decision.FALLBACK, lang, sure, None)

    def look_up(self, text: str, preferred: str) -> Found:
        """Return the entry of that slug or number."""
        entries = self._edition.entries
        named = {**{slug: slug for slug in entries}, **{str(entry.number): entry.slug for entry in entries.values()}}
        if text in named:
            return Found(named[text], (), preferred)
        if text == "oversite":
            return Found(None, ("oversight",), preferred)
        return Found(None, (), preferred)

    def _made(
        self, decision: Decision, lang: str, sure: bool, target: str | None, choices: tuple[Intent, ...] = ()
    ) -> Match:
        nearest = tuple(Candidate(entry.number, entry.slug, 0.1) for entry in list(self._edition.entries.values())[:3])
        return Match(decision, lang, sure, 0.9, nearest, target, choices)
