"""Topics by name, and glossary terms in questions about their meaning."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.naming.lookup import LONGEST_NAME, NEAR_NAMES, Lookup, Thing
from intents.naming.names import Named
from intents.reading import fold, plain_words

APART = (
    ("item 14 on our agenda says accept Stonegarden funds.", "what are those", "en", (Named.TERM, "stonegarden")),
    ("everybody forwards me the Laken Riley Act.", "so what is it in two lines?", "en", (Named.LAW, "laken-riley")),
    ("el sheriff habla de la 287(g).", "¿qué es eso?", "es", (Named.TERM, "287g")),
)


def entry_of(found: Thing | None) -> tuple[str | None, str] | None:
    """Return the slug and the language of what was found by an entry's name."""
    return (found.id, found.lang) if found and found.kind is Named.ENTRY else None


@pytest.fixture(scope="module")
def lookup(catalogue: Catalogue) -> Lookup:
    """All names of the real content."""
    return Lookup(catalogue)


class TestExact:
    """Names that lead straight to an entry."""

    def test_every_number_slug_title_and_alias_leads_to_its_entry(self, lookup: Lookup, catalogue: Catalogue) -> None:
        wrong = []
        for lang, edition in catalogue.editions.items():
            for entry in edition.entries.values():
                names = (str(entry.number), f"#{entry.number}", entry.slug, entry.title, entry.short_title)
                for name in (*names, *entry.aliases, entry.slug.replace("-", " "), f" {entry.title.upper()}! "):
                    if entry_of(lookup.exact(fold(name), lang)) != (entry.slug, lang):
                        wrong.append(f"{lang} {name!r}: {lookup.exact(fold(name), lang)}")
        assert wrong == []

    @pytest.mark.parametrize("text", ["0", "999", "99", "#400", "54", "-5", "5.5", "5 6", "", "   ", "🙂", "<b>"])
    def test_what_names_no_entry_leads_nowhere(self, text: str, lookup: Lookup) -> None:
        assert lookup.exact(fold(text), "en") is None

    def test_accents_case_and_punctuation_do_not_matter(self, lookup: Lookup) -> None:
        assert lookup.exact(fold("¿QUIÉN VIGILA?"), "es") == lookup.exact(fold("quien vigila"), "es")
        assert lookup.exact(fold("S.B. 54"), "en") == lookup.exact(fold("s b 54"), "en")

    def test_a_name_of_the_other_language_is_found_and_says_so(self, lookup: Lookup, catalogue: Catalogue) -> None:
        title = catalogue.edition("es").entries["local-police"].title
        assert entry_of(lookup.exact(fold(title), "en")) == ("local-police", "es")

    def test_the_preferred_language_goes_first(self, lookup: Lookup) -> None:
        assert entry_of(lookup.exact(fold("sb 54"), "en")) == ("immigration-enforcement", "en")
        assert entry_of(lookup.exact(fold("sb 54"), "es")) == ("immigration-enforcement", "es")

    def test_only_an_alias_may_name_a_point(self, lookup: Lookup, catalogue: Catalogue) -> None:
        entry = catalogue.edition("en").entries["immigration-enforcement"]
        for name in (str(entry.number), entry.slug, entry.title, entry.short_title):
            assert lookup.exact(fold(name), "en") == Thing(Named.ENTRY, entry.slug, "en")
        assert lookup.exact(fold("sb 54"), "en") == Thing(Named.ENTRY, entry.slug, "en", alias=True)

    def test_a_long_text_is_no_name(self, lookup: Lookup) -> None:
        assert lookup.exact(fold("oversight " * 1000), "en") is None


class TestNear:
    """Slips are suggested, not followed."""

    @pytest.mark.parametrize(
        ("text", "slug"),
        [("oversigt", "oversight"), ("trainning", "training"), ("local pollice", "local-police")],
    )
    def test_a_slip_is_near_its_name(self, text: str, slug: str, lookup: Lookup) -> None:
        assert lookup.near(fold(text), "en")[0][0] == slug
        assert lookup.exact(fold(text), "en") is None

    def test_a_slip_in_the_other_language_is_near_too(self, lookup: Lookup) -> None:
        assert lookup.near(fold("polisia local"), "en") == (("local-police",), "es")

    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_a_slip_in_a_name_of_both_languages_is_in_the_preferred(self, lang: str, lookup: Lookup) -> None:
        assert lookup.near(fold("sb 55"), lang)[1] == lang

    def test_at_most_three_and_each_once(self, lookup: Lookup, catalogue: Catalogue) -> None:
        for entry in catalogue.edition("en").entries.values():
            found, _ = lookup.near(fold(f"{entry.slug}s"), "en")
            assert len(found) <= NEAR_NAMES
            assert len(set(found)) == len(found)

    @pytest.mark.parametrize("text", ["", "🙂", "pizza with extra cheese", "x" * (LONGEST_NAME + 1)])
    def test_what_is_near_nothing_finds_nothing(self, text: str, lookup: Lookup) -> None:
        assert lookup.near(fold(text), "en") == ((), "en")


