"""The matcher with the shipped model: its order, its language, its candidates, and what no text may do to it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.model import Told
from intents.classifier.modelfile import MODEL_FILE, read_model
from intents.match import Before, Decision, Intent, Kind, Match
from intents.matcher import Matcher
from intents.reading import READ_CHARACTERS, fold
from tests.tools.places import DATA

CLEAR = (
    ("can local police help ICE?", "en", "local-police"),
    ("who checks that ICE task forces follow the rules?", "en", "oversight"),
    ("¿quién vigila a los grupos de trabajo de ICE?", "es", "oversight"),
)
SAID_OTHERWISE = (
    str.upper,
    str.lower,
    "{}!!!".format,
    "  {}  ".format,
    "{} 🙏🙂".format,
    "“{}”".format,
    "\n{}\n".format,
)


@pytest.mark.parametrize(("text", "lang", "slug"), CLEAR)
@pytest.mark.parametrize("said", SAID_OTHERWISE)
def test_punctuation_case_and_emoji_do_not_change_a_clear_match(
    said: object, text: str, lang: str, slug: str, matcher: Matcher
) -> None:
    assert callable(said)
    match = matcher.match(said(text), lang)
    assert (match.decision, match.target, match.lang) == (Decision.ANSWER, slug, lang)
    assert match.confidence == pytest.approx(matcher.match(text, lang).confidence, abs=1e-6)


def in_order(matcher: Matcher, chances: dict[Intent, float]) -> Told:
    """``chances`` as the English classifier would give them."""
    known = next(matcher.chances([""], "en"))
    assert known.keys() >= chances.keys()
    kinds = {kind: sum(chance for intent, chance in chances.items() if intent.kind is kind) for kind in Kind}
    return Told(np.array([chances.get(intent, 0.0) for intent in known]), kinds, np.zeros(0))


@pytest.mark.parametrize(("chance", "named"), [(0.6, False), (0.4, True)])
def test_a_topics_name_does_not_win_over_distress_that_is_likelier_than_not(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch, chance: float, named: bool
) -> None:
    chances = {Intent(Kind.URGENT, "door"): chance, Intent(Kind.ENTRY, "oversight"): 1.0 - chance}
    ordered = in_order(matcher, chances)
    monkeypatch.setattr(matcher._hearer, "told", lambda *_: ordered)
    assert (matcher.match("oversight", "en").decision is Decision.ANSWER) is named


OVERSIGHT, TRAINING, HELP = (
    Intent(Kind.ENTRY, "oversight"),
    Intent(Kind.ENTRY, "training"),
    Intent(Kind.SIGNPOST, "legal-help"),
)


@pytest.mark.parametrize(
    ("whole", "first", "second", "answered", "also"),
    [
        (OVERSIGHT, HELP, OVERSIGHT, OVERSIGHT, HELP),
        (OVERSIGHT, TRAINING, HELP, TRAINING, HELP),
        (OVERSIGHT, OVERSIGHT, OVERSIGHT, OVERSIGHT, None),
        (Intent(Kind.NONE, "far"), TRAINING, HELP, TRAINING, HELP),
    ],
)
def test_of_two_clear_questions_the_wholes_is_answered_else_the_first_and_the_other_offered(
    matcher: Matcher,
    monkeypatch: pytest.MonkeyPatch,
    whole: Intent,
    first: Intent,
    second: Intent,
    answered: Intent,
    also: Intent | None,
) -> None:
    said = {"trees grow. leaves fall": whole, "trees grow.": first, "leaves fall": second}
    near = Intent(Kind.NONE, "near")
    ordered = {text: in_order(matcher, {intent: 0.9, near: 0.1}) for text, intent in said.items()}
    monkeypatch.setattr(matcher._hearer, "told", lambda text, *_: ordered[str(text)])
    match = matcher.match("trees grow. leaves fall", "en")
    assert match.target == answered.id
    assert match.also == ((also,) if also else ())


def test_every_title_and_alias_answers_with_its_entry(matcher: Matcher, catalogue: Catalogue) -> None:
    wrong = []
    for lang, edition in catalogue.editions.items():
        for entry in edition.entries.values():
            for name in (entry.title, entry.short_title, entry.slug, str(entry.number), *entry.aliases):
                match = matcher.match(name, lang)
                if (match.decision, match.target) != (Decision.ANSWER, entry.slug):
                    wrong.append(f"{lang} {name!r}: {match.decision} {match.target}")
    assert wrong == []


def afraid_of_everything(catalogue: Catalogue) -> Matcher:
    """Return a matcher whose model takes every English message for distress at the door."""
    model = read_model(CONTENT_FOLDER / BUILT_FOLDER / MODEL_FILE)
    english = model.intents["en"]
    columns = (*english.labels.names, *english.labels.kinds)
    offset = english.offset.copy()
    offset[[columns.index("urgent/door"), columns.index("urgent")]] += 100
    model.intents["en"] = replace(english, offset=offset)
    return Matcher(catalogue, model)


class TestOrder:
    """Distress, a name, a term, the cheapest decision."""

    @pytest.mark.parametrize(
        "text",
        [
            "ICE is at my door right now what do I do",
            "la migra está en mi puerta ayuda",
            "they just took my dad",
            "quiero morirme",
        ],
    )
    def test_distress_comes_first(self, text: str, matcher: Matcher) -> None:
        assert matcher.match(text, "en").decision is Decision.URGENT

    def test_a_name_is_certain(self, matcher: Matcher) -> None:
        match = matcher.match("oversight", "en")
        assert (match.decision, match.target, match.confidence) == (Decision.ANSWER, "oversight", 1.0)
        assert match.candidates[0].slug == "oversight"

    def test_a_term_is_explained(self, matcher: Matcher) -> None:
        match = matcher.match("what is a detainer?", "en")
        assert (match.decision, match.target) == (Decision.GLOSSARY, "detainer")

    def test_distress_beats_a_name(self, catalogue: Catalogue, matcher: Matcher) -> None:
        assert matcher.match("local police", "en").decision is Decision.ANSWER
        assert afraid_of_everything(catalogue).match("local police", "en").decision is Decision.URGENT

    def test_without_a_word_that_speaks_for_it_the_bot_asks_first(self, catalogue: Catalogue) -> None:
        match = afraid_of_everything(catalogue).match("oversight", "en")
        assert (match.decision, str(match.choices[0])) == (Decision.CLARIFY, "urgent/door")

    @pytest.mark.parametrize(
        "told",
        [
            "my ex missed a hearing in 2015 and lives in peru now. does that court phone line still show the decision",
            "a una mamá del salón la detuvieron hace dos años y ya está de vuelta, queremos un plan por si acaso",
        ],
    )
    def test_what_is_told_of_the_past_alarms_nobody(self, told: str, matcher: Matcher) -> None:
        assert matcher.match(told, "en").decision is not Decision.URGENT

    def test_what_one_clause_names_is_explained_where_another_asks(self, matcher: Matcher) -> None:
        match = matcher.match("item 14 says accept Stonegarden funds. what are those", "en")
        assert (match.decision, match.target) == (Decision.GLOSSARY, "stonegarden")

    @pytest.mark.parametrize(
        ("text", "law"),
        [
            ("that laken riley thing, does it mean theft is detention", "laken-riley"),
            ("la 540 me toca a mí o no", "ab-540"),
        ],
    )
    def test_a_law_that_is_named_is_shown_where_nothing_else_is_clear(
        self, text: str, law: str, matcher: Matcher
    ) -> None:
        match = matcher.match(text, "en")
        assert (match.decision, match.target) == (Decision.LAW, law)
        assert match.lang == ("es" if text.startswith("la ") else "en")

    def test_distress_and_a_clear_topic_come_before_a_law_that_is_named(self, matcher: Matcher) -> None:
        assert matcher.match("agents are at my door right now, does sb 54 stop them", "en").decision is Decision.URGENT
        match = matcher.match("does SB 54 let the jail tell ICE when someone gets out", "en")
        assert (match.decision is Decision.LAW) is False

    @pytest.mark.parametrize(
        ("text", "talk", "lang"),
        [
            ("gracias mi reina", "thanks", "es"),
            ("buenas tardes joven", "greeting", "es"),
        ],
    )
    def test_courtesies_with_nothing_else_that_means_anything_are_small_talk(
        self, text: str, talk: str, lang: str, matcher: Matcher
    ) -> None:
        match = matcher.match(text, "en")
        assert (match.decision, match.target, match.lang) == (Decision.SMALLTALK, talk, lang)

    def test_courtesies_around_what_is_not_ours_do_not_hide_that(self, matcher: Matcher) -> None:
        assert matcher.match("thanks but what's the weather in LA", "en").decision is Decision.FALLBACK

    def test_a_number_is_never_distress(self, catalogue: Catalogue) -> None:
        match = afraid_of_everything(catalogue).match("5", "en")
        assert (match.decision, match.target) == (Decision.ANSWER, "oversight")

    def test_no_words_fall_back_without_a_guess(self, matcher: Matcher) -> None:
        for text in ("", "   ", "🙂🙂🙂", "؟؟؟", "…"):
            match = matcher.match(text, "es")
            assert (match.decision, match.lang, match.sure_of_lang) == (Decision.FALLBACK, "es", False)
            assert len(match.candidates) >= 3


class TestLanguage:
    """The message's own language, else the preferred one."""

    @pytest.mark.parametrize("preferred", ["en", "es"])
    @pytest.mark.parametrize(
        ("text", "lang"),
        [("who watches the task forces in this state?", "en"), ("¿quién vigila a los agentes en este estado?", "es")],
    )
    def test_words_that_tell_win(self, text: str, lang: str, preferred: str, matcher: Matcher) -> None:
        match = matcher.match(text, preferred)
        assert (match.lang, match.sure_of_lang) == (lang, True)

    @pytest.mark.parametrize("text", ["54", "2", " #16 ", "¿?", "🙂", ""])
    @pytest.mark.parametrize("preferred", ["en", "es"])
    def test_what_has_no_letters_leaves_the_preferred(self, text: str, preferred: str, matcher: Matcher) -> None:
        match = matcher.match(text, preferred)
        assert (match.lang, match.sure_of_lang) == (preferred, False)

    @pytest.mark.parametrize("text", ["16", "sb 54", "287(g)", "CLETS", "que es CLETS", "truth act"])
    def test_a_name_that_both_languages_know_is_answered_in_the_preferred(self, text: str, matcher: Matcher) -> None:
        assert matcher.match(text, "es").lang == "es"

    def test_a_name_that_only_the_other_language_knows_is_answered_in_that(
        self, matcher: Matcher, catalogue: Catalogue
    ) -> None:
        title = catalogue.edition("en").entries["oversight"].title
        match = matcher.match(title, "es")
        assert (match.lang, match.target) == ("en", "oversight")

    @pytest.mark.parametrize(("name", "lang", "least"), [("dev-en", "en", 0.98), ("dev-es", "es", 0.95)])
    def test_the_labelled_questions_are_read_in_their_language(
        self, name: str, lang: str, least: float, matcher: Matcher
    ) -> None:
        other = {"en": "es", "es": "en"}[lang]
        texts = [json.loads(line)["text"] for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]
        texts = [text for text in texts if len(text.split()) >= 4]
        right = sum(matcher.match(text, other).lang == lang for text in texts)
        assert right / len(texts) >= least


