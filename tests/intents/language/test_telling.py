"""The language of a message, told from words that only one has, without asking the classifier."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from intents.classifier.model import Classifier, Labels
from intents.language.telling import COMMON_WORDS, UNLIKE, words_of_one
from intents.matcher import Matcher
from intents.reading import fold, words
from tests.tools.places import DATA

SETS = ("dev-en", "dev-es", "dev-real", "own-en", "own-es", "languages/unseen", "languages/short")


UNSURE = 1
"""Messages of a set, at most, that their words tell and of which the classifier is a little less than sure."""


def told(matcher: Matcher, text: str) -> tuple[str, bool]:
    folded = fold(text)
    return matcher._hearer.languages._language(words(folded), folded, "??")


def test_a_word_is_of_the_language_in_which_it_is_much_commoner() -> None:
    rare = [f"w{number}" for number in range(COMMON_WORDS)]
    own = words_of_one({"en": ["the", "no", "a"], "es": ["el", "no", "a", *rare, "the"]})
    assert own == {"the": "en", "el": "es"} | dict.fromkeys(rare, "es")
    # Rare in both, and not four times as common in one.
    assert "late" not in words_of_one({"en": [*rare, "late"], "es": [*rare, *rare, "late"]})


@pytest.mark.parametrize(
    ("text", "lang"),
    [("what does the sheriff have to tell them", "en"), ("qué tiene que decir el alguacil cuando preguntan", "es")],
)
def test_words_of_one_language_tell_it_without_the_classifier(
    text: str, lang: str, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Classifier, "probabilities", lambda *_: pytest.fail("asked"))
    assert told(matcher, text) == (lang, True)


@pytest.mark.parametrize("text", ["what does el alguacil tiene que tell them", "the the the the", "xq zv kd the they"])
def test_words_of_both_or_few_do_not(text: str, matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    class AskedError(Exception):
        pass

    def asked(*_: object) -> None:
        raise AskedError

    monkeypatch.setattr(Classifier, "probabilities", asked)
    with pytest.raises(AskedError):
        told(matcher, text)


class Leaning(NamedTuple):
    """A classifier that is ever as sure of English."""

    sure: float
    labels: Labels = Labels.of(["en", "es"])

    def probabilities(self, _: object) -> NDArray[np.float64]:
        return np.array([self.sure, 1 - self.sure])


@pytest.mark.parametrize(
    ("text", "sure", "lang"),
    [
        ("privacy", UNLIKE, ("en", True)),
        ("privacy", UNLIKE - 0.01, ("es", True)),
        ("privacy policy", 0.5, ("en", True)),
        ("not privacy", 0.5, ("??", False)),
        ("privacy visa", 0.5, ("??", False)),
        ("privacy fianza", 0.5, ("??", False)),
    ],
)
def test_a_word_or_two_of_one_language_alone_are_in_it_unless_its_letters_are_unlike(
    text: str, sure: float, lang: tuple[str, bool], matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = matcher._hearer.languages
    monkeypatch.setattr(teller, "_classifier", Leaning(sure))
    monkeypatch.setattr(teller, "_own", {"not": "en", "privacy": "en", "policy": "en", "fianza": "es"})
    monkeypatch.setattr(
        teller, "_words", {"en": {"not", "privacy", "policy", "visa"}, "es": {"privacy", "fianza", "visa"}}
    )
    assert told(matcher, text) == lang


@pytest.mark.parametrize("name", SETS)
def test_what_they_tell_is_what_the_classifier_tells(
    name: str, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [json.loads(line)["text"] for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    quickly = [told(matcher, text) for text in texts]
    monkeypatch.setattr("intents.language.telling.TELLING_WORDS", 10**6)
    slowly = [told(matcher, text) for text in texts]
    different = [(quick, slow) for quick, slow in zip(quickly, slowly, strict=True) if quick != slow]
    assert [pair for pair in different if pair[1] != ("??", False)] == []
    assert len(different) <= UNSURE
