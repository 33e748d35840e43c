"""Misspelt words are read as the samples' words; what is known, short or a number stays as it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intents.match import Decision
from intents.matcher import Matcher
from intents.reading import READ_CHARACTERS, fold, words
from intents.spelling import MOST_MENDED, SHORTEST_TARGET, Speller
from intents.training.everyday import everyday_words
from intents.training.learning import mistaken_words
from tests.tools.hangguard import costs_little

KNOWN = (
    "police",
    "oversight",
    "training",
    "jail",
    "jails",
    "law",
    "collaborate",
    "ice",
    "policia",
    "the",
    "abc",
    "doesn't",
    "does",
)


@pytest.fixture(scope="module")
def speller() -> Speller:
    """One that knows a few words."""
    return Speller(KNOWN)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("polce", "police"),  # a letter left out
        ("poliice", "police"),  # one too many
        ("polixe", "police"),  # another one
        ("poilce", "police"),  # two swapped
        ("jial", "jail"),
        ("plice", "police"),
        ("policee", "police"),
        ("lawx", "law"),  # four letters, and the target has three
        ("colaborate", "collaborate"),
        ("colaborrate", "collaborate"),  # two slips in eleven letters
        ("oversihgt", "oversight"),
        ("ovrsigt", "ovrsigt"),  # seven letters: two slips are too many
        ("ovrsighht", "oversight"),  # nine: they are not
        ("trainng", "training"),
        ("trannig", "trannig"),  # seven letters, two slips
        ("trianign", "training"),  # eight letters, two swaps
        ("POLCE!", "police!"),
        ("pólce", "police"),
        ("the polce, and teh jial?", "the police, and teh jail?"),
    ],
)
def test_slips_are_mended_one_from_four_letters_two_from_eight(text: str, mended: str, speller: Speller) -> None:
    assert speller.mend(fold(text)) == mended


@pytest.mark.parametrize("word", ["teh", "lwa", "ic", "a", "jai", "xyz"])
def test_short_words_stay(word: str, speller: Speller) -> None:
    assert speller.mend(fold(word)) == word


@pytest.mark.parametrize("text", ["287", "54", "2026", "1798", "#16", "🙂", "", "   ", "¿?", "---"])
def test_numbers_and_what_has_no_letters_stay(text: str, speller: Speller) -> None:
    assert speller.mend(fold(text)) == fold(text)


@pytest.mark.parametrize("word", KNOWN)
def test_known_words_stay_though_another_is_near(word: str, speller: Speller) -> None:
    assert speller.mend(fold(word)) == word


def test_what_is_near_nothing_stays(speller: Speller) -> None:
    assert speller.mend(fold("zzyzx helicopter qwertyuiop")) == "zzyzx helicopter qwertyuiop"


def test_the_nearest_wins_and_the_commonest_where_two_are_as_near() -> None:
    assert Speller(("cards", "bards")).mend(fold("wards")) == "cards"
    assert Speller(("bards", "cards")).mend(fold("wards")) == "bards"
    assert Speller(("collaborators", "collaborate")).mend(fold("collaboratex")) == "collaborate"


def test_words_too_short_to_be_meant_are_no_targets() -> None:
    assert Speller(("of", "off")).mend(fold("offt")) == "off"
    assert Speller(("a", "of")).mend(fold("offf")) == fold("offf")


def test_without_words_nothing_is_mended() -> None:
    assert Speller(()).mend(fold("anything at all")) == "anything at all"


@pytest.mark.parametrize("text", ["nail", "my nail and the law", "nail's", "nails", "trailing"])
def test_everyday_words_stay_though_a_known_one_is_near(text: str, speller: Speller) -> None:
    assert speller.mend(fold(text)) != text
    assert Speller(KNOWN, ("nail", "nails", "trailing")).mend(fold(text)) == text


def test_nothing_is_mended_towards_everyday_words() -> None:
    speller = Speller(KNOWN, ("nail", "hammer"))
    assert speller.mend(fold("hamer")) == "hamer"
    assert speller.mend(fold("jial polce")) == "jail police"


def test_everyday_words_are_not_among_the_known(speller: Speller) -> None:
    """What is foreign is told by the words of the samples alone."""
    assert Speller(KNOWN, ("nail",)).known == speller.known


def test_there_are_everyday_words_of_both_languages_as_messages_are_read() -> None:
    assert {"hammer", "banana", "rice"} <= everyday_words("en")
    assert {"platano", "montana", "jardin"} <= everyday_words("es") - everyday_words("en")


def test_english_words_are_everyday_ones_in_spanish_too() -> None:
    assert everyday_words("en") < everyday_words("es")


def test_a_language_without_a_list_has_no_everyday_words() -> None:
    assert everyday_words("ht") == frozenset()


def test_only_the_everyday_words_that_would_be_mended_are_to_be_kept() -> None:
    assert mistaken_words(frozenset({"rails", "police", "hammer", "nail"}), KNOWN) == ("nail", "rails")


def test_words_are_mended_between_any_marks(speller: Speller) -> None:
    assert speller.mend(fold("polce-jial/polce")) == "police-jail/police"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("doesn't", "doesn't"),
        ("doesn’t", "doesn't"),
        ("deosn't", "doesn't"),
        ("polcie's", "police's"),
        ("police's", "police's"),
        ("'polce'", "'police'"),
    ],
)
def test_an_apostrophe_belongs_to_the_word(text: str, mended: str, speller: Speller) -> None:
    assert speller.mend(fold(text)) == mended


@given(text=st.text())
def test_no_text_raises_and_only_words_change(text: str, speller: Speller) -> None:
    mended = speller.mend(fold(text))
    assert re.split("[a-z]+", mended) == re.split("[a-z]+", fold(text))


@given(text=st.lists(st.sampled_from(KNOWN), max_size=8).map(" ".join))
def test_what_is_known_is_left_alone(text: str, speller: Speller) -> None:
    assert speller.mend(fold(text)) == text


@given(text=st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), max_size=5).map(" ".join))
def test_what_was_mended_is_not_mended_again(text: str, speller: Speller) -> None:
    mended = speller.mend(fold(text))
    assert speller.mend(mended) == mended


@given(word=st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14))
def test_a_mended_word_is_a_known_one_as_near_as_any(word: str, speller: Speller) -> None:
    folded = fold(word)
    mended = speller.mend(fold(word))
    if mended == folded:
        return
    assert mended in KNOWN
    assert len(folded) >= 4
    distance = OSA.distance(folded, mended)
    assert distance <= (2 if len(folded) >= 8 else 1)
    assert distance == min(OSA.distance(folded, known) for known in KNOWN if len(known) >= SHORTEST_TARGET)


def test_nothing_after_what_is_read_is_mended(speller: Speller) -> None:
    start = ("polce " * READ_CHARACTERS)[:READ_CHARACTERS]
    assert speller.mend(fold(start + " jial" * 10_000)) == speller.mend(fold(start))


@pytest.mark.parametrize(
    "text", ["polcex " * 20_000, "abcdefgh" * 20_000, " ".join(f"zq{n:c}zzyx" for n in range(97, 123)) * 50]
)
def test_the_longest_message_of_unknown_words_costs_little(text: str, matcher: Matcher) -> None:
    """With all words of the shipped model, the first use included."""
    speller = Speller(matcher._model.words["en"], matcher._model.everyday["en"])
    with costs_little():
        speller.mend(fold(text))


class TestMatching:
    """In the matcher, with the shipped words."""

    @pytest.mark.parametrize(
        ("text", "slipped", "lang"),
        [
            (
                "who checks that ICE task forces follow the rules?",
                "who cheks that ICE tsak focres follow teh rulles?",
                "en",
            ),
            ("can local police help ICE?", "can locall polcie help ICE?", "en"),
            ("¿quién vigila a los grupos de trabajo de ICE?", "¿quién vijila a los grpos de trabjao de ICE?", "es"),
        ],
    )
    def test_a_misspelt_question_gets_the_same_answer(
        self, text: str, slipped: str, lang: str, matcher: Matcher
    ) -> None:
        right, found = matcher.match(text, lang), matcher.match(slipped, lang)
        assert (found.decision, found.target) == (right.decision, right.target)

    @pytest.mark.parametrize(
        ("word", "lang"),
        [("mice", "en"), ("worm", "en"), ("tender", "en"), ("ciervo", "es"), ("lomo", "es"), ("banana", "es")],
    )
    def test_everyday_words_are_read_as_they_stand(self, word: str, lang: str, matcher: Matcher) -> None:
        model = matcher._model
        assert word not in model.words[lang]
        assert Speller(model.words[lang], model.everyday[lang]).mend(fold(word)) == word

    @pytest.mark.parametrize(
        ("slipped", "meant", "lang"),
        [
            ("offcier", "officer", "en"),
            ("immigratoin", "immigration", "en"),
            ("deteined", "detained", "en"),
            ("sherifff", "sheriff", "en"),
            ("collaborat", "collaborate", "en"),
            ("polciia", "policia", "es"),
            ("inmigraccion", "inmigracion", "es"),
            ("detenidoo", "detenido", "es"),
            ("abogdao", "abogado", "es"),
        ],
    )
    def test_slips_in_the_bots_own_words_are_still_mended(
        self, slipped: str, meant: str, lang: str, matcher: Matcher
    ) -> None:
        model = matcher._model
        assert Speller(model.words[lang], model.everyday[lang]).mend(fold(slipped)) == meant

    def test_no_everyday_word_is_kept_that_mending_leaves_anyway(self, matcher: Matcher) -> None:
        model = matcher._model
        for code, everyday in model.everyday.items():
            assert everyday
            assert mistaken_words(everyday, model.words[code]) == everyday

    @pytest.mark.parametrize("text", ["banana"])
    def test_an_everyday_word_alone_is_no_distress(self, text: str, matcher: Matcher) -> None:
        assert matcher.match(text, "es").decision is not Decision.URGENT

    def test_the_samples_own_words_are_read_as_they_stand(self, matcher: Matcher) -> None:
        model = matcher._model
        for code, known in model.words.items():
            speller = Speller(known, model.everyday[code])
            assert [word for word in known if words(speller.mend(fold(word))) != [word]] == []


def test_of_many_strange_words_only_the_first_are_mended(speller: Speller) -> None:
    """A page of noise costs no more than a hundred words; a word that comes again is none more."""
    noise = [f"zz{first}{second}qx" for first in "abcdefghij" for second in "abcdefghij"][: MOST_MENDED - 1]
    said = fold(" ".join(["polce", *noise, "polce", "trainng"]))
    assert speller.mend(said).split() == ["police", *noise, "police", "trainng"]
    assert speller.mend(fold(" ".join(["polce", *noise[1:], "polce", "trainng"]))).split()[-1] == "training"
