"""Distress is heard in the words people use, and questions about the same things are not taken for it.

A reader found each of these misplaced; they hold for the model trained on the samples.
"""

from __future__ import annotations

import pytest

from intents.match import Decision
from intents.matcher import Matcher

NEAR = {"raid", "door"}
"""Help for agents nearby and for agents at the door begins alike: either will do for a shout."""

DISTRESS: list[tuple[str, str, set[str]]] = [
    ("help!!! ice!!!", "en", NEAR),
    ("ICE ICE outside", "en", NEAR),
    ("la migra!!!", "en", NEAR),
    ("la migra!!!", "es", NEAR),
    ("ayuda!!! ice!!!", "es", NEAR),
    ("there is a checkpoint on my street", "en", {"raid"}),
    ("hay un retén en mi calle", "es", {"raid"}),
    ("i need help urgent", "en", {"unclear"}),
    ("ICE detained me", "en", {"unclear"}),
    ("Me detuvo ICE!!", "es", {"unclear"}),
    ("la migra me detuvo", "es", {"unclear"}),
    ("necesito ayuda (urgente)", "es", {"unclear"}),
    ("necesito ayuda", "es", {"unclear"}),
    ("my cousin is in otay mesa", "en", {"taken"}),
    ("my brother is in Adelanto", "en", {"taken"}),
    ("mi hermano esta en adelanto", "es", {"taken"}),
    ("tienen a mi tia en desert view", "es", {"taken"}),
    ("my teacher was just taken by ICE", "en", {"taken"}),
    ("ICE se acaba de llevar a mi maestra", "es", {"taken"}),
    ("they left with my husband", "en", {"taken"}),
    ("se fueron con mi papa", "es", {"taken"}),
    ("kms", "en", {"self-harm"}),
    ("kms", "es", {"self-harm"}),
    ("i cant do this anymore", "en", {"self-harm"}),
    ("no quiero seguir", "es", {"self-harm"}),
]

NO_DISTRESS: list[tuple[str, str, set[str]]] = [
    ("they left", "en", {"legal-help", "rights-at-home"}),
    ("ICE is gone now", "en", {"legal-help", "rights-at-home"}),
    ("se fueron", "es", {"legal-help", "rights-at-home"}),
    ("my boss says he will call immigration on me", "en", {"threats-to-report"}),
    ("mi jefe dice que va a llamar a la migra", "es", {"threats-to-report"}),
    ("I'm so scared my wife is undocumented and I can't sleep", "en", {"legal-help", "family-plan"}),
    ("tengo mucho miedo porque mi esposa no tiene papeles", "es", {"legal-help", "family-plan"}),
    ("my teacher got deported", "en", {"legal-help"}),
    ("deportaron a mi maestra", "es", {"legal-help"}),
    ("what is Adelanto", "en", {"detention-centers"}),
    ("who runs Otay Mesa", "en", {"detention-centers"}),
    ("de quién es Otay Mesa", "es", {"detention-centers"}),
    ("how many people were detained at Adelanto", "en", {"detention-centers"}),
    ("what is ICE's policy on courthouse arrests", "en", {"courthouses"}),
    ("i need help", "en", {"help"}),
    ("no quiero seguir con este tema", "es", {"stop"}),
    ("cuantos kms son 20 millas", "es", {""}),
    (
        "I live with my sister. The man next door hates us, says he will call ICE on us. What would happen if he did?",
        "en",
        {"threats-to-report", "legal-help", "crime-victims", "if-they-come", ""},
    ),
    ("ICE", "en", {"ice"}),
]
"""With what each leads to: a signpost, small talk, a glossary term, or nothing of ours."""

QUESTIONS: list[tuple[str, str, Decision, str | None]] = [
    ("what goes on when i report to the ICE office for my check in", "en", Decision.SIGNPOST, "check-ins"),
    (
        "¿Qué me preguntan en la primera audiencia con el juez de inmigración?",
        "es",
        Decision.GLOSSARY,
        "immigration-court",
    ),
    ("mi primo tiene un hold de ice, eso qué es", "es", Decision.GLOSSARY, "detainer"),
    ("how does 287(g) work", "en", Decision.GLOSSARY, "287g"),
    ("¿en qué consiste la salida voluntaria?", "es", Decision.GLOSSARY, "voluntary-departure"),
    ("are they arresting people who go to immigration court", "en", Decision.SIGNPOST, "courthouses"),
    ("must the jail keep him for ICE", "en", Decision.SIGNPOST, "jail-detainers"),
    (
        "Hi team! For my notes on the budget: what is Operation Stonegarden? You're the best",
        "en",
        Decision.GLOSSARY,
        "stonegarden",
    ),
    (
        "hello mr bot, if you can be so nice, where is a lawyer that cost nothing? thanks you",
        "en",
        Decision.SIGNPOST,
        "legal-help",
    ),
    ("should i sign the voluntary departure papers", "en", Decision.SIGNPOST, "legal-help"),
    ("conviene firmar los papeles de salida voluntaria?", "es", Decision.SIGNPOST, "legal-help"),
    ("who do i complain to if a deputy helped ICE at the courthouse", "en", Decision.ANSWER, "feedback-complaints"),
    ("con quien me quejo si un policia ayudo a ice", "es", Decision.ANSWER, "feedback-complaints"),
    (
        "a federal agent shoved me at the courthouse, where do i report him",
        "en",
        Decision.SIGNPOST,
        "report-misconduct",
    ),
    ("does oregon have a sanctuary law", "en", Decision.FALLBACK, None),
    ("oregon tiene ley santuario?", "es", Decision.FALLBACK, None),
    ("california tiene ley santuario?", "es", Decision.ANSWER, "immigration-enforcement"),
    ("how many people did jails hand over to ICE last year", "en", Decision.ANSWER, "measuring-results"),
    ("cuantas personas entregaron las carceles a ICE el año pasado", "es", Decision.ANSWER, "measuring-results"),
    ("do flock cameras share with ice", "en", Decision.ANSWER, "information-sharing"),
    ("la chp trabaja con la patrulla fronteriza?", "es", Decision.ANSWER, "state-agencies"),
    ("national guard drug task force at the border??", "en", Decision.ANSWER, "state-agencies"),
    ("why doesnt california just cooperate like texas does", "en", Decision.ANSWER, "considerations"),
]


@pytest.mark.parametrize(("text", "lang", "kinds"), DISTRESS)
def test_distress_gets_its_help(text: str, lang: str, kinds: set[str], matcher: Matcher) -> None:
    match = matcher.match(text, lang)
    assert match.decision is Decision.URGENT
    assert match.target in kinds


@pytest.mark.parametrize(("text", "lang", "targets"), NO_DISTRESS)
def test_what_only_sounds_like_distress_alarms_nobody(
    text: str, lang: str, targets: set[str], matcher: Matcher
) -> None:
    match = matcher.match(text, lang)
    assert match.decision is not Decision.URGENT
    assert (match.target or "") in targets


@pytest.mark.parametrize(("text", "lang", "decision", "target"), QUESTIONS)
def test_a_question_between_two_topics_finds_its_own(
    text: str, lang: str, decision: Decision, target: str | None, matcher: Matcher
) -> None:
    match = matcher.match(text, lang)
    assert (match.decision, match.target) == (decision, target)
