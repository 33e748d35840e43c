"""Every press can be typed: what a button says, typed as it stands, does what the press does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.cli.editing.rendercheck import all_cards, all_replies
from bot.dialogue.actions import Verb, parse_action
from bot.dialogue.conversation import Conversation
from bot.dialogue.decided import reply_for
from bot.dialogue.message import Author
from bot.dialogue.reply import Answer, Clarify, Reply, Sourced, Suggestion, UrgentReply, WholeAnswer
from bot.service.desk import Desk
from bot.service.outcome import Say
from content.schema.catalogue import Catalogue


def buttons(catalogue: Catalogue, lang: str) -> Iterator[tuple[str, Reply, Suggestion]]:
    """Yield each button below each reply; an answer led by a point has no others than the answer alone."""
    for name, reply in (*all_replies(catalogue, lang), *all_cards(catalogue)):
        if isinstance(reply, Answer):
            below = () if reply.point else (*reply.suggestions, reply.share, *reply.feedback)
        else:
            beside = (reply.share, *reply.feedback) if isinstance(reply, WholeAnswer | Sourced) else ()
            below = (*reply.suggestions, *beside)
        yield from ((name, reply, button) for button in below)


async def typed(conversation: Conversation, person: str, shown: Reply, words: str) -> Reply:
    """Return what ``person`` gets who types ``words`` below ``shown``."""
    await conversation.offer(person, shown)
    author = Author(platform="terminal", person=person, conversation=person, locale=shown.lang, met=True)
    outcome = await Desk(conversation).ask(words, author)
    assert isinstance(outcome, Say)
    return outcome.reply


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_what_a_button_says_does_what_its_press_does(
    lang: str, catalogue: Catalogue, conversation: Conversation
) -> None:
    other, count = [], 0
    for name, shown, button in buttons(catalogue, lang):
        action = parse_action(button.action)
        assert action is not None
        wanted = reply_for(action, conversation.replies)
        for words in {button.label, button.title}:
            count += 1
            found = await typed(conversation, f"somebody {count}", shown, words)
            if action.verb is Verb.NOT_HELPFUL:
                # A complaint in words gets other topics beside the thanks.
                same = isinstance(found, Clarify)
            else:
                same = type(found) is type(wanted) and found.suggestions == wanted.suggestions
                same = same and getattr(found, "title", "") == getattr(wanted, "title", "")
                same = same and getattr(found, "point", None) == getattr(wanted, "point", None)
            other += [] if same else [(name, words, button.action)]
    assert count > 1_000
    assert other == []


@pytest.mark.parametrize(
    ("lang", "below", "words", "kind"),
    [
        ("en", "rights-in-public", "Agents stop me", "stopped"),
        ("en", "bond", "someone was taken or is being held, please", "taken"),
        ("es", "rights-in-public", "ME PARAN LOS AGENTES", "stopped"),
    ],
)
async def test_help_that_is_offered_is_reached_by_its_words(
    lang: str, below: str, words: str, kind: str, conversation: Conversation
) -> None:
    shown = conversation.replies.signpost(below, lang)
    found = await typed(conversation, "somebody", shown, words)
    assert isinstance(found, UrgentReply)
    assert found.kind == kind


async def test_a_cry_for_help_is_one_whatever_is_on_offer(conversation: Conversation) -> None:
    shown = conversation.replies.signpost("rights-in-public", "en")
    found = await typed(conversation, "somebody", shown, "ICE is at my door right now")
    assert isinstance(found, UrgentReply)
    assert found.kind == "door"
