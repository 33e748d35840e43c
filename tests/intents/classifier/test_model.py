"""The classifier, its 8-bit weights, its training and its file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from content.reading.samples import Sample
from content.schema.catalogue import Catalogue
from intents.classifier.features import LEAST_GROUP_UNIT, LEAST_UNIT, PAIRS, WORDS, ngrams, stems_of
from intents.classifier.model import Classifier, Labels
from intents.classifier.modelfile import (
    CHECK_BYTES,
    CODE,
    FORMAT,
    MODEL_FILE,
    Model,
    ModelError,
    StoredArray,
    read_model,
    recipe,
    sealed,
    write_model,
)
from intents.classifier.rows import Rows
from intents.classifier.vocabulary import HALF, STRANGE, salience
from intents.matcher import Matcher
from intents.reading import fold, words
from intents.training.calibration import Calibration, calibrate, chances, fold_numbers, softmax
from intents.training.learning import common_words, learn
from intents.training.training import Learner, TrainingError, extract
from intents.training.vectors import Vectors
from tests.intents.classifier.grams import letters, pair, word
from tests.intents.small import LABELS, SMALL, TEXTS, small_classifier
from tests.tools.places import ROOT

RETRAIN = "run `faqbot train`"
UNREADABLE = f"the trained model cannot be read: {RETRAIN}"
KNOWN = ("the", "sea", "ñandú", "287")


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A small model's file."""
    path = tmp_path / "built" / MODEL_FILE
    write_model(Model({"en": small_classifier()}, small_classifier(), {"en": KNOWN}, "abc"), path)
    return path


def guess(classifier: Classifier, text: str) -> str:
    return classifier.labels.names[int(classifier.probabilities(ngrams(fold(text))).argmax())]


class TestClassifier:
    """What a trained classifier says."""

    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("apples and pears", "entry/fruit"),
            ("APPLE PEARS!", "entry/fruit"),
            ("the harbor and its boats", "entry/ships"),
            ("rainy weather", "none/weather"),
        ],
    )
    def test_it_places_new_words_of_a_known_kind(self, text: str, label: str) -> None:
        assert guess(small_classifier(), text) == label

    @given(st.text())
    def test_probabilities_sum_to_one_for_any_text(self, text: str) -> None:
        chances = small_classifier().probabilities(ngrams(fold(text)))
        assert chances.sum() == pytest.approx(1, abs=1e-5)
        assert (chances >= 0).all()

    def test_unknown_words_leave_only_the_offsets(self) -> None:
        classifier = small_classifier()
        unknown = "zzzz qqqq " * 20  # longer than any sample, so that its shape is unknown too
        vector = classifier.vocabulary.vector(ngrams(fold(unknown)))
        np.testing.assert_array_equal(classifier.scores(vector), classifier.offset)

    def test_each_block_of_a_message_has_its_own_length_however_often_it_repeats(self) -> None:
        known = small_classifier().vocabulary
        names = [word(one) for one in ("the", "ship", "sails")]
        for text in ("the ship sails", "the ship sails " * 30):
            rows, values = known.vector(ngrams(fold(text)))
            own = values[np.isin(known.names[rows], names)]
            assert float(own @ own) == pytest.approx(WORDS.length**2, rel=1e-4)

    def test_a_block_in_which_nothing_is_known_adds_nothing(self) -> None:
        known = small_classifier().vocabulary
        rows, values = known.vector(ngrams(fold("pear harbor")))
        assert {word("pear"), word("harbor")} <= set(known.names[rows].tolist())
        assert not {pair("pear harbor")} & set(known.names[rows].tolist())
        assert np.isfinite(values).all()

    def test_what_nobody_has_said_before_makes_the_rest_tell_less(self) -> None:
        known = small_classifier().vocabulary
        # A word apart is no pair with its neighbours, and another's first and last word are no shape that is known.
        plain, strange = (known.vector(ngrams(fold(text))) for text in ("apples", "apples vwxyz"))
        row = int(known.find(np.array([word("apples")], dtype=np.uint32))[0][0])
        (before,), (after,) = (values[rows == row] for rows, values in (plain, strange))
        worth, other = known.worth(np.array([row]))[0], salience(b"vwxyz", known.rarest)
        assert after / before == pytest.approx(worth / np.hypot(worth, other), rel=1e-5)

    def test_an_unknown_pair_counts_half_of_the_rarest(self) -> None:
        known = small_classifier().vocabulary
        place = int(known.find(np.array([pair("the ship")], dtype=np.uint32))[0][0])
        rows, values = known.vector(ngrams(fold("the ship apples")))
        worth = known.worth(np.array([place]))[0]
        expected = PAIRS.length * worth / np.hypot(worth, STRANGE * known.rarest)
        assert values[rows == place] == pytest.approx(expected, rel=1e-5)

    def test_training_twice_gives_the_same(self) -> None:
        first, again = small_classifier().to_arrays("m"), Learner(extract(TEXTS)).learn(LABELS).to_arrays("m")
        assert first.keys() == again.keys()
        for name, values in first.items():
            np.testing.assert_array_equal(again[name], values)

    def test_two_labels_are_enough(self) -> None:
        rows = [(text, label) for text, label in zip(TEXTS, LABELS, strict=True) if label != "none/weather"]
        classifier = Learner(extract(text for text, _ in rows)).learn([label for _, label in rows])
        assert guess(classifier, "apples") == "entry/fruit"
        assert guess(classifier, "ships") == "entry/ships"

    @pytest.mark.parametrize(
        ("texts", "labels", "says"),
        [
            ([], [], "there are none"),
            (["red apples", "a ship"], ["a", "a"], "all have the same label"),
            (["red apples", "a ship"], ["a", "b"], "with some held out for calibration, a single label is left"),
            (["red apples", "a ship", "rain", "snow"], ["n/a", "e/b", "e/c", "e/d"], "a single label is left"),
        ],
    )
    def test_too_few_messages_are_told(self, texts: list[str], labels: list[str], says: str) -> None:
        with pytest.raises(TrainingError, match=says):
            Learner(extract(texts)).learn(labels)

    def test_words_that_are_all_too_rare_are_told(self) -> None:
        with pytest.raises(TrainingError, match="too few words"):
            Learner(extract(TEXTS), rarest=1_000).learn(LABELS)


