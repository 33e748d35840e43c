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
