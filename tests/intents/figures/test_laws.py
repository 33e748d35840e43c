"""Whoever asks about a law by its number or name gets its card, or an entry that its card names, and no other."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.match import Decision
from intents.matcher import Matcher

FRAMES = {
    "en": ("what is {}", "what does {} do", "tell me about {}", "is {} a law"),
    "es": ("qué es {}", "qué hace {}", "háblame de {}", "¿{} es ley?"),
}
ARTICLES = {"en": {"": "the "}, "es": {"SB": "la ", "AB": "la "}}
"""What stands before a number, by its letters, or before a name."""


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_law_is_answered_by_its_card_or_an_entry_about_it(
    lang: str, matcher: Matcher, catalogue: Catalogue
) -> None:
    asked, wrong = 0, []
    for law in catalogue.laws.values():
        name = law.number or law.name[lang]
        article = ARTICLES[lang].get(law.number[:2] if law.number else "", "")
        for frame in FRAMES[lang]:
            text = frame.format(article + name)
            match = matcher.match(text, lang)
            asked += 1
            card = match.decision is Decision.LAW and match.target == law.id
            about = match.decision is Decision.ANSWER and match.target in law.entries
            if not card and not about:
                wrong.append(f"{text!r}: {match.decision} {match.target}")
    assert wrong == []
    assert asked >= 4 * 40