class TestExpected:
    """What came before tips only what is short and weak."""

    HERE = Intent(Kind.ENTRY, "training")

    def test_it_tips_a_weak_message(self, matcher: Matcher) -> None:
        alone = matcher.match("and what about them", "en")
        helped = matcher.match("and what about them", "en", Before({self.HERE: 1000.0}))
        assert alone.candidates[0].slug != "training"
        assert helped.candidates[0].slug == "training"
        assert helped.target == "training" or helped.choices[0] == self.HERE

    def test_it_does_not_move_a_clear_one(self, matcher: Matcher) -> None:
        text, lang, slug = CLEAR[0]
        assert matcher.match(text, lang, Before({self.HERE: 1000.0})).target == slug

    def test_it_does_not_move_a_long_one(self, matcher: Matcher) -> None:
        text = "and what about them " * 4
        assert matcher.match(text, "en", Before({self.HERE: 1000.0})) == matcher.match(text, "en")

    @pytest.mark.parametrize(
        ("text", "is_fragment"),
        [("nothing at all", True), ("and what about all of them now", True), ("what about all of them now", False)],
    )
    def test_a_fragment_leans_on_it_more(self, text: str, is_fragment: bool, matcher: Matcher) -> None:
        decider = matcher._deciders["en"]  # how much it leans shows in no decision alone
        alone = matcher._hearer.read(fold(text), "en")
        weighed = decider.weigh(alone, {self.HERE: 12.0}, fragment=is_fragment).chances
        found = next(
            one for one in matcher.match(text, "en", Before({self.HERE: 12.0})).candidates if one.slug == "training"
        )
        assert found.confidence == pytest.approx(weighed[decider.intents.index(self.HERE)])

    @pytest.mark.parametrize(
        ("text", "counts"),
        [("who pays it", True), ("where do we pay that", True), ("who won the super bowl last year then", False)],
    )
    def test_what_is_about_a_topic_is_read_behind_the_title_of_what_was_shown(
        self, text: str, counts: bool, matcher: Matcher, catalogue: Catalogue
    ) -> None:
        bond = Intent(Kind.SIGNPOST, "bond")
        title = catalogue.edition("en").signposts["bond"].title
        alone = matcher.match(text, "en", Before({bond: 1.0}))
        after = matcher.match(text, "en", Before({bond: 1.0}, {"en": title, "es": "no"}))
        assert (alone.target, after.target) == (alone.target, "bond") if counts else after == alone

    def test_it_makes_no_distress_likelier_but_what_is_expected(self, matcher: Matcher) -> None:
        decider, help_ = matcher._deciders["en"], Intent(Kind.URGENT, "taken")
        alone = matcher._hearer.read(fold("its his second"), "en")
        urgent = alone.sum(Kind.URGENT)
        weighed = decider.weigh(alone, {self.HERE: 12.0}, fragment=True)
        assert weighed.sum(Kind.URGENT) == pytest.approx(urgent)
        assert weighed.chances.sum() == pytest.approx(1)
        assert decider.weigh(alone, {help_: 12.0}, fragment=True).sum(Kind.URGENT) > urgent

    def test_a_fragment_that_is_not_ours_stays_so(self, matcher: Matcher) -> None:
        for text in ("pizza near me", "who won the game", "weather tomorrow"):
            assert matcher.match(text, "en", Before({self.HERE: 12.0})).target != "training"

    def test_it_does_not_invent_words(self, matcher: Matcher) -> None:
        assert matcher.match("🙂", "en", Before({self.HERE: 1000.0})).decision is Decision.FALLBACK


