"""Topics by name, and glossary terms in questions about their meaning."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.lookup import LONGEST_NAME, NEAR_NAMES, Lookup
from intents.text import fold


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
                    if lookup.exact(fold(name), lang) != (entry.slug, lang):
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
        assert lookup.exact(fold(title), "en") == ("local-police", "es")

    def test_the_preferred_language_goes_first(self, lookup: Lookup) -> None:
        assert lookup.exact(fold("sb 54"), "en") == ("immigration-enforcement", "en")
        assert lookup.exact(fold("sb 54"), "es") == ("immigration-enforcement", "es")

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


class TestTerms:
    """What does that word mean?"""

    @pytest.mark.parametrize(
        "text",
        ["detainer", "What is a detainer?", "whats a detainer", "define DETAINER", "what does detainer mean?"],
    )
    def test_a_question_about_a_term_finds_it(self, text: str, lookup: Lookup) -> None:
        assert lookup.term(fold(text), "en") == ("detainer", "en")

    def test_every_term_is_found_by_its_names_unless_an_entry_has_them(
        self, lookup: Lookup, catalogue: Catalogue
    ) -> None:
        wrong = []
        for lang, edition in catalogue.editions.items():
            for term in edition.glossary.values():
                for name in (term.term, *term.names):
                    if lookup.exact(fold(name), lang) is None and lookup.term(fold(name), lang) != (term.id, lang):
                        wrong.append(f"{lang} {name!r}: {lookup.term(fold(name), lang)}")
        assert wrong == []

    def test_spanish_questions_find_it(self, lookup: Lookup) -> None:
        assert lookup.term(fold("¿Qué es CLETS?"), "es") == ("clets", "es")

    def test_a_term_that_is_also_an_alias_goes_to_the_entry(self, lookup: Lookup, catalogue: Catalogue) -> None:
        aliases = {alias for entry in catalogue.edition("en").entries.values() for alias in entry.aliases}
        assert "sb 54" in aliases
        assert lookup.term(fold("sb 54"), "en") is None

    @pytest.mark.parametrize("text", ["", "what is", "what is a", "can a jail honor a detainer request?", "a" * 5000])
    def test_more_than_the_question_is_no_glossary_question(self, text: str, lookup: Lookup) -> None:
        assert lookup.term(fold(text), "en") is None
