"""The classifier, its 8-bit weights, its training and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from content.catalogue import Catalogue
from content.samples import Sample
from intents.learning import learn
from intents.matcher import Matcher
from intents.model import Classifier, chances, kinds_of, quantise, softmax, vectorise
from intents.modelfile import Model, ModelError, read_model, write_model
from intents.training import calibrate, fold_numbers, train
from tests.intents.small import LABELS, SMALL, TEXTS, small_classifier


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A small model's file."""
    classifier = small_classifier()
    path = tmp_path / "built" / "model.npz"
    write_model(Model({"en": classifier}, classifier, "abc"), path)
    return path


def guess(classifier: Classifier, text: str) -> str:
    return classifier.labels[int(classifier.probabilities(text).argmax())]


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
        chances = small_classifier().probabilities(text)
        assert chances.sum() == pytest.approx(1, abs=1e-5)
        assert (chances >= 0).all()

    def test_unknown_words_leave_only_the_offsets(self) -> None:
        classifier = small_classifier()
        np.testing.assert_array_equal(classifier.scores("zzzz qqqq"), classifier.offset)

    def test_a_message_is_as_long_as_its_words_and_letters_and_no_longer(self) -> None:
        classifier = small_classifier()
        _, values = vectorise("red apples", classifier.names, classifier.idf)
        assert float(values @ values) == pytest.approx(2, abs=1e-4)
        _, repeated = vectorise("red apples " * 30, classifier.names, classifier.idf)
        assert float(repeated @ repeated) == pytest.approx(2, abs=1e-4)

    def test_training_twice_gives_the_same(self) -> None:
        first, again = small_classifier().to_arrays("m"), train(TEXTS, LABELS).to_arrays("m")
        assert first.keys() == again.keys()
        for name, values in first.items():
            np.testing.assert_array_equal(again[name], values)

    def test_two_labels_are_enough(self) -> None:
        rows = [(text, label) for text, label in zip(TEXTS, LABELS, strict=True) if label != "none/weather"]
        classifier = train([text for text, _ in rows], [label for _, label in rows])
        assert guess(classifier, "apples") == "entry/fruit"
        assert guess(classifier, "ships") == "entry/ships"


class TestNumbers:
    """The arithmetic below."""

    @given(arrays(np.float32, (7, 3), elements=st.floats(-50, 50, width=32)))
    def test_eight_bits_lose_at_most_half_a_unit(self, weights: np.ndarray) -> None:
        small, scale = quantise(weights)
        assert small.dtype == np.int8
        assert (np.abs(small * scale - weights) <= scale * 0.5001 + 1e-6).all()

    @given(arrays(np.float32, (5,), elements=st.floats(-1e4, 1e4, width=32)))
    def test_softmax_is_a_distribution_in_the_order_of_the_scores(self, scores: np.ndarray) -> None:
        chances = softmax(scores)
        assert chances.sum() == pytest.approx(1, abs=1e-5)
        assert chances[int(scores.argmax())] == chances.max()

    def test_folds_keep_each_writer_whole_and_share_the_load(self) -> None:
        writers = ["a"] * 50 + ["b"] * 40 + ["c"] * 30 + ["d"] * 20 + ["e"] * 10
        folds = fold_numbers(writers, len(writers))
        by_writer = {writer: {int(f) for f, w in zip(folds, writers, strict=True) if w == writer} for writer in "abcde"}
        assert all(len(found) == 1 for found in by_writer.values())
        assert sorted(np.bincount(folds).tolist()) == [30, 30, 40, 50]

    def test_few_writers_are_mixed(self) -> None:
        assert sorted(np.bincount(fold_numbers(["a", "b"], 8)).tolist()) == [2, 2, 2, 2]

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
        found = chances(scores, labels, calibrate(scores, target, labels))
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
        assert found.max(axis=1).mean() == pytest.approx((found.argmax(axis=1) == target).mean(), abs=0.03)

    @pytest.mark.parametrize(
        ("labels", "kinds", "places"),
        [
            (("entry/a", "entry/b", "none/c"), ("entry", "none"), [0, 0, 1]),
            (("entry/a", "entry/b"), (), [0, 0]),
            (("en", "es"), (), [0, 0]),
        ],
    )
    def test_kinds_are_told_apart_where_there_are_several_with_several(
        self, labels: tuple[str, ...], kinds: tuple[str, ...], places: list[int]
    ) -> None:
        found = kinds_of(labels)
        assert (found[0], found[1].tolist()) == (kinds, places)


class TestFile:
    """The model's file."""

    def test_what_is_read_says_the_same_as_what_was_written(self, model_file: Path) -> None:
        model = read_model(model_file, "abc")
        for text in (*TEXTS, "apples at sea", "", "zzz"):
            np.testing.assert_allclose(
                model.intents["en"].probabilities(text), small_classifier().probabilities(text), atol=2e-3
            )
        assert model.intents["en"].labels == tuple(sorted(SMALL))

    def test_the_same_model_is_the_same_file(self, model_file: Path, tmp_path: Path) -> None:
        write_model(read_model(model_file), tmp_path / "again.npz")
        assert (tmp_path / "again.npz").read_bytes() == model_file.read_bytes()

    def test_a_missing_file_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="no trained model: run `faqbot train`"):
            read_model(tmp_path / "none.npz")

    def test_a_stale_model_names_the_command(self, model_file: Path) -> None:
        with pytest.raises(ModelError, match=r"samples have changed .* run `faqbot train`"):
            read_model(model_file, "other")

    def test_another_version_names_the_command(self, model_file: Path) -> None:
        with np.load(model_file) as file:
            parts = dict(file)
        np.savez(model_file, **parts | {"format": np.array([999])})
        with pytest.raises(ModelError, match="another version: run `faqbot train`"):
            read_model(model_file)

    @pytest.mark.parametrize("missing", ["format", "samples", "intents.en.weights", "languages.names"])
    def test_a_file_with_a_part_missing_names_the_command(self, missing: str, model_file: Path) -> None:
        with np.load(model_file) as file:
            parts = {name: file[name] for name in file.files if name != missing}
        np.savez(model_file, **parts)
        with pytest.raises(ModelError, match="cannot be read: run `faqbot train`"):
            read_model(model_file)

    @pytest.mark.parametrize("size", [0, 1, 10, 500, 5000, -1, -30])
    def test_a_file_cut_short_names_the_command(self, size: int, model_file: Path) -> None:
        model_file.write_bytes(model_file.read_bytes()[:size])
        with pytest.raises(ModelError, match="cannot be read: run `faqbot train`"):
            read_model(model_file)

    @pytest.mark.parametrize("step", range(20))
    def test_a_damaged_file_names_the_command_or_is_read(self, step: int, model_file: Path) -> None:
        data = bytearray(model_file.read_bytes())
        for place in range(step, len(data), 977):
            data[place] ^= 0xFF
        model_file.write_bytes(data)
        with pytest.raises(ModelError, match="cannot be read: run `faqbot train`"):
            read_model(model_file)

    def test_a_folder_in_its_place_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="cannot be read: run `faqbot train`"):
            read_model(tmp_path)


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
