"""Cries for help, and the words that speak for distress."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.clauses import ClauseReader
from intents.distress import SELF_HARM, DistressReader
from intents.reading import fold


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> DistressReader:
    """The cries of the real content."""
    return DistressReader(catalogue.editions.values())


@pytest.mark.parametrize(
    ("text", "cry"),
    [
        *(
            (text, True)
            for text in ("SOS", "/sos", "help!!!", "HELP", "AYUDA!!!", "ayuda", "socorro", "🆘", ":sos:", "911")
        ),
        *((text, True) for text in ("please help me", "ayuda por favor", "Auxilio, necesito ayuda", "🆘 ¡ayúdenme!")),
        *(
            (text, False)
            for text in ("help", "help :thinking_face:", ":eyes:", "👍", "", "???", "thanks", "help with DACA")
        ),
    ],
)
def test_a_cry_is_a_whole_message(text: str, cry: bool, reader: DistressReader, catalogue: Catalogue) -> None:
    said = ClauseReader(catalogue.editions.values(), ()).read(fold(text)).whole
    assert reader.is_cry(text, said) is cry


@pytest.mark.parametrize(
    ("text", "kind", "speaks"),
    [
        ("agents took him", "taken", True),
        ("tocan la puerta", "door", True),
        ("are they going to come around again", "raid", False),
        ("me quiero dormir", SELF_HARM, False),
        ("quiero morirme", SELF_HARM, True),
        ("the police is here", SELF_HARM, False),
    ],
)
def test_a_word_speaks_for_distress(text: str, kind: str, speaks: bool, reader: DistressReader) -> None:
    assert reader.speaks_for(kind, fold(text)) is speaks


@pytest.mark.parametrize(
    ("text", "not_now"),
    [
        *(
            (text, True)
            for text in ("he was deported in 2011", "my dad, '97", "back in 09 at the border", "two years ago")
        ),
        *((text, True) for text in ("just in case I don't come home", "hace años me bajaron del tren", "Por si acaso")),
        *((text, False) for text in ("they took him 10 minutes ago", "they won't let her back in", "hace una hora")),
        *((text, False) for text in ("in 5 minutes they come", "there are 2000 agents here", "el viernes vienen", "")),
    ],
)
def test_years_and_memories_tell_of_what_is_not_now(text: str, not_now: bool, reader: DistressReader) -> None:
    assert reader.is_not_now(fold(text)) is not_now
