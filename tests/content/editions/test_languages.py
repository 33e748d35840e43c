"""The cards and the marks of languages: what is read, what is a mistake, what is due."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from content.checks.languages import unchecked_cards
from content.reading.digest import content_digest
from content.reading.loader import read_catalogue, read_with_places
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError
from content.schema.languages import CARD_LENGTH
from tests.content.mistakes.mistakes import copy_content
from tests.fakes.lent import Lent

ASKED_FOR = {
    "zh-hans", "zh-hant", "vi", "tl", "ko", "hy", "fa", "ru", "ar", "pa", "hi", "ja", "km", "hmn", "th", "lo", "pt",
    "fr", "ht", "uk", "indigenous",
}  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """A copy of the content with the cards and the marks of languages."""
    return Lent(copy_content(tmp_path_factory.mktemp("content") / "content", languages=("en", "es"), cards=True))


def test_every_language_that_was_asked_for_has_a_card_of_one_phone_screen(catalogue: Catalogue) -> None:
    assert set(catalogue.language_cards) == ASKED_FOR
    for code, card in catalogue.language_cards.items():
        assert len(card.visible) <= CARD_LENGTH, code
        assert any("911" in sentence for sentence in card.sentences), code


def test_content_without_cards_is_read(tmp_path: Path) -> None:
    root = copy_content(tmp_path / "content", languages=("en", "es"))
    (root / "foreign.yaml").unlink()
    found = read_catalogue(root)
    assert (found.language_cards, found.foreign) == ({}, {})


def test_a_changed_card_changes_the_version(root: Path) -> None:
    before = content_digest(root)
    path = root / "languages/ko.yaml"
    path.write_text(path.read_text("utf-8").replace("911", "112"), "utf-8")
    assert content_digest(root) != before


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("languages/ko.yaml", r"^code: ko", "code: kr", "must be the file's name"),
        ("languages/ko.yaml", r"^direction: ltr", "direction: rtl", "is not how Hangul is written"),
        ("languages/ko.yaml", r'en: \["korean".*\]', 'en: ["spanish"]', "is also a name of `es`"),
        ("languages/ko.yaml", r'en: \["korean".*\]', 'en: ["vietnamese"]', "is also a name of"),
        ("languages/ko.yaml", r'^  es: "Español.*$', '  fr: "Français"', "one label for each language"),
        ("languages/ko.yaml", r"^  es: \[.*$", "  fr: [coréen]", "no names for it in the language `es`"),
        ("languages/ko.yaml", r"https://www.cdss.ca.gov", "http://www.cdss.ca.gov", "must start with https://"),
        ("languages/ko.yaml", r'^welcome: ".*$', 'welcome: ""', "welcome"),
        ("languages/ko.yaml", r"^checked_by:", "checked_of:", "checked_of"),
        ("languages/fr.yaml", r"aide aider", "aider aide", "must stand in order"),
        ("languages/fr.yaml", r"aide aider", "aide aïder", "is not as messages are read"),
        ("languages/ru.yaml", r'^letters: "', 'letters: "і', "stands for another language of this script too"),
        ("languages/fr.yaml", r'\["est-ce', '["Est-ce', "must be in small letters"),
        ("languages/fr.yaml", r'"jai peur"', '"à l’aide"', "is not as messages are read"),
        ("languages/ru.yaml", r"advokat advokata", "advokata advokat", "must stand in order"),
        ("languages/ru.yaml", r"advokat advokata", "Advokat advokata", "is not as messages are read"),
        ("languages/ru.yaml", r'"pomogite"', '"Pomogite"', "is not as messages are read"),
        ("languages/fr.yaml", r"^words: >-", "romanised: aide\nwords: >-", "is written in Latin letters"),
        ("languages/ru.yaml", r'"помогите"', '"Помогите"', "is not as messages are read"),
        ("foreign.yaml", r"code: de$", "code: fr", "has a card"),
        ("foreign.yaml", r"script: Latin", "script: Runic", "script"),
    ],
)
def test_a_mistake_is_told(file: str, old: str, new: str, says: str, root: Path) -> None:
    path = root / file
    text = path.read_text("utf-8")
    changed = re.sub(old, new, text, count=1, flags=re.MULTILINE)
    assert changed != text
    path.write_text(changed, "utf-8")
    with pytest.raises(ContentError) as refused:
        read_catalogue(root)
    assert any(says in str(problem) for problem in refused.value.problems), refused.value.problems


def test_a_card_that_does_not_fit_a_phone_is_told(root: Path) -> None:
    path = root / "languages/hmn.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r'^  - "Koj thov.*$', f'  - "{"Koj thov " * 20}"', text, flags=re.MULTILINE), "utf-8")
    with pytest.raises(ContentError, match="fit a phone"):
        read_catalogue(root)


def test_a_day_in_the_future_is_told(root: Path) -> None:
    with pytest.raises(ContentError, match="is in the future"):
        read_with_places(root, date(2026, 11, 27))


def test_cards_that_nobody_has_checked_are_due(root: Path) -> None:
    path = root / "languages/uk.yaml"
    path.write_text(path.read_text("utf-8").replace('checked_by: ""', "checked_by: A reader"), "utf-8")
    catalogue, at = read_with_places(root)
    due = {problem.file for _, problem in unchecked_cards(catalogue, at)}
    assert due == {f"languages/{code}.yaml" for code in ASKED_FOR - {"uk"}}


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        ("vi", "vi"), ("vi-VN", "vi"), ("zh", "zh-hans"), ("zh-CN", "zh-hans"), ("zh_TW", "zh-hant"),
        ("zh-Hant-HK", "zh-hant"), ("fil", "tl"), ("pt-br", "pt"), ("en", None), ("es-MX", None), ("", None),
        (None, None), ("kok", None),
    ],
)  # fmt: skip
def test_a_platforms_locale_finds_the_card(locale: str | None, code: str | None, catalogue: Catalogue) -> None:
    card = catalogue.card(locale)
    assert (card.code if card else None) == code
