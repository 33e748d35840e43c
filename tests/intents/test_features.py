"""A message as n-grams: which there are, how they are named, weighed and ordered."""

from __future__ import annotations

from math import log
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.features import ngrams


def word(gram: str) -> int:
    return crc32(gram.encode(), crc32(b"w"))


def letters(gram: str) -> int:
    return crc32(gram.encode(), crc32(b"c"))


def test_words_and_neighbouring_pairs_are_features() -> None:
    names, _, _, _ = ngrams("ICE in jail")
    assert set(names.tolist()) == {word(gram) for gram in ("ice", "in", "jail", "ice in", "in jail")}


def test_letter_groups_of_two_to_five_stay_within_a_word_and_its_borders() -> None:
    _, _, names, _ = ngrams("ice a")
    grams = (" i", "ic", "ce", "e ", " ic", "ice", "ce ", " ice", "ice ", " ice ", " a", "a ", " a ")
    assert set(names.tolist()) == {letters(gram) for gram in grams}


def test_a_repeated_feature_weighs_one_plus_the_logarithm_of_its_count() -> None:
    names, weights, _, _ = ngrams("ice ice ice law")
    weight = dict(zip(names.tolist(), weights.tolist(), strict=True))
    assert weight[word("ice")] == pytest.approx(1 + log(3))
    assert weight[word("ice ice")] == pytest.approx(1 + log(2))
    assert weight[word("law")] == 1


def test_case_accents_and_punctuation_make_no_difference() -> None:
    for one, other in zip(ngrams("¿Policía, ICE?"), ngrams("policia ice"), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "¿?"])
def test_a_message_without_words_has_no_features(text: str) -> None:
    assert [len(part) for part in ngrams(text)] == [0, 0, 0, 0]


@given(st.text())
def test_names_are_in_order_and_distinct_and_weights_go_with_them(text: str) -> None:
    for names, weights in (ngrams(text)[:2], ngrams(text)[2:]):
        assert len(names) == len(weights)
        assert (np.diff(names.astype(np.int64)) > 0).all()
        assert (weights >= 1).all()