def frames(lang: str, name: str) -> list[str]:
    """Return ``name`` as people ask about it."""
    asked = {
        "en": (
            "{}",
            "What is {}?",
            "what does {} do",
            "tell me about {} please",
            "can you explain what {} is",
            "{} meaning?",
        ),
        "es": (
            "{}",
            "¿Qué es {}?",
            "qué hace {}",
            "hábleme de {} por favor",
            "me puede explicar qué es {}",
            "{} qué es",
        ),
    }
    return [frame.format(name) for frame in asked[lang]]


class TestNamed:
    """A name with nothing around it but words that ask."""

    def test_every_term_is_found_in_any_frame_unless_an_entry_has_its_name(
        self, lookup: Lookup, catalogue: Catalogue
    ) -> None:
        wrong = []
        for lang, edition in catalogue.editions.items():
            for term in edition.glossary.values():
                for name in (term.term, *term.names):
                    kinds = {thing.kind for text in frames(lang, name) if (thing := lookup.named(fold(text), lang))}
                    if kinds - {Named.ENTRY} not in ({Named.TERM}, set()) or not kinds:
                        wrong.append(f"{lang} {name!r}: {kinds}")
        assert wrong == []

    def test_every_law_is_found_by_its_number_in_any_frame_or_has_an_entry_about_it(
        self, lookup: Lookup, catalogue: Catalogue
    ) -> None:
        wrong = []
        for law in catalogue.laws.values():
            for lang in catalogue:
                if law.number is None:
                    continue
                spellings = {law.number, law.number.replace(" ", ""), law.number.replace(" ", "-"), law.number.lower()}
                for text in [frame for spelling in spellings for frame in frames(lang, spelling)]:
                    thing = lookup.named(fold(text), lang)
                    own = thing is not None and thing.kind is Named.LAW and thing.id == law.id
                    if not own and not (thing is not None and thing.kind is Named.ENTRY):
                        wrong.append(f"{lang} {text!r}: {thing}")
        assert wrong == []

    @pytest.mark.parametrize("text", ["what is SB 9999", "ab 31337", "explain senate bill 4242 please"])
    def test_the_number_of_an_unknown_law_is_no_other_law(self, text: str, lookup: Lookup) -> None:
        assert lookup.named(fold(text), "en") == Thing(Named.LAW, None, "en")

    @pytest.mark.parametrize(
        "text", ["topic 16", "question 16", "no. 16", "show me topic number 16 please", "Topic #016"]
    )
    def test_a_topic_is_found_by_its_number(self, text: str, lookup: Lookup) -> None:
        assert lookup.named(fold(text), "en") == Thing(Named.ENTRY, "local-police", "en")

    @pytest.mark.parametrize("text", ["tema 16", "pregunta 16", "el tema número 16, por favor"])
    def test_in_spanish_too(self, text: str, lookup: Lookup) -> None:
        assert lookup.named(fold(text), "es") == Thing(Named.ENTRY, "local-police", "es")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "what is",
            "what is a",
            "can a jail honor a detainer request?",
            "a" * 5000,
            "topic 99",
            "i am 16",
            "is ice at my door",
        ],
    )
    def test_more_than_a_name_is_none(self, text: str, lookup: Lookup) -> None:
        assert lookup.named(fold(text), "en") is None

    def test_an_entry_goes_before_a_law_and_a_law_before_a_term(self, lookup: Lookup, catalogue: Catalogue) -> None:
        assert "sb 54" in {alias for entry in catalogue.edition("en").entries.values() for alias in entry.aliases}
        assert lookup.named(fold("what does sb 54 do"), "en") == Thing(
            Named.ENTRY, "immigration-enforcement", "en", alias=True
        )


LAW_QUESTIONS = [
    ("what is SB 580", "sb-580"),
    ("is SB 580 in effect", "sb-580"),
    ("when does SB 580 take effect?", "sb-580"),
    ("what is the SB 580 deadline", "sb-580"),
    ("¿cuándo entra en vigor la SB 580?", "sb-580"),
    ("la SB 580 sigue vigente", "sb-580"),
    ("VISION Act", "ab-937"),
    ("HOME Act", "ab-1306"),
    ("TRUTH Act", "ab-2792"),
    ("qué es la ley truth", "ab-2792"),
    ("8 USC 1373", "usc-1373"),
    ("tenth amendment", "amendment-10"),
]


@pytest.mark.parametrize(("text", "law"), LAW_QUESTIONS)
def test_a_law_that_is_named_is_answered_by_its_card(text: str, law: str, lookup: Lookup) -> None:
    thing = lookup.named(fold(text), "en")
    assert thing is not None
    assert (thing.kind, thing.id) == (Named.LAW, law)