class TestLookUp:
    """Topic lookup by command."""

    def test_exact_near_and_nothing(self, matcher: Matcher) -> None:
        assert matcher.look_up("oversight", "en").slug == "oversight"
        near = matcher.look_up("oversigt", "en")
        assert (near.slug, near.near[0]) == (None, "oversight")
        nothing = matcher.look_up("pizza with extra cheese", "es")
        assert (nothing.slug, nothing.near) == (None, ())

    @pytest.mark.parametrize("preferred", ["en", "es"])
    @pytest.mark.parametrize(
        ("text", "lang"),
        [("quien supervisa los grupos operativo", "es"), ("polisia local", "es"), ("call the pollice", "en")],
    )
    def test_words_near_a_name_are_answered_in_its_language(
        self, text: str, lang: str, preferred: str, matcher: Matcher
    ) -> None:
        assert matcher.look_up(text, preferred).lang == lang

    @pytest.mark.parametrize("preferred", ["en", "es"])
    def test_words_near_a_name_of_both_languages_leave_the_preferred(self, preferred: str, matcher: Matcher) -> None:
        assert matcher.look_up("sb 55", preferred).lang == preferred

    @pytest.mark.parametrize(
        ("text", "is_name"),
        [
            ("oversigt", True),
            ("local pollice", True),
            ("polisia local", True),
            ("sanctury law california", True),
            ("who checks the task forces", False),
            ("quién supervisa los grupos operativos", False),
            ("oversight?", False),
            ("¿supervisión?", False),
        ],
    )
    def test_a_few_words_look_like_a_name_a_question_does_not(self, text: str, is_name: bool, matcher: Matcher) -> None:
        assert matcher.look_up(text, "en").is_name is is_name or matcher.look_up(text, "en").slug


