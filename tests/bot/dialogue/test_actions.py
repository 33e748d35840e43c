"""Button codes: short, the same on both platforms, and only ours are understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.editing.rendercheck import all_replies
from bot.dialogue.actions import CODE_BYTES, HELPS, Action, Verb, parse_action, wrong_of
from bot.dialogue.answers import statement_ids
from bot.dialogue.reply import Answer, Sourced, UrgentReply, WholeAnswer
from content.schema.catalogue import Catalogue
from content.schema.statements import SLUG_LENGTH

SLUGS = st.from_regex(r"[a-z0-9-]{0,40}", fullmatch=True)


@given(verb=st.sampled_from(Verb), argument=SLUGS, lang=st.sampled_from(["en", "es", "zh"]))
def test_a_code_is_short_and_comes_back_as_its_action(verb: Verb, argument: str, lang: str) -> None:
    action = Action(verb, argument, lang)
    assert len(action.code.encode()) <= CODE_BYTES
    assert parse_action(action.code) == action


def test_a_code_reads_as_the_design_shows_it() -> None:
    assert Action(Verb.TOPIC, "information-sharing", "es").code == "t:information-sharing:es"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "t",
        "t:oversight",
        "t:oversight:en:more",
        "T:oversight:en",
        "t:Oversight:en",
        "q:oversight:en",
        "t:oversight:eng",
        "t:oversight:en\n",
        " t:oversight:en",
        "t:<b>:en",
        f"t:{'a' * 45}:en",
        "t:é:en",
        "t:oversight:" + "e" * 900,
    ],
)
def test_what_is_not_ours_is_no_action(code: str) -> None:
    assert parse_action(code) is None


@given(st.text(max_size=80))
def test_no_text_is_misread(text: str) -> None:
    action = parse_action(text)
    assert action is None or action.code == text


def test_every_suggestion_of_every_reply_carries_an_action_of_its_language(catalogue: Catalogue) -> None:
    for lang in catalogue:
        for name, reply in all_replies(catalogue, lang):
            for choice in reply.suggestions:
                action = parse_action(choice.action)
                assert action is not None, name
                # Urgent help can be had in the other language at once.
                assert action.lang == lang or action.verb in (Verb.LANGUAGE, *HELPS), name
                assert len(choice.action.encode()) <= CODE_BYTES


def test_what_can_be_called_wrong_is_what_the_content_holds_and_fits_a_button(catalogue: Catalogue) -> None:
    longest = "a" * SLUG_LENGTH
    for shown in (Verb.TOPIC, Verb.SIGNPOST, Verb.LAW, Verb.TERM, Verb.URGENT):
        code = wrong_of(Action(shown, longest, "en")).code
        assert parse_action(code) is not None, "an id of any length that content may have"
    for lang in catalogue:
        known = statement_ids(catalogue.edition(lang), catalogue.laws)
        assert len(known) == len(set(known.values()))
        below = [
            action.argument
            for _name, reply in all_replies(catalogue, lang)
            if isinstance(reply, Answer | WholeAnswer | Sourced | UrgentReply)
            for choice in reply.feedback
            if (action := parse_action(choice.action)) and action.verb is Verb.WRONG
        ]
        assert set(below) == set(known), "a button for each, and each button is counted"
