"""What does not change the meaning of a message does not change the decision on it.

Each clear question of the development sets is said in other ways: thousands of pairs, each of one decision.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable

import pytest

from intents.match import Decision, Match
from intents.matcher import Matcher
from tests.tools.places import DATA

SETS = (("dev-en", "en"), ("dev-es", "es"), ("dev-real", "en"))
CLEARLY = 0.8
"""How sure a decision must be to hold for whatever the same words look like."""
FEWEST_WORDS = 3
FEWEST_PAIRS = 2_000
ANSWERS = {Decision.ANSWER, Decision.SIGNPOST, Decision.URGENT, Decision.GLOSSARY, Decision.LAW}

Clear = list[tuple[str, str, Match]]


def without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def doubled(text: str) -> str:
    """Double a letter in the middle of the longest word."""
    found = max(re.finditer(r"[^\W\d_]{5,}", text), key=lambda word: len(word[0]), default=None)
    if found is None:
        return text
    place = found.start() + len(found[0]) // 2
    return text[:place] + text[place] + text[place:]


WAYS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "no accents": without_accents,
    "accents apart": decomposed,
    "full width": full_width,
    "emoji after": "{} 🙏🙂".format,
    "emoji before": "🤔 {}".format,
    "shortcodes": ":thinking_face: {} :pray::skin-tone-3:".format,
    "greeting": "Hi, good morning! {}".format,
    "greeting in Spanish": "Hola, buenas tardes. {}".format,
    "excuse": "sorry to bother you, {}".format,
    "thanks": "{} thanks in advance!".format,
    "thanks in Spanish": "{} muchas gracias".format,
    "please": "{} please".format,
    "signature": "{}\n\nBest regards,\nMaria Lopez".format,
    "signature in Spanish": "{}\n\nSaludos,\nJuan Pérez".format,
    "zero-width characters": lambda text: text.replace(" ", "\u200b ").replace("e", "e\u200d"),
    "soft hyphens": lambda text: "".join(f"{char}\u00ad" if char.isalpha() else char for char in text),
    "a letter doubled": doubled,
    "marks that call out": lambda text: f"{text.rstrip('?.! ')}?!?!" if "?" in text else f"{text}!!!",
    "no marks at the ends": lambda text: text.strip("¿?.! "),
    "quotation marks": "“{}”".format,
    "wide spaces": lambda text: f"  {text.replace(' ', '   ')}\n",
    "entities": lambda text: text.replace("&", "&amp;").replace("'", "&#39;"),
}


@pytest.fixture(scope="module")
def clear(matcher: Matcher) -> Clear:
    """The questions of the development sets that are clearly decided, with the language and the decision."""
    found: Clear = []
    for name, lang in SETS:
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            match = matcher.match(text, lang)
            if match.decision in ANSWERS and match.confidence >= CLEARLY and len(text.split()) >= FEWEST_WORDS:
                found.append((text, lang, match))
    return found


def pairs_of(clear: Clear, way: str) -> Clear:
    """Return each question as it is said in one way, where that is another text."""
    return [(said, lang, match) for text, lang, match in clear if (said := WAYS[way](text)) != text]


@pytest.mark.parametrize("way", WAYS)
def test_the_decision_stays(way: str, clear: Clear, matcher: Matcher) -> None:
    changed = []
    for said, lang, before in pairs_of(clear, way):
        after = matcher.match(said, lang)
        if (after.decision, after.target) != (before.decision, before.target):
            told = f"{before.decision} {before.target} -> {after.decision} {after.target}"
            changed.append(f"{said!r}: {told}")
    assert changed == []


def test_there_are_pairs_enough(clear: Clear) -> None:
    assert sum(len(pairs_of(clear, way)) for way in WAYS) >= FEWEST_PAIRS
