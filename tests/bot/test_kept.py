"""The register of what is stored: keyed hashes, and the privacy text says exactly what the code keeps."""

from __future__ import annotations

import re

import pytest

from bot.state.retention import DAY, LIFETIMES, MINUTE, Kept, KeyMaker
from content.schema.catalogue import Catalogue

WORDS = {
    "en": {
        15 * MINUTE: "15 minutes",
        180 * DAY: "180 days",
        30 * DAY: "30 days",
        60 * MINUTE: "one hour",
        MINUTE: "last minute",
    },
    "es": {
        15 * MINUTE: "15 minutos",
        180 * DAY: "180 días",
        30 * DAY: "30 días",
        60 * MINUTE: "una hora",
        MINUTE: "último minuto",
    },
}


def test_a_key_shows_its_kind_and_nothing_else() -> None:
    key = KeyMaker(b"secret").key(Kept.SEEN, "slack", "T123", "Ev456")
    assert re.fullmatch(r"seen:[0-9a-f]{40}", key)


def test_the_same_parts_give_the_same_key_and_others_another() -> None:
    keys = KeyMaker(b"secret")
    assert keys.key(Kept.SEEN, "a", "b") == KeyMaker(b"secret").key(Kept.SEEN, "a", "b")
    found = {keys.key(Kept.SEEN, *parts) for parts in (("a", "b"), ("ab",), ("b", "a"), ("a", "b", ""), ("", "a", "b"))}
    assert len(found) == 5


def test_another_secret_or_kind_gives_another_key() -> None:
    key = KeyMaker(b"secret").key(Kept.SEEN, "a")
    assert KeyMaker(b"other").key(Kept.SEEN, "a") != key
    assert KeyMaker(b"secret").key(Kept.LIMIT, "a").split(":")[1] == key.split(":")[1]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_privacy_text_lists_exactly_what_is_kept(lang: str, catalogue: Catalogue) -> None:
    kept = catalogue.edition(lang).phrases.privacy.kept
    assert [item.key for item in kept] == [kind.value for kind in Kept]


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("kind", LIFETIMES)
def test_the_privacy_text_says_how_long_each_thing_is_kept(lang: str, kind: Kept, catalogue: Catalogue) -> None:
    texts = {item.key: item.text for item in catalogue.edition(lang).phrases.privacy.kept}
    assert WORDS[lang][LIFETIMES[kind]] in texts[kind]