def known(match: Match, catalogue: Catalogue) -> bool:
    """Whether the target of a decision is something the catalogue has."""
    edition = catalogue.edition(match.lang)
    parts = {
        Decision.ANSWER: edition.entries,
        Decision.SIGNPOST: edition.signposts,
        Decision.URGENT: edition.urgent,
        Decision.SMALLTALK: edition.smalltalk,
        Decision.GLOSSARY: edition.glossary,
    }
    return match.decision not in parts or match.target in parts[match.decision]


MARKUP = st.text(st.sampled_from("<>&*_~`|[]()@#!\\/\"'{}:;=+-.,?\x00\x1b\u202e\u200b aeiou15"), max_size=60)


class TestAnyText:
    """Nothing that people type may break it."""

    @given(text=st.text(max_size=200) | MARKUP, preferred=st.sampled_from(["en", "es"]))
    @example(text="\ud800", preferred="en")
    @example(text="ﷺ" * 2000, preferred="en")
    @example(text="\x00\x1b[31m<@U123> &lt;script&gt;", preferred="es")
    @settings(max_examples=150)
    def test_every_text_gets_a_sound_decision(
        self, text: str, preferred: str, matcher: Matcher, catalogue: Catalogue
    ) -> None:
        match = matcher.match(text, preferred)
        assert known(match, catalogue)
        assert len(match.candidates) == len(catalogue.edition(preferred).entries)
        assert all(a.confidence >= b.confidence for a, b in zip(match.candidates, match.candidates[1:], strict=False))
        assert 0 <= match.confidence <= 1.000001
        matcher.look_up(text, preferred)

    @given(marks=MARKUP.map(lambda text: "".join(c for c in text if not c.isalnum())))
    @settings(max_examples=60)
    def test_markup_around_a_question_changes_nothing(self, marks: str, matcher: Matcher) -> None:
        text, lang, slug = CLEAR[1]
        match = matcher.match(f"{marks} {text} {marks}", lang)
        assert (match.decision, match.target) == (Decision.ANSWER, slug)

    def test_probabilities_sum_to_one(self, matcher: Matcher) -> None:
        texts = ("", "oversight", "can local police help ICE?", "🙂")
        found = list(matcher.chances(texts, "en"))
        assert len(found) == len(texts)
        for chances in found:
            assert sum(chances.values()) == pytest.approx(1, abs=1e-4)

    def test_nothing_after_the_first_thousand_characters_counts(self, matcher: Matcher) -> None:
        start = ("who checks the task forces? " * 50)[:READ_CHARACTERS]
        assert matcher.match(start + " my dad was taken by ICE help" * 1000, "en") == matcher.match(start, "en")