class TestNumbers:
    """The arithmetic below."""

    @given(
        arrays(np.float32, (7, 3), elements=st.floats(-50, 50, width=32)),
        st.lists(st.integers(0, 6), max_size=9),
        arrays(np.int8, 7, elements=st.integers(1, 30)),
    )
    def test_rows_lose_what_hardly_counts_and_half_a_unit(
        self, weights: np.ndarray, chosen: list[int], least: np.ndarray
    ) -> None:
        rows = Rows.of(weights, least)
        assert len(rows) == len(weights)
        values = np.arange(1, len(chosen) + 1, dtype=np.float32)
        found = rows.sum(np.array(chosen, dtype=np.intp), values)
        exact = values @ weights[chosen] if chosen else np.zeros(3)
        assert (np.abs(found - exact) <= rows.scale * (values @ (least[chosen] - 0.49)) + 1e-3).all()
        assert (np.abs(rows.units) >= np.repeat(least, rows.lengths[:, 0])).all()

    def test_a_row_is_kept_by_its_columns(self) -> None:
        weights = np.array([[9, 9, 0, 0], [0, 0, 0, 9], [0, 9, -9, 9], [0] * 4], dtype=np.float32)
        rows = Rows.of(weights, np.ones(4, dtype=np.int8))
        assert (rows.columns.tolist(), rows.lengths.tolist()) == ([0, 1, 3, 1, 2, 3], [[2], [1], [3], [0]])
        for chosen in ([0, 1, 2, 3], [1, 3], [2, 2], [3], []):
            found = rows.sum(np.array(chosen, dtype=np.intp), np.ones(len(chosen), dtype=np.float32))
            np.testing.assert_allclose(found, weights[chosen].sum(axis=0), rtol=1e-6)

    @pytest.mark.parametrize(("columns", "pages"), [(4, 1), (255, 1), (256, 2), (600, 3)])
    def test_columns_are_numbered_in_one_byte_however_many_there_are(self, columns: int, pages: int) -> None:
        weights = np.full((4, columns), 3, dtype=np.float32)
        weights[:, ::2] = np.arange(4)[:, None]
        rows = Rows.of(weights, np.ones(4, dtype=np.int8))
        assert rows.lengths.shape == (4, pages)
        found = rows.sum(np.arange(4), np.ones(4, dtype=np.float32))
        np.testing.assert_allclose(found, weights.sum(axis=0), rtol=1e-6)
        both = rows.beside(rows, columns - 1).sum(np.arange(4), np.ones(4, dtype=np.float32))
        np.testing.assert_array_equal(both, [*found, *found[:-1]])

    @pytest.mark.parametrize(
        ("columns", "place", "column", "fits"),
        [
            *[(4, 1, 3, True), (4, 1, 4, False), (256, 0, 254, True), (256, 0, 255, False), (256, -1, 0, True)],
            *[(256, -1, 1, False), (256, 255, 1, False), (300, 299, 44, True), (300, 299, 45, False)],
        ],
    )
    def test_no_unit_is_in_a_column_that_there_is_not(self, columns: int, place: int, column: int, fits: bool) -> None:
        """Of a file of whose pages the last is not full, it would fail with the first message that has the word."""
        rows = Rows.of(np.ones((3, columns), dtype=np.float32), np.array([1, 1, 1], dtype=np.int8))
        assert rows.fits()
        rows.columns[place] = column
        assert rows.fits() is fits

    @given(arrays(np.float32, (5,), elements=st.floats(-1e4, 1e4, width=32)))
    def test_softmax_is_a_distribution_in_the_order_of_the_scores(self, scores: np.ndarray) -> None:
        chances = softmax(scores)
        assert chances.sum() == pytest.approx(1, abs=1e-5)
        assert chances[int(scores.argmax())] == chances.max()

    def test_folds_keep_each_writer_whole_and_where_it_was(self) -> None:
        def by_writer(writers: list[str]) -> dict[str, set[int]]:
            folds = fold_numbers(writers, len(writers), 4)
            return {writer: {int(f) for f, w in zip(folds, writers, strict=True) if w == writer} for writer in writers}

        few = by_writer(["a"] * 50 + ["b"] * 40 + ["c"] * 30 + ["d"] * 20 + ["e"] * 10)
        assert all(len(found) == 1 for found in few.values())
        more = by_writer([*"abcde", *(str(number) for number in range(200)), *["new"] * 90])
        assert {writer: more[writer] for writer in few} == few
        shares = np.bincount([fold for found in more.values() for fold in found])
        assert shares.min() > 30

    def test_a_few_writers_are_never_all_in_one_fold(self) -> None:
        """Without it, nothing would be left to learn from."""
        for few in combinations("abcdefghijklmnop", 3):
            folds = fold_numbers(few * 2, 6, 3).tolist()
            assert len(set(folds)) > 1
            assert folds[:3] == folds[3:]

    def test_few_writers_are_mixed(self) -> None:
        assert sorted(np.bincount(fold_numbers(["a", "b"], 8, 4)).tolist()) == [2, 2, 2, 2]

    @pytest.mark.parametrize(
        ("labels", "kinds"),
        [(("entry/a", "entry/b", "entry/c"), ()), (("entry/a", "entry/b", "none/c"), ("entry", "none"))],
    )
    def test_calibration_makes_confidence_honest(self, labels: tuple[str, ...], kinds: tuple[str, ...]) -> None:
        random = np.random.default_rng(1)
        target = random.integers(0, 3, 3000)
        hits = np.eye(3)[target]
        if kinds:
            hits = np.column_stack([hits, hits[:, 0] + hits[:, 1], hits[:, 2]])
        scores = (hits + random.normal(0, 1, hits.shape)).astype(np.float32)
        known = Labels.of(labels)
        assert known.kinds == kinds
        found = chances(scores, known, calibrate(scores, target, known))
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
        assert found.max(axis=1).mean() == pytest.approx((found.argmax(axis=1) == target).mean(), abs=0.03)

    @pytest.mark.parametrize(
        ("labels", "kinds", "every", "sizes"),
        [
            (("entry/a", "entry/b", "none/c"), ("entry", "none"), ("entry", "none"), [2, 1]),
            (("entry/a", "entry/b"), (), ("entry",), [2]),
            (("en", "es"), (), ("en", "es"), [1, 1]),
        ],
    )
    def test_kinds_are_told_apart_where_there_are_several_with_several(
        self, labels: tuple[str, ...], kinds: tuple[str, ...], every: tuple[str, ...], sizes: list[int]
    ) -> None:
        found = Labels.of(labels)
        assert (found.names, found.kinds, found.every, found.sizes.tolist()) == (labels, kinds, every, sizes)

    def test_one_message_is_told_what_many_are_and_its_kinds_sum_to_their_labels(self) -> None:
        english = small_classifier()
        count, untold = len(english.labels), Calibration(1.0, 1.0, np.zeros(len(english.labels.kinds)))
        for text in (*TEXTS, "", "zzzz qqqq"):
            vector = english.vocabulary.vector(ngrams(fold(text)))
            told, scores = english.of(vector), english.scores(vector)[None]
            np.testing.assert_allclose(told.chances, chances(scores, english.labels, untold)[0], atol=1e-12)
            sums = np.add.reduceat(told.chances[:count], english.labels.starts)
            assert list(told.kinds.values()) == pytest.approx(sums.tolist())
            assert told.sum("no such kind") == 0

    def test_labels_are_distinct_and_in_order_however_they_come(self) -> None:
        found = Labels.of(["none/c", "entry/b", "entry/a", "entry/b"])
        assert found.names == ("entry/a", "entry/b", "none/c")
        assert len(found) == 3

    def test_what_speaks_for_a_kind_speaks_for_each_of_its_labels_alike(self) -> None:
        labels = Labels.of(["entry/a", "entry/b", "none/c"])
        calibration = Calibration(1.0, 1.0, np.zeros(2, dtype=np.float32))
        scores = np.array([[1.0, 0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 4.0, 0.0]])
        alone, backed = chances(scores, labels, calibration)
        assert backed[0] / backed[1] == pytest.approx(alone[0] / alone[1])
        assert backed[0] > alone[0]
        assert backed[2] < alone[2]

    def test_a_kind_is_moved_half_way_to_its_own_evidence(self) -> None:
        labels = Labels.of(["entry/a", "entry/b", "none/c"])
        scores = np.array([[np.log(3.0), np.log(3.0), np.log(2.0), np.log(1.5), np.log(8.0)]])
        found = chances(scores, labels, Calibration(1.0, 1.0, np.zeros(2)))[0]
        entry, none = np.sqrt(6 * 1.5), np.sqrt(2 * 8)  # the mean of what labels say and what the kind says
        assert found.tolist() == pytest.approx([entry / 2 / (entry + none)] * 2 + [none / (entry + none)])

    def test_a_bias_makes_its_kind_likelier(self) -> None:
        labels = Labels.of(["entry/a", "entry/b", "none/c"])
        scores = np.zeros((1, 5))
        flat = chances(scores, labels, Calibration(1.0, 1.0, np.zeros(2)))[0]
        found = chances(scores, labels, Calibration(1.0, 1.0, np.array([0.0, 2.0])))[0]
        assert found[2] > flat[2]

    def test_probabilities_do_not_overflow(self) -> None:
        labels = Labels.of(["entry/a", "entry/b", "none/c"])
        found = chances(np.array([[1e6, -1e6, 0.0, -1e6, 1e6]]), labels, Calibration(9.0, 9.0, np.zeros(2)))
        assert found.sum() == pytest.approx(1)


