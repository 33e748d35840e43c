"""A person's name in an English or Spanish message makes no other language of it, wherever the name is from."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.language.names import NameReader
from intents.match import Decision, Intent, Kind
from intents.matcher import Matcher
from intents.reading import fold, words

NAMES = (
    ("Nguyen Van Hai", "Tran Ngoc Bich", "Phạm Thị Hồng", "Le Quoc Bao", "Pham Dung", "Truong Van Cong"),
    ("Liu Yang", "Huang Meiling", "Zhao Xin", "Wang Xiaoming"),
    ("Choi Eun Kyung", "Lee Seung Ho", "Park Ji Hoon"),
    ("Vang Pao Yer", "Chue Her", "Kao Yang"),
    ("Reynaldo dela Peña", "Marisol Bituin", "Rodrigo Bautista"),
    ("Guerda Etienne", "Wilner Saint Louis", "Marie Pierre", "Aurélie Dubois"),
    ("Thiago Nascimento", "Beatriz de Souza", "Joao da Silva"),
    ("Sukhwinder Gill", "Manpreet Sandhu", "Rahul Sharma"),
    ("Omid Karimi", "Shirin Ebrahimi", "Mustafa Abdulrahman", "Fatima Al Rashid"),
    ("Hovhannes Grigoryan", "Anahit Sargsyan", "Oleksandr Kovalenko", "Olena Shevchenko"),
    ("Chea Sopheap", "Prasert Wongsakul", "Kenji Watanabe", "Yuki Tanaka"),
)
FRAMES = (
    *("where is {}?", "ICE took {}", "{} was taken by ICE", "my husband {} didnt come home", "{} deported"),
    *("They picked up {} outside the store", "agents came for {} at work", "my coworker {} disappeared"),
    *("has anyone seen {}?", "how do I find {} in detention", "can you help {}, he is in jail", "my name is {}"),
    *("{} is my husband and he was arrested", "we can't reach {} since this morning", "I am {} and ICE is outside"),
    *("a lawyer for {} please", "they deported {} yesterday", "{} got taken this morning and nobody knows where"),
    *("se llevaron a {}", "¿Dónde tienen a {}?", "la migra agarró a {}", "mi esposo {} no contesta", "busco a {}"),
    *(
        "mi vecina {} está detenida",
        "ayuda, detuvieron a {} en la corte",
        "soy {} y están en mi puerta",
        "donde esta {}",
    ),
    *("¿cómo puedo encontrar a {}?", "a {} lo van a deportar", "{} necesita un abogado", "se llevaron a mi primo {}"),
)


@pytest.mark.parametrize("small", [False, True])
def test_a_name_in_a_message_makes_no_other_language_of_it(small: bool, matcher: Matcher) -> None:
    names = [name.lower() if small else name for names in NAMES for name in names]
    said = [frame.format(name) for frame in FRAMES for name in names]
    foreign = [text for text in said if matcher.match(text, "en").foreign]
    assert len(foreign) <= 0.01 * len(said), foreign


@pytest.mark.parametrize("text", ["ICE took Pham Dung", "Park Ji Hoon was taken by ICE", "se llevaron a Le Van Minh"])
def test_who_tells_that_somebody_was_taken_by_name_gets_help(text: str, matcher: Matcher) -> None:
    match = matcher.match(text, "en")
    assert (match.decision, match.target) == (Decision.URGENT, "taken")


HELP = {Intent(Kind.URGENT, "taken"), Intent(Kind.SIGNPOST, "find-someone")}
MISSED = (
    "where is {}?",
    "they took {} an hour ago",
    "{} got picked up by ICE",
    "se llevaron a {}",
    "¿dónde tienen a {}?",
)


def test_who_was_taken_or_is_looked_for_gets_help_or_is_offered_it_whatever_the_name(matcher: Matcher) -> None:
    wrong = []
    for said in (frame.format(name) for frame in MISSED for names in NAMES for name in names):
        match = matcher.match(said, "en")
        shown = {(Decision.URGENT, "taken"), (Decision.SIGNPOST, "find-someone")}
        if (match.decision, match.target) not in shown and HELP.isdisjoint(match.choices):
            wrong.append(said)
    assert len(wrong) <= 0.03 * len(MISSED) * sum(map(len, NAMES)), wrong


@pytest.mark.parametrize(
    "text",
    [
        "how do i find a laywer",
        "Where Do I Find My A-Number?",
        "your sister-in-law was arrested",
        "where is the courhouse",
        "they took my fone",
        "Can Someone Be Deported While Waiting for I-130 Approval",
    ],
)
def test_a_slip_and_a_title_are_no_names(text: str, matcher: Matcher) -> None:
    assert matcher._hearer.languages.without_names(text, words(fold(text)), "en") == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Chồng tôi Nguyen Van Hai bị bắt", "vi"),
        ("ICE Đang Ở Trước Cửa", "vi"),
        ("Xin Chào", "vi"),
        ("où est Marie Pierre?", "fr"),
        ("levaram o Thiago Nascimento", "pt"),
        ("Bonjour la police", "fr"),
        ("kinuha nila si Maria Santos", "tl"),
    ],
)
def test_a_message_around_a_name_tells_its_own_language(text: str, code: str, matcher: Matcher) -> None:
    assert matcher.match(text, "en").foreign == code


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("ICE took Pham Dung", "ICE took"),
        ("ICE Pham Dung", ""),
        ("Pham Dung", ""),
        ("Pham Dung deported", "deported"),
        ("Dung deported", "deported"),
        ("Bonjour police", ""),
        ("where is pham dung. they took him", "where is they took him"),
        ("where is pham dung they took him", "where is they took him"),
        ("where is my husband", ""),
        ("police, they Rodrigo dela Peña", "police, they"),
        ("qwer zxcv where is pham", ""),
    ],
)
def test_names_are_set_aside_where_the_rest_is_known(text: str, beside: str, catalogue: Catalogue) -> None:
    known = frozenset({"where", "is", "took", "they", "him", "deported", "my", "husband", "police", "ice"})
    reader = NameReader.of_names([edition.language for edition in catalogue.editions.values()], known)
    assert reader.beside(text) == beside
