"""The register of what is stored: keyed hashes, and the privacy text says exactly what the code keeps."""

from __future__ import annotations

import re

import pytest

from bot.service.app import services_for
from bot.settings import read_settings
from bot.state.retention import DAY, LIFETIMES, MINUTE, Kept, KeyMaker
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher

WORDS = {
    "en": {
        15 * MINUTE: "15 minutes",
        30 * DAY: "30 days",
        7 * DAY: "7 days",
        DAY: "one day",
        60 * MINUTE: "one hour",
        MINUTE: "last minute",
    },
    "es": {
        15 * MINUTE: "15 minutos",
        30 * DAY: "30 días",
        7 * DAY: "7 días",
        DAY: "un día",
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


@pytest.mark.parametrize(("more", "alike"), [({}, False), ({"REDIS_URL": "redis://127.0.0.1:9"}, True)])
async def test_only_what_goes_to_a_shared_store_is_filed_under_a_key_that_outlives_the_process(
    catalogue: Catalogue, matcher: Matcher, more: dict[str, str], alike: bool
) -> None:
    settings = read_settings({"TELEGRAM_BOT_TOKEN": "1:token-of-the-tests-0123456789", **more})
    found = []
    for _ in range(2):
        async with services_for(settings, catalogue, matcher) as services:
            found.append(services.keys.key(Kept.SEEN, "a"))
    assert (found[0] == found[1]) is alike