class TestVocabulary:
    """Which n-grams are known."""

    TEXTS = ("ice in jail", "ice in court", "a law")

    def test_words_count_from_one_sample_pairs_from_three_letters_from_two_words(self) -> None:
        found = Vectors(extract((*self.TEXTS, "jails", "ice in town", "no jails", "a law"))).vocabulary
        assert (np.diff(found.names.astype(np.int64)) > 0).all()
        assert len(found.units) == len(found.names)
        known = set(found.names.tolist())
        assert {word("ice"), word("jail"), word("law"), pair("ice in"), letters(" jai")} <= known
        assert not known & {pair("in jail"), pair("a law"), letters(" ice"), letters("ice ")}

    def test_the_rarer_and_the_longer_weighs_more(self) -> None:
        found = Vectors(extract((*self.TEXTS, "jails"))).vocabulary
        weight = dict(zip(found.names.tolist(), found.worth(np.arange(len(found.names))).tolist(), strict=True))
        # In 255 steps.
        near = float(found.unit) / 2 + 1e-6
        assert weight[word("ice")] == pytest.approx(np.sqrt((np.log(5 / 3) + 1) * 5), abs=near)
        assert weight[word("law")] == pytest.approx(np.sqrt((np.log(5 / 2) + 1) * 5), abs=near)
        assert weight[word("court")] == pytest.approx(np.sqrt((np.log(5 / 2) + 1) * 7), abs=near)
        assert weight[letters("jail")] == pytest.approx(np.log(5 / 3) + 1, abs=near)
        assert max(weight.values()) == pytest.approx(255 * found.unit)
        assert found.rarest == pytest.approx(np.log(5) + 1)

    def test_a_higher_bar_holds_for_every_block(self) -> None:
        common = Vectors(extract(self.TEXTS), rarest=2).vocabulary.names
        everything = Vectors(extract(self.TEXTS)).vocabulary.names
        assert set(common.tolist()) < set(everything.tolist())
        assert word("ice") in common
        assert word("jail") not in common
        assert len(Vectors(extract(self.TEXTS), rarest=4).vocabulary.names) == 0


