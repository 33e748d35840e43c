"""A message as n-grams: which there are, how they are named, weighed and ordered."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.classifier.features import (
    BLOCKS,
    LENGTH_STEP,
    LONG_MESSAGE,
    PAIRS,
    SHAPE,
    WORDS,
    Block,
    Names,
    Weights,
    letter_groups,
    ngrams,
    stems_of,
)
from intents.reading import fold, words
from tests.intents.classifier.grams import letters, pair, shape, word


def parts(text: str) -> list[tuple[Names, Weights]]:
    found = ngrams(fold(text))
    ends = np.cumsum(found.sizes)[:-1]
    return list(zip(np.split(found.names, ends), np.split(found.weights, ends), strict=True))


def part(text: str, block: Block) -> tuple[Names, Weights]:
    return parts(text)[BLOCKS.index(block)]


def names_of(text: str, block: Block) -> set[int]:
    return set(part(text, block)[0].tolist())


def test_words_are_features() -> None:
    assert names_of("ICE in jail", WORDS) == {word(gram) for gram in ("ice", "in", "jail")}


def test_neighbouring_pairs_are_features_apart() -> None:
    assert names_of("ICE in jail", PAIRS) == {pair(gram) for gram in ("ice in", "in jail")}
    assert names_of("ICE", PAIRS) == set()


def test_in_a_pair_a_word_counts_by_its_first_letters() -> None:
    assert names_of("they detained", PAIRS) == names_of("they detainee", PAIRS) == {pair("they detain")}
    assert names_of("they detain", PAIRS) != names_of("they detai", PAIRS)


def test_in_a_pair_a_word_counts_by_its_group_where_it_is_in_one() -> None:
    alike = stems_of([("landlord", "owner"), ("land", "soil")])

    def pairs(text: str) -> list[int]:
        found = ngrams(fold(text), alike)
        return found.names[found.sizes[0] : sum(found.sizes[:2])].tolist()

    assert pairs("my landlord") == pairs("my owner") == [pair("my =landlord")]
    assert pairs("my land") == pairs("my soil") != pairs("my landlord")
    assert pairs("my landlords") == [pair("my landlo")]
    words_only = slice(0, 2)
    assert ngrams(fold("my owner"), alike).names[words_only].tolist() == [word("my"), word("owner")]


def test_letter_groups_of_three_to_five_stay_within_a_word_and_its_borders() -> None:
    assert set(letter_groups(b"ice")) == {letters(one) for one in (" ic", "ice", "ce ", " ice", "ice ", " ice ")}
    assert letter_groups(b"a") == [letters(" a ")]


def test_letters_are_counted_and_not_bytes() -> None:
    assert set(letter_groups("ñu".encode())) == {letters(one) for one in (" ñu", "ñu ", " ñu ")}


@given(st.text(min_size=1, max_size=12))
def test_letter_groups_are_distinct(text: str) -> None:
    found = letter_groups(text.encode())
    assert len(found) == len(set(found)) > 0


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("can ICE come?", ("<can", "come>", "#1")),
        ("can ICE come", ("<can", "come>", "#1")),
        ("¿puede venir la migra?", ("<puede", "migra>", "#1")),
        ("help", ("<help", "help>", "#0")),
        ("one two", ("<one", "two>", "#0")),
        ("one two three", ("<one", "three>", "#1")),
        ("a " * LONG_MESSAGE, ("<a", "a>", f"#{LONG_MESSAGE // LENGTH_STEP}")),
        ("a " * 300, ("<a", "a>", f"#{LONG_MESSAGE // LENGTH_STEP}")),
        ("", ("#0",)),
        ("?", ("#0",)),
    ],
)
def test_a_messages_shape_is_its_ends_its_length_and_no_mark(text: str, grams: tuple[str, ...]) -> None:
    assert names_of(text, SHAPE) == {shape(gram) for gram in grams}


def test_the_same_letters_in_two_blocks_are_two_features() -> None:
    text = "ice in ice in"
    found = [names_of(text, block) for block in BLOCKS]
    assert sum(len(names) for names in found) == len(set().union(*found))


def test_a_repeated_feature_weighs_one_plus_the_logarithm_of_its_count() -> None:
    text = "ice ice ice law"
    single, double = (dict(zip(*(a.tolist() for a in part(text, block)), strict=True)) for block in (WORDS, PAIRS))
    assert single[word("ice")] == pytest.approx(1 + log(3))
    assert single[word("law")] == 1
    assert double[pair("ice ice")] == pytest.approx(1 + log(2))
    assert double[pair("ice law")] == 1


def test_case_accents_and_punctuation_make_no_difference() -> None:
    for one, other in zip(parts("¿Policía, ICE?"), parts("policia ice ?"), strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "!!"])
def test_a_message_without_words_has_no_features_but_its_length(text: str) -> None:
    assert ngrams(fold(text)).sizes == (0, 0, 1)


@given(st.text())
def test_names_are_distinct_and_weights_go_with_them(text: str) -> None:
    found = parts(text)
    assert len(found) == len(BLOCKS)
    for names, weights in found:
        assert len(names) == len(weights)
        assert len(set(names.tolist())) == len(names)
        assert (weights >= 1).all()
    assert len(found[0][0]) == len(set(words(fold(text))))
    assert [word.decode() for word in ngrams(fold(text)).words] == list(dict.fromkeys(words(fold(text))))