@pytest.mark.parametrize("text", ["TRUTH Act", "qué es la VISION Act", "home act", "10th amendment"])
def test_a_laws_english_name_is_answered_in_spanish_to_who_speaks_it(text: str, lookup: Lookup) -> None:
    thing = lookup.named(fold(text), "es")
    assert thing is not None
    assert (thing.kind, thing.lang) == (Named.LAW, "es")


@pytest.mark.parametrize("text", ["when does ICE start", "is the red card still valid", "when does it take effect"])
def test_words_about_a_laws_force_ask_of_laws_only(text: str, lookup: Lookup) -> None:
    assert lookup.named(fold(text), "en") is None


def test_no_entry_takes_the_name_of_a_law_from_its_card(catalogue: Catalogue) -> None:
    about_sb_54 = "immigration-enforcement"
    for lang, edition in catalogue.editions.items():
        names = {plain_words(name) for law in catalogue.laws.values() for name in law.names_in(lang)}
        taken = {
            entry.slug: names & {plain_words(alias) for alias in entry.aliases} for entry in edition.entries.values()
        }
        assert {slug for slug, found in taken.items() if found} <= {about_sb_54}


@pytest.mark.parametrize(("told", "asked", "lang", "thing"), APART)
def test_what_one_clause_names_another_may_ask_about(
    told: str, asked: str, lang: str, thing: tuple[Named, str], lookup: Lookup
) -> None:
    assert lookup.asked_apart((fold(told), fold(asked)), lang) == Thing(*thing, lang)
    assert lookup.asked_apart((fold(asked), fold(told)), lang) == Thing(*thing, lang)


@pytest.mark.parametrize(
    "clauses",
    [
        ("the county got a detainer", "the judge said no"),
        ("the county got a detainer", "what can the sheriff do with it in court"),
        ("is it a detainer or a judicial warrant", "what is it"),
        ("we talked about oversight", "what is it"),
        ("ICE is in my town", "what do I do"),
        ("ICE came to my work", "What can I do?"),
        ("a detainer came", "please"),
        (),
    ],
)
def test_nothing_is_asked_about_where_no_clause_asks_or_several_things_are_named(
    clauses: tuple[str, ...], lookup: Lookup
) -> None:
    assert lookup.asked_apart([fold(clause) for clause in clauses], "en") is None


@pytest.mark.parametrize(
    ("text", "lang", "thing"),
    [
        ("does the Laken Riley business mean that theft is enough to be held", "en", (Named.LAW, "laken-riley")),
        ("my dean cites AB 21 in every meeting, who made that", "en", (Named.LAW, "ab-21")),
        ("does the 540 still help with tuition", "en", (Named.LAW, "ab-540")),
        ("1440 says they are no cops here?", "en", (Named.LAW, "ab-1440")),
        ("¿sigue viva la 187 que votaron de niño mis padres?", "es", (Named.LAW, "prop-187")),
        ("RIPA de qué se ocupa en los retenes", "es", (Named.LAW, "ab-953")),
        ("what is a detainer, they say he has one and cannot leave", "en", (Named.TERM, "detainer")),
        ("a wobbler, what is that, the lawyer keeps saying it", "en", (Named.TERM, "felony-misdemeanor")),
        ("diferencia entre felony y misdemeanor para mi mamá", "es", (Named.TERM, "felony-misdemeanor")),
    ],
)
def test_a_law_among_other_words_is_seen_and_a_term_whose_meaning_is_asked(
    text: str, lang: str, thing: tuple[Named, str], lookup: Lookup
) -> None:
    found = lookup.mentioned(fold(text), lang, numbers_only=False)
    assert found is not None
    assert (found.kind, found.id) == thing


@pytest.mark.parametrize(
    "text",
    [
        "450 people were arrested there",
        "the 450 arrests of that week",
        "we saw 540 of them",
        "back in 2027 nobody knew",
        "the jail got a detainer for him",
        "what is the detainer rate in Kern",
        "what will a detainer cost",
    ],
)
def test_a_number_that_counts_something_is_no_law_and_a_term_that_is_only_used_is_not_asked_about(
    text: str, lookup: Lookup
) -> None:
    assert lookup.mentioned(fold(text), "en", numbers_only=False) is None


def test_a_laws_other_names_may_be_those_of_other_states_laws(lookup: Lookup) -> None:
    text = fold("does oregon have a mask ban in a sanctuary state, or ab 60")
    for numbers_only, law in ((False, "sb-627"), (True, "ab-60")):
        found = lookup.mentioned(text, "en", numbers_only=numbers_only)
        assert found is not None
        assert found.id == law


@pytest.mark.parametrize("text", ["task force", "Task forces", "TASK FORCES", "what is a task force?"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_name_that_both_languages_use_is_answered_in_the_persons(text: str, lang: str, lookup: Lookup) -> None:
    found = lookup.named(fold(text), lang)
    assert found is not None
    assert (found.kind, found.id) == (Named.TERM, "joint-task-force")
    assert found.lang == ("en" if "what" in text else lang)