class TestVectors:
    """What the machines learn from, and what is kept of it."""

    TEXTS = ("jail jail law", "jails in court", "a law in a court", "in jail", "ñandúes y ñandú")

    def test_a_known_word_is_its_own_row_and_its_letter_groups_half_and_half(self) -> None:
        vectors = Vectors(extract(self.TEXTS))
        names = vectors.vocabulary.names
        rows, values = vectors.each[3]
        assert (rows[-1], values[-1]) == (len(names), 1), "the offset stands behind them"
        own = dict(zip(names[rows[:-1]].tolist(), values[:-1].tolist(), strict=True))
        whole = sum(own.get(word(one), 0) ** 2 for one in ("in", "jail"))
        groups = {letters(one) for one in (" ja", "jai", "ail", "il ", " jai", "jail", "ail ", " in", "in ", " in ")}
        length = WORDS.length**2
        assert whole == pytest.approx(length * float(HALF) ** 2)
        assert 0 < sum(value**2 for name, value in own.items() if name in groups) <= length / 2 + 1e-6

    def test_a_row_folded_says_what_its_parts_say(self) -> None:
        found = extract(self.TEXTS)
        vectors = Vectors(found)
        weights = np.random.default_rng(1).normal(size=(len(vectors.vocabulary.names), 3)).astype(np.float32)
        folded = vectors.folded(weights)
        for grams, (rows, values) in zip(found, vectors.each, strict=True):
            assert (np.diff(rows) > 0).all()
            rows, values = rows[:-1], values[:-1]  # noqa: PLW2901
            short_rows, short_values = vectors.vocabulary.vector(grams)
            assert len(short_rows) <= len(rows)
            np.testing.assert_allclose(short_values @ folded[short_rows], values @ weights[rows], atol=1e-4)

    def test_what_is_kept_is_what_weighs_enough_for_its_kind(self) -> None:
        vectors = Vectors(extract((*self.TEXTS, "jail law", "a jail law")))
        names = vectors.vocabulary.names
        kept = vectors.kept(np.zeros((len(names), 1), dtype=np.float32), 0)
        assert not len(kept.units)
        weights = np.zeros((len(names), 1), dtype=np.float32)
        weights[-1] = 127
        for name, unit in (
            (word("jail"), LEAST_UNIT),
            (pair("jail law"), LEAST_UNIT),
            (letters("jai"), LEAST_GROUP_UNIT),
        ):
            row = int(np.flatnonzero(names == name)[0])
            for size in (unit - 1, unit):
                weights[row] = size
                found = Rows.of(weights, vectors._least)
                assert found.lengths[row, 0] == (size == unit)

    def test_an_unknown_word_is_told_by_the_groups_that_others_have(self) -> None:
        vocabulary = Vectors(extract(self.TEXTS)).vocabulary
        rows, values = vocabulary.vector(ngrams(fold("jailing")))
        named = set(vocabulary.names[rows].tolist())
        assert {letters(" jai"), letters("jail"), letters("ail")} <= named
        assert letters("ing ") not in named
        words_length = sum(
            value**2 for row, value in zip(rows.tolist(), values.tolist(), strict=True)
            if int(vocabulary.names[row]) in {letters(one) for one in (" ja", "jai", "ail", " jai", "jail", " jail")}
        )  # fmt: skip
        padded = " jailing "
        groups = [
            letters(padded[start : start + size]) for size in (3, 4, 5) for start in range(len(padded) - size + 1)
        ]
        places, known = vocabulary.find(np.array(groups, dtype=np.uint32))
        worth = np.where(known, vocabulary.worth(places), vocabulary.rarest) ** 2
        share = worth[known].sum() / worth.sum()
        assert words_length == pytest.approx(HALF**2 * WORDS.length**2 * share, rel=1e-5)

    def test_batches_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = Vectors(extract(self.TEXTS)).each
        monkeypatch.setattr("intents.training.vectors.BATCH", 2)
        for one, other in zip(whole, Vectors(extract(self.TEXTS)).each, strict=True):
            np.testing.assert_array_equal(one[0], other[0])
            np.testing.assert_allclose(one[1], other[1])


