"""What a message says beside its courtesies, clause by clause."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.clauses import CLAUSES, ClauseReader
from intents.reading import TOPIC_CHARACTERS, fold, plain


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> ClauseReader:
    """The courtesies of the real content; "jail" and "release" are words that samples have."""
    return ClauseReader(catalogue.editions.values(), [{"jail", "release", "ice"}])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sorry to trouble you, agents are outside my house, thanks", "agents are outside my house"),
        ("thank you!! and do sheriffs report this to anyone?", "and do sheriffs report this to anyone"),
        ("Good morning. I hope you are well. Can police ask my status? God bless.", "can police ask my status"),
        ("hola buenas tardes, disculpe la molestia, la migra esta en mi puerta, gracias", "la migra esta en mi puerta"),
        ("can police, please, ask my status", "can police please ask my status"),
        ("who checks this?\n\nKind regards,\nMaria Lopez", "who checks this"),
        ("who checks this? thanks, jail release", "who checks this jail release"),
        ("who checks this?\n\nBest regards,\nMaria Release", "who checks this"),
        ("he was arrested\n\nThanks,\nICE took Xiomara", "he was arrested ice took xiomara"),
        ("thanks", ""),
        ("hello there, good morning!", ""),
        ("hola, buenas tardes, muchas gracias", ""),
        ("", ""),
        ("???", ""),
        ("sb 54 please", "sb 54"),
        ("what can I ask", "what can i ask"),
        ("so what can you tell me, please?", "so what can you tell me please"),
        ("what is this for, thanks", "what is this for"),
    ],
)
def test_courtesies_are_set_aside(text: str, said: str, reader: ClauseReader) -> None:
    assert plain(reader.read(fold(text)).whole) == said


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("My papers are fine. ICE took my brother!", ["my papers are fine", "ice took my brother"]),
        (
            "can police ask my status and does the jail call ICE?",
            ["can police ask my status", "does the jail call ice"],
        ),
        (
            "puede la policía preguntar, y qué comparte la cárcel",
            ["puede la policia preguntar", "que comparte la carcel"],
        ),
        ("ICE and CBP work here", ["ice and cbp work here"]),
        ("see Gov. Code 7284.6 vs. the U.S. law", ["see gov code 7284 6 vs the u s law"]),
        ("one - two", ["one", "two"]),
        ("He sent me the act. What is it?", ["he sent me the act", "what is it"]),
        ("hablan de la 287(g). ¿Qué es?", ["hablan de la 287 g", "que es"]),
    ],
)
def test_clauses_stand_alone(text: str, clauses: list[str], reader: ClauseReader) -> None:
    assert [plain(clause) for clause in reader.read(fold(text)).each] == clauses


def test_a_question_stays_one_without_its_courtesies(reader: ClauseReader) -> None:
    assert reader.read(fold("who checks this, please?")).whole.endswith("?")


def test_the_topic_is_in_the_beginning_and_everything_is_read(reader: ClauseReader) -> None:
    said = reader.read(fold("I have lived here for twenty years. " * 60 + "ICE is at my door."))
    assert len(said.whole) <= TOPIC_CHARACTERS
    assert len(said.each) <= CLAUSES
    assert (
        "door"
        in reader.read(fold("I have lived here for twenty years and work a lot. " * 30 + "ICE is at my door.")).each[-1]
    )
