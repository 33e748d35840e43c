"""What somebody else claimed, and somebody asks about: "is this true?". It is answered rather than asked about."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.decided import LIKELY_CLAIM, answered_claim
from bot.dialogue.message import Message
from bot.dialogue.reply import Answer, Clarify, GlossaryReply, LawReply, Reply, SignpostReply
from intents.match import Candidate, Decision, Intent, Match

ENTRY, OTHER, SIGN = (Intent.parse(name) for name in ("entry/oversight", "entry/training", "signpost/schools"))

CLAIMS = {
    "en": (
        "sanctuary cities protect criminals",
        "ICE can't enter schools",
        "Sheriffs must hand everyone over to ICE",
        "California police have to help ICE by law",
        "ICE can arrest you inside any courthouse in California",
        "the DMV gives everything to ICE",
        "cops can ask for your papers anytime",
        "SB 54 was struck down by the supreme court",
        "if you call 911 they send ICE",
        "LAPD is doing raids together with ICE",
        "medi-cal sold our data to ICE",
        "any DUI gets you deported from county jail",
        "nobody checks those task forces",
        "Illegals get free lawyers from the state",
        "sanctuary states break federal law",
        "the feds are going to cut all our funding",
        "they share everything with the feds behind our backs",
        "ICE has access to every license plate camera",
        "the police will deport you if you report a crime",
        "cops wear masks too",
    ),
    "es": (
        "La policía tiene que entregar a todos a ICE",
        "El DMV le da todo a ICE",
        "si llamas al 911 viene la migra",
        "Ya quitaron la SB 54",
        "los agentes ya no pueden usar máscaras en California",
        "en las escuelas puede entrar ICE cuando quiera",
        "la policía de Los Ángeles está con la migra",
        "los policías se tapan la cara",
        "te pueden arrestar en la corte",
        "las cámaras de placas las usa ICE",
        "los alguaciles están obligados a ayudar",
        "nadie los castiga",
    ),
}
TRUE = {"en": "is this true?", "es": "¿es cierto?"}
ASKED = [(claim, lang, words) for lang, claims in CLAIMS.items() for claim in claims for words in ("", TRUE[lang])]


def unclear(confidence: float, *choices: Intent) -> Match:
    best = (Candidate(5, "oversight", confidence), Candidate(17, "training", 0.1))
    return Match(Decision.CLARIFY, "en", True, 0.7, best, choices=choices, leading={"oversight": "forums"})


@pytest.mark.parametrize(("claim", "lang", "words"), ASKED)
async def test_a_claim_is_answered(claim: str, lang: str, words: str, conversation: Conversation) -> None:
    message = Message(words, "tests", locale=lang, claim=claim)
    reply: Reply = await conversation.reply(message)
    assert isinstance(reply, Answer | SignpostReply | LawReply | GlossaryReply), type(reply).__name__
    assert reply.lang == lang


def test_a_likely_entry_is_the_answer_led_by_its_point_and_the_rest_is_offered_beside_it() -> None:
    match = answered_claim(unclear(LIKELY_CLAIM, ENTRY, OTHER, SIGN))
    assert (match.decision, match.target, match.point) == (Decision.ANSWER, "oversight", "forums")
    assert (match.also, match.choices) == ((OTHER, SIGN), ())


@pytest.mark.parametrize(
    "asked",
    [
        unclear(LIKELY_CLAIM - 0.01, ENTRY, OTHER),
        unclear(0.9, SIGN, ENTRY),
        unclear(0.9, Intent.parse("urgent/door"), ENTRY),
        unclear(0.9),
    ],
)
def test_what_is_unlikely_or_urgent_is_asked_about(asked: Match) -> None:
    assert answered_claim(asked) == asked


async def test_what_people_say_themselves_is_asked_about_as_ever(conversation: Conversation) -> None:
    own = await conversation.reply(Message("the whole thing is a mess and nobody cares", "tests", locale="en"))
    assert isinstance(own, Clarify)