def unpack(path: Path) -> dict[str, list[Any]]:
    """Return the stored arrays of a model file: kind, shape and bytes by name."""
    parts: dict[str, list[Any]] = msgspec.msgpack.decode(path.read_bytes()[:-CHECK_BYTES])
    return parts


def pack(parts: object, path: Path) -> None:
    """Write a model file that is whole in itself, whatever its parts are."""
    path.write_bytes(sealed(msgspec.msgpack.encode(parts)))


class TestFile:
    """The model's file."""

    def test_what_is_read_says_the_same_as_what_was_written(self, model_file: Path) -> None:
        model = read_model(model_file, "abc")
        for text in (*TEXTS, "apples at sea", "", "zzz"):
            np.testing.assert_allclose(
                model.intents["en"].probabilities(ngrams(fold(text))),
                small_classifier().probabilities(ngrams(fold(text))),
                atol=2e-3,
            )
        assert model.intents["en"].labels.names == tuple(sorted(SMALL))
        assert model.words == {"en": KNOWN}
        assert model.samples == "abc"

    def test_the_same_model_is_the_same_file(self, model_file: Path, tmp_path: Path) -> None:
        write_model(read_model(model_file), tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == model_file.read_bytes()

    def test_groups_of_words_alike_are_kept(self, tmp_path: Path) -> None:
        classifier, groups = small_classifier(), (("bond", "bail"), ("cash", "money", "dollars"))
        write_model(Model({"en": classifier}, classifier, {"en": KNOWN}, "abc", alike=groups), tmp_path / "model")
        assert read_model(tmp_path / "model").alike == groups

    def test_a_language_without_words_is_kept(self, tmp_path: Path) -> None:
        classifier = small_classifier()
        write_model(Model({"en": classifier}, classifier, {"en": ()}, "abc"), tmp_path / "model")
        assert read_model(tmp_path / "model").words == {"en": ()}

    def test_everyday_words_are_kept_and_a_language_may_have_none(self, tmp_path: Path) -> None:
        classifier = small_classifier()
        both = {"en": classifier, "ht": classifier}
        words_of = {"en": KNOWN, "ht": KNOWN}
        write_model(Model(both, classifier, words_of, "abc", {"en": ("nail", "wood")}), tmp_path / "model")
        assert read_model(tmp_path / "model").everyday == {"en": ("nail", "wood"), "ht": ()}

    def test_a_missing_file_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=f"no trained model: {RETRAIN}"):
            read_model(tmp_path / "none")

    def test_a_stale_model_names_the_command(self, model_file: Path) -> None:
        with pytest.raises(ModelError, match=rf"samples have changed .* {RETRAIN}"):
            read_model(model_file, "other")

    def test_another_version_names_the_command(self, model_file: Path) -> None:
        number = StoredArray.of(np.array([FORMAT + 1]))
        pack(unpack(model_file) | {"format": number}, model_file)
        with pytest.raises(ModelError, match=f"another version: {RETRAIN}"):
            read_model(model_file)

    def test_a_folder_in_its_place_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=UNREADABLE):
            read_model(tmp_path)


