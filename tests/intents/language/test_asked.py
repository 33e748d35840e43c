"""Languages that people ask for by name get their card; languages that they only mention do not."""

from __future__ import annotations

import json

import pytest

from content.schema.catalogue import Catalogue
from intents.language.asked import AskedLanguage
from intents.match import Decision
from intents.matcher import Matcher
from tests.tools.places import DATA


@pytest.fixture(scope="module")
def asked(catalogue: Catalogue) -> AskedLanguage:
    return AskedLanguage(catalogue.language_cards, catalogue.editions)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("do you have this in Vietnamese?", "vi"),
        ("¿lo tiene en coreano?", "ko"),
        ("Do you speak Tagalog", "tl"),
        ("¿habla usted árabe?", "ar"),
        ("hello, do you have this in farsi", "fa"),
        ("traditional chinese please", "zh-hant"),
        ("in Chinese", "zh-hans"),
        ("Hmong", "hmn"),
        ("my mom only speaks Punjabi", "pa"),
        ("hablo mixteco", "indigenous"),
        ("¿alguien habla zapoteco?", "indigenous"),
        ("mi mamá solo habla mam", "indigenous"),
        ("I speak K'iche'", "indigenous"),
        ("hablo mixteco bajo", "indigenous"),
        ("parlez-vous français ?", "fr"),
        ("IS THERE A RUSSIAN VERSION???", "ru"),
        ("can you please speak to me in Khmer", "km"),
        ("please can you help me in Punjabi", "pa"),
        ("¿me lo puede decir en ruso?", "ru"),
        ("¿lo tienen en chino?", "zh-hans"),
        ("mi dialecto es mixteco", "indigenous"),
        ("hablo dialecto mixteco bajo", "indigenous"),
        ("do you have someone who speaks Quechua", "indigenous"),
        ("hablo un poco de español pero más tojolabal", "indigenous"),
        ("any flyers in Cantonese?", "zh-hant"),
        ("mi abuela solo entiende coreano", "ko"),
        ("is there an arabic translation", "ar"),
        ("french version", "fr"),
        ("persian version?", "fa"),
        ("thai language", "th"),
        ("hmong flyer", "hmn"),
        ("materials in khmer", "km"),
        ("I need this for my vietnamese neighbor", "vi"),
        ("materiales en mixteco", "indigenous"),
        ("mis papás leen solo chino", "zh-hans"),
        ("traducido al coreano?", "ko"),
        ("¿tienen en mam?", "indigenous"),
        ("interprete de q'anjob'al", "indigenous"),
        ("soy mixteco", "indigenous"),
        # Slips.
        ("do you speak vietnamse", "vi"),
        ("koreen please", "ko"),
        ("tagolog", "tl"),
        ("mandrin", "zh-hans"),
        ("portugese pls", "pt"),
        ("any info in ukranian", "uk"),
        ("u have it in cantonise", "zh-hant"),
        ("¿lo tendrán en vietanmita?", "vi"),
        # As people type on a phone, and names before what is asked.
        ("do u have farsi", "fa"),
        ("got this in khmer?", "km"),
        ("arabic available?", "ar"),
        ("pls send it in tagalog", "tl"),
        ("my cousin reads punjabi", "pa"),
        ("my neighbor is ukrainian, is there something in ukrainian?", "uk"),
        ("she doesnt speak english, she speaks hmong", "hmn"),
        ("mi amiga habla arabe, lo tienen?", "ar"),
        ("no entiende español, solo mixteco", "indigenous"),
        # Without a card.
        ("do you have somali", "so"),
        ("in urdu", "ur"),
        ("in bengali?", "bn"),
        ("en alemán", "de"),
        ("¿hablan italiano?", "it"),
    ],
)
def test_a_language_asked_for_is_told(text: str, code: str, asked: AskedLanguage) -> None:
    assert asked.read(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "yes mam",
        "mam",
        "do they have a hotline in tagalog",
        "are there flyers in Chinese and in Korean",
        "please tell the Russian to wait",
        "yes mam i do",
        "do you speak English",
        "soy chino",
        "mi esposo es chino",
        "soy filipino",
        "my husband is chinese",
        "help my vietnamese neighbor",
        "my german shepherd bit an agent",
        "¿habla español?",
        "can ICE ask a Russian citizen for papers",
        "my neighbor from Haiti was taken, do you speak Creole or know a lawyer who does",
        "is ICE in Armenia",
        "we are from Georgia, we moved in January",
        "vive en Ucrania",
        "nació en Tailandia",
        "do you have filipina lawyers",
        "korean bbq",
        "¿lo tienen en custodia?",
        "🙂",
        "",
    ],
)
def test_a_language_only_mentioned_is_not(text: str, asked: AskedLanguage) -> None:
    assert asked.read(text) is None


def test_without_cards_nothing_is_asked_for(catalogue: Catalogue) -> None:
    assert AskedLanguage({}, catalogue.editions).read("in Korean please") is None


def test_who_asks_for_a_language_is_referred_to_its_card(matcher: Matcher) -> None:
    match = matcher.match("do you have this in Vietnamese?", "es")
    assert (match.decision, match.foreign) == (Decision.FALLBACK, "vi")


@pytest.mark.parametrize(
    "text", ["do you have this in {}?", "in {} please", "I only speak {}", "is this available in {}"]
)
def test_every_language_can_be_asked_for_by_name_in_english(text: str, matcher: Matcher, catalogue: Catalogue) -> None:
    for code, card in catalogue.language_cards.items():
        assert matcher.match(text.format(card.names["en"][0]), "en").foreign == code


@pytest.mark.parametrize("text", ["¿lo tienen en {}?", "¿hablan {}?", "solo hablo {}", "necesito ayuda en {}", "en {}"])
def test_every_language_can_be_asked_for_by_name_in_spanish(text: str, matcher: Matcher, catalogue: Catalogue) -> None:
    for code, card in catalogue.language_cards.items():
        assert matcher.match(text.format(card.names["es"][0]), "es").foreign == code


def test_requests_by_someone_who_had_not_seen_the_patterns_are_told(matcher: Matcher) -> None:
    rows = [json.loads(line) for line in (DATA / "languages" / "later" / "named.jsonl").read_text("utf-8").splitlines()]
    found = [(row, matcher.match(row["text"], "en").foreign) for row in rows]
    assert [row["text"] for row, code in found if code not in (None, row["language"])] == []
    assert sum(code is None and row["language"] is not None for row, code in found) <= 6


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the cashier at our market reads Khmer", "km"),
        ("mi jefa entiende coreano", "ko"),
        ("a hotline in Korean", None),
        ("my cat likes Korean food", None),
        ("agents took my uncle, he speaks Mixtec", None),
    ],
)
def test_a_language_is_told_where_nothing_else_is_said(text: str, code: str | None, matcher: Matcher) -> None:
    assert matcher.match(text, "en").foreign == code


def test_distress_beside_a_language_comes_first(matcher: Matcher) -> None:
    assert matcher.match("lo tienen en la cárcel, ¿hablan coreano?", "es").foreign is None
