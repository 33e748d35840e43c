"""Letters in a row tell a language where its words are in no list."""

from __future__ import annotations

import pytest

from intents.language.likeness import Likeness

TAGALOG = "kumakatok kinakabahan nagtatago sinusundan pinapapirma kailangan natatakot tinatanong"
HMONG = "tsis paub txog nyob qhov twg ntshai lawv ntes kuv txiv"
ENGLISH = "the police are at my door and they want to take somebody away from here"


def test_what_is_put_together_alike_is_likelier() -> None:
    likeness = Likeness({"tl": TAGALOG, "hmn": HMONG}, [ENGLISH])
    for text, code in (("kinakatakutan nagtatanong", "tl"), ("ntsib txawv qhua", "hmn")):
        likelier = likeness.beside_spoken(text.split())
        assert max(likelier, key=likelier.__getitem__) == code
        assert likelier[code] > 5
    assert max(likeness.beside_spoken(["they", "polcie", "dor"]).values()) < 0


def test_how_much_was_read_of_a_language_makes_it_no_likelier() -> None:
    likeness = Likeness({"a": HMONG, "b": f"{HMONG} " * 50})
    told = likeness.beside_spoken(["qhov", "xyz"])
    assert told["a"] == pytest.approx(told["b"])


def test_no_word_and_no_language_tell_nothing() -> None:
    assert Likeness({}, [ENGLISH]).beside_spoken(["hello"]) == {}
    assert Likeness({"tl": TAGALOG}, [ENGLISH]).beside_spoken([]) == {"tl": 0.0}
    assert Likeness({"xx": ""}).beside_spoken(["hello"])["xx"] < 0


def test_half_a_character_is_read_like_any_other() -> None:
    assert Likeness({"tl": TAGALOG}, [ENGLISH]).beside_spoken(["\ud83d"])["tl"] == pytest.approx(0, abs=1)