class TestDamage:
    """A file that is not whole is refused: never misread, never another error."""

    @pytest.fixture
    def no_flood(self) -> Iterator[None]:
        """Fail where a file of some kilobytes makes the reader ask for memory by the megabyte."""
        tracemalloc.start()
        yield
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 10_000_000

    def refuses(self, path: Path) -> None:
        with pytest.raises(ModelError, match=UNREADABLE):
            read_model(path)

    def test_a_file_cut_anywhere(self, model_file: Path) -> None:
        data = model_file.read_bytes()
        for size in (*range(40), *range(40, len(data), 997), *range(len(data) - 20, len(data))):
            model_file.write_bytes(data[:size])
            self.refuses(model_file)

    def test_a_file_with_more_behind_it(self, model_file: Path) -> None:
        data = model_file.read_bytes()
        for more in (b"\0", b"\n", data):
            model_file.write_bytes(data + more)
            self.refuses(model_file)

    def test_one_byte_changed_anywhere(self, model_file: Path) -> None:
        data = model_file.read_bytes()
        for place in (*range(60), *range(60, len(data), 499), *range(len(data) - 8, len(data))):
            for flip in (0x01, 0x80, 0xFF):
                damaged = bytearray(data)
                damaged[place] ^= flip
                model_file.write_bytes(damaged)
                self.refuses(model_file)

    def test_two_bytes_swapped_anywhere(self, model_file: Path) -> None:
        data = model_file.read_bytes()
        for place in range(0, len(data) - 1, 499):
            other = next(n for n in range(place + 1, len(data)) if data[n] != data[place])
            damaged = bytearray(data)
            damaged[place], damaged[other] = data[other], data[place]
            model_file.write_bytes(damaged)
            self.refuses(model_file)

    @given(data=st.binary(max_size=300))
    def test_bytes_that_were_never_a_model(self, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = tmp_path_factory.getbasetemp() / "never-a-model"
        for content in (data, sealed(data)):
            path.write_bytes(content)
            self.refuses(path)

    @pytest.mark.parametrize("parts", [None, 5, "model", [], ["format"], {}, {"format": None}, {"format": {}}, {5: 5}])
    def test_other_things_in_the_same_wrapping(self, parts: object, tmp_path: Path) -> None:
        pack(parts, tmp_path / "model")
        self.refuses(tmp_path / "model")

    def test_each_part_is_needed(self, model_file: Path) -> None:
        parts = unpack(model_file)
        for missing in parts:
            if missing == "intents.en.labels":  # says which languages there are: without it the file has none
                continue
            pack({name: part for name, part in parts.items() if name != missing}, model_file)
            self.refuses(model_file)

    @pytest.mark.parametrize(
        "kind", ["object", "O", "V8", "U1", "str", "float128", "complex64", "datetime64[s]", "", 5, None]
    )
    def test_kinds_that_no_model_has(self, kind: object, model_file: Path) -> None:
        parts = unpack(model_file)
        for name, (_, shape, data) in parts.items():
            pack(parts | {name: [kind, shape, data]}, model_file)
            self.refuses(model_file)

    @pytest.mark.parametrize("kind", ["uint8", "int8", "uint32", "float16", "float32", "int64"])
    def test_a_part_of_another_parts_kind(self, kind: str, model_file: Path) -> None:
        parts = unpack(model_file)
        for name, (own, _, data) in parts.items():
            size = np.dtype(kind).itemsize
            if own != kind and len(data) % size == 0:
                pack(parts | {name: [kind, [len(data) // size], data]}, model_file)
                self.refuses(model_file)

    @pytest.mark.parametrize(
        "shape",
        [
            [], [0], [1], [-1], [-(2**63)], [2**31], [2**40], [2**63], [2**64 - 1], [2**32, 2**32], [2**40, 0],
            [0, 2**62], [1] * 33, [1] * 100, [1.0], ["1"], [None], None, 5, [[1]], [True],
        ],
    )  # fmt: skip
    @pytest.mark.usefixtures("no_flood")
    def test_shapes_that_do_not_fit(self, shape: object, model_file: Path) -> None:
        parts = unpack(model_file)
        for name, (kind, own, data) in parts.items():
            if repr(shape) == repr(own):
                continue
            pack(parts | {name: [kind, shape, data]}, model_file)
            self.refuses(model_file)

    def test_each_part_has_as_many_numbers_as_the_others_say(self, model_file: Path) -> None:
        parts = unpack(model_file)
        every = ("names", "worth", "rarity", "lengths", "columns", "units", "scale", "offset")
        for name in every:
            kind, shape, data = parts[f"intents.en.{name}"]
            row = len(data) // shape[0]
            for more, changed in ((-1, data[:-row]), (1, data + data[:row])):
                pack(parts | {f"intents.en.{name}": [kind, [shape[0] + more, *shape[1:]], changed]}, model_file)
                self.refuses(model_file)

    def test_weights_lying_on_their_side(self, model_file: Path) -> None:
        parts = unpack(model_file)
        kind, shape, data = parts["intents.en.units"]
        for turned in ([*shape, 1], [1, *shape]):
            pack(parts | {"intents.en.units": [kind, turned, data]}, model_file)
            self.refuses(model_file)

    def test_rows_longer_than_there_are_weights(self, model_file: Path) -> None:
        parts = unpack(model_file)
        kind, shape, data = parts["intents.en.lengths"]
        for first in (data[0] + 1, data[0] ^ 0x80):
            pack(parts | {"intents.en.lengths": [kind, shape, bytes([first]) + data[1:]]}, model_file)
            self.refuses(model_file)

    def test_a_column_that_no_label_has(self, model_file: Path) -> None:
        parts = unpack(model_file)
        kind, shape, data = parts["intents.en.columns"]
        pack(parts | {"intents.en.columns": [kind, shape, b"\xff" + data[1:]]}, model_file)
        self.refuses(model_file)

    def test_a_vocabulary_of_nothing(self, model_file: Path) -> None:
        parts = unpack(model_file)
        nothing = {"names": "uint32", "worth": "uint8", "lengths": "uint8", "columns": "uint8", "units": "int8"}
        empty: dict[str, list[Any]] = {f"intents.en.{name}": [kind, [0], b""] for name, kind in nothing.items()}
        pack(parts | empty, model_file)
        self.refuses(model_file)

    def test_names_out_of_order(self, model_file: Path) -> None:
        parts = unpack(model_file)
        kind, shape, data = parts["intents.en.names"]
        pack(parts | {"intents.en.names": [kind, shape, data[4:8] + data[:4] + data[8:]]}, model_file)
        self.refuses(model_file)

    @pytest.mark.parametrize("labels", [b"\xff\xfe", b"", b"entry/b\nentry/a", b"a\na\nb", b"entry/a"])
    def test_labels_that_are_no_labels(self, labels: bytes, model_file: Path) -> None:
        parts = unpack(model_file)
        pack(parts | {"intents.en.labels": ["uint8", [len(labels)], labels]}, model_file)
        self.refuses(model_file)

    @pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
    def test_numbers_that_are_none(self, number: float, model_file: Path) -> None:
        parts = unpack(model_file)
        for name in ("scale", "offset", "rarity"):
            kind, shape, data = parts[f"intents.en.{name}"]
            changed = np.frombuffer(data, dtype=kind).copy()
            changed[0] = number
            pack(parts | {f"intents.en.{name}": [kind, shape, changed.tobytes()]}, model_file)
            self.refuses(model_file)


class TestRecipe:
    """What names the model that belongs to samples and code."""

    def test_it_names_all_code_that_training_runs(self) -> None:
        program = (
            "import sys, intents.training.learning\n"
            "print(*(name for name in sys.modules if name.startswith('intents.')))"
        )
        run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        used = {name.removeprefix("intents.").replace(".", "/") + ".py" for name in run.stdout.split()}
        packages = {"classifier.py", "decision.py", "training.py"}
        assert used - packages - {"classifier/modelfile.py"} == set(CODE)

    def test_it_changes_with_a_sample_and_not_with_a_text(self, tmp_path: Path) -> None:
        shutil.copytree(ROOT / "content" / "en", tmp_path / "en")
        before = recipe(tmp_path)
        with (tmp_path / "en" / "phrases.yaml").open("a", encoding="utf-8") as file:
            file.write("# more\n")
        assert recipe(tmp_path) == before
        with next((tmp_path / "en" / "samples").glob("05-*")).open("a", encoding="utf-8") as file:
            file.write("# more\n")
        assert recipe(tmp_path) != before

    def test_without_samples_there_is_none(self, tmp_path: Path) -> None:
        assert recipe(tmp_path) is None


class TestLearning:
    """What training keeps besides the classifiers."""

    def test_common_words_come_first_and_each_once(self) -> None:
        texts = ("the law, the LAW!", "the jail", "a jail", "¿la ley?")
        assert common_words(texts) == ("the", "jail", "law", "a", "la", "ley")

    def test_no_text_has_no_words(self) -> None:
        assert common_words([]) == ()
        assert common_words(["", "🙂"]) == ()

    @given(st.lists(st.text(max_size=20), max_size=6))
    def test_every_word_of_the_texts_is_there_commonest_first(self, texts: list[str]) -> None:
        every = [found for text in texts for found in words(fold(text))]
        found = common_words(texts)
        assert sorted(found) == sorted(set(every))
        assert [every.count(one) for one in found] == sorted((every.count(one) for one in found), reverse=True)

    def test_each_language_keeps_the_words_of_its_own_samples(self) -> None:
        model = learn(
            [
                Sample(f"{text} {number}", lang, intent, "v", "f", 1)
                for lang, rows in {"en": ("red apples", "big ships"), "es": ("manzanas rojas", "barcos")}.items()
                for intent, text in zip(("entry/fruit", "entry/ships"), rows, strict=True)
                for number in range(8)
            ],
            "abc",
        )
        assert set(model.words) == set(model.intents) == {"en", "es"}
        assert model.words["en"][:4] == ("apples", "big", "red", "ships")
        assert model.words["es"][:3] == ("barcos", "manzanas", "rojas")
        assert model.languages.labels.names == ("en", "es")

    def test_words_alike_stand_for_each_other_in_pairs(self) -> None:
        samples = [
            Sample(f"{text} {number}", lang, intent, "v", "f", 1)
            for lang, texts in {"en": ("my owner", "owner my"), "es": ("mi dueño", "dueño mi")}.items()
            for intent, text in zip(("entry/fruit", "entry/ships"), texts, strict=True)
            for number in range(8)
        ]
        model = learn(samples, "abc", alike=(("landlord", "owner"),))
        assert model.alike == (("landlord", "owner"),)
        taught = model.intents["en"]
        for text, label in (("my landlord", "entry/fruit"), ("landlord my", "entry/ships")):
            chances = taught.probabilities(ngrams(fold(text), stems_of(model.alike)))
            assert taught.labels.names[int(chances.argmax())] == label

    def test_each_language_keeps_its_everyday_words_that_are_near_the_samples_and_another_has_none(self) -> None:
        rows = {"en": ("red apples", "big ships"), "ht": ("pom wouj", "gwo bato")}
        model = learn(
            [
                Sample(f"{text} {number}", lang, intent, "v", "f", 1)
                for lang, texts in rows.items()
                for intent, text in zip(("entry/fruit", "entry/ships"), texts, strict=True)
                for number in range(8)
            ],
            "abc",
        )
        assert {"apple", "read", "ship"} <= set(model.everyday["en"])
        assert not set(model.everyday["en"]) & set(model.words["en"])
        assert model.everyday["ht"] == ()


class TestFit:
    """A model that does not fit the content is refused."""

    def made(self, catalogue: Catalogue, *, without: str = "", extra: str = "", langs: str = "en es") -> Model:
        samples = [
            Sample(f"{intent} sample {n} in {lang}", lang, intent, "v", "f", 1)
            for lang in langs.split()
            for intent in [*(f"entry/{slug}" for slug in catalogue.edition("en").entries), "none/far", extra]
            if intent and intent != without
            for n in range(5)
        ]
        return learn(samples, "abc")

    def test_a_language_without_samples(self, catalogue: Catalogue) -> None:
        model = self.made(catalogue)
        del model.intents["es"]
        with pytest.raises(ModelError, match=r"does not know the language `es`: add samples and run `faqbot train`"):
            Matcher(catalogue, model)

    def test_an_entry_without_samples(self, catalogue: Catalogue) -> None:
        with pytest.raises(ModelError, match="has not learnt oversight: add samples and run `faqbot train`"):
            Matcher(catalogue, self.made(catalogue, without="entry/oversight"))

    def test_an_entry_that_was_removed(self, catalogue: Catalogue) -> None:
        with pytest.raises(ModelError, match="knows `entry/old`, the content does not: run `faqbot train`"):
            Matcher(catalogue, self.made(catalogue, extra="entry/old"))
