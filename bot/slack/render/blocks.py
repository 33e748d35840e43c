"""The few blocks that messages and the Home tab are made of, each cut to Slack's limits.

Blocks are built from slack_sdk's model classes, whose validators run when they become plain data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContainerBlock,
    ContextActionsBlock,
    ContextBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    HeaderBlock,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.dialogue.reply import Suggestion
from bot.slack.render.limits import SlackLimit
from bot.slack.render.mrkdwn import prose
from content.schema.languages import Guide

ACTION_PREFIX = "faq:"
"""How every ``action_id`` of the bot begins; the action's code follows."""

MOST_BUTTONS = 5
"""Choices that stand as buttons; more of them would fill a screen, and stand in a menu."""

Blocks = list[dict[str, Any]]
T = TypeVar("T")


def plain(block: Block) -> dict[str, Any]:
    """Return ``block`` as plain data. Raises SlackObjectFormationError where it is over a limit."""
    data: dict[str, Any] = block.to_dict()
    return data


def cut(text: str, length: int) -> str:
    """Return ``text``, shortened at a word's end where it is longer than ``length``."""
    if len(text) <= length:
        return text
    short = text[: length - 1]
    return f"{short.rpartition(' ')[0] or short}…"


def pieces(text: str, length: int) -> Iterator[str]:
    """Split ``text`` into parts of at most ``length`` characters: at paragraphs, else lines, else words."""
    while len(text) > length:
        for mark in ("\n\n", "\n", " "):
            end = text.rfind(mark, 1, length + 1)
            if end > 0:
                break
        else:
            end, mark = _before_token(text, length), ""
        yield text[:end].rstrip()
        text = text[end + len(mark) :].lstrip("\n")
    if text:
        yield text


def rows(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Split ``items`` into runs of at most ``size``."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _before_token(text: str, length: int) -> int:
    """Return where to cut an unbroken run: not inside an escape such as ``&amp;``."""
    amp = text.rfind("&", length - 5, length)
    return amp if amp > 0 and ";" not in text[amp:length] else length


def header(title: str) -> dict[str, Any]:
    """Return a heading; headings are plain text, so nothing in them is markup."""
    return plain(HeaderBlock(text=PlainTextObject(text=cut(title, SlackLimit.HEADER), emoji=False)))


def sections(text: str) -> Blocks:
    """Return mrkdwn text as sections, as many as its length needs."""
    parts = pieces(text, SlackLimit.SECTION)
    return [plain(SectionBlock(text=MarkdownTextObject(text=part, verbatim=True))) for part in parts if part]


def small(*texts: str) -> Blocks:
    """Return small grey mrkdwn text: one element for each of ``texts``."""
    parts = [part for text in texts for part in pieces(text, SlackLimit.SECTION) if part]
    return [
        plain(ContextBlock(elements=[MarkdownTextObject(text=part, verbatim=True) for part in row]))
        for row in rows(parts, SlackLimit.CONTEXT_ELEMENTS)
    ]


def folded(title: str, blocks: Blocks) -> dict[str, Any]:
    """Return ``blocks`` in a container that is shut at first, so that only its ``title`` shows.

    Raises SlackObjectFormationError where they are too many.
    """
    shown = PlainTextObject(text=cut(title, SlackLimit.HEADER), emoji=False)
    return plain(
        ContainerBlock(block_id="whole", title=shown, child_blocks=blocks, is_collapsible=True, default_collapsed=True)
    )


def button(choice: Suggestion, label: str | None = None) -> ButtonElement:
    """Return a button for ``choice``; screen readers say its full title."""
    spoken = choice.spoken if 0 < len(choice.spoken) <= SlackLimit.ACCESSIBILITY_LABEL else choice.title
    return ButtonElement(
        text=PlainTextObject(text=cut(label or choice.label, SlackLimit.BUTTON_TEXT), emoji=False),
        action_id=f"{ACTION_PREFIX}{choice.action}",
        value=choice.action,
        accessibility_label=cut(spoken, SlackLimit.ACCESSIBILITY_LABEL),
    )


def link_button(page: Guide) -> ButtonElement:
    """Return a button that opens ``page``. Slack reports its press too; without a value it asks for nothing."""
    return ButtonElement(
        text=PlainTextObject(text=cut(page.button, SlackLimit.BUTTON_TEXT), emoji=False),
        action_id=f"{ACTION_PREFIX}link",
        url=page.url,
        accessibility_label=cut(page.label, SlackLimit.ACCESSIBILITY_LABEL),
    )


def buttons(choices: Iterable[Suggestion], name: str) -> Blocks:
    """Return a row of buttons; ``name`` tells, when one is pressed, what kind of row it stood in."""
    return button_row([button(choice) for choice in choices], name)


def choose(choices: Sequence[Suggestion], name: str, question: str) -> Blocks:
    """Return ``choices`` as buttons below the ``question``, or, where they are many, as a menu that asks it."""
    if not choices:
        return []
    if len(choices) <= MOST_BUTTONS:
        return [*small(prose(question)), *buttons(choices, name)]
    options = [
        Option(text=PlainTextObject(text=cut(choice.label, SlackLimit.BUTTON_TEXT), emoji=False), value=choice.action)
        for choice in choices
    ]
    asked = PlainTextObject(text=cut(question, SlackLimit.PLACEHOLDER), emoji=False)
    menu = StaticSelectElement(action_id=f"{ACTION_PREFIX}{name}", options=options, placeholder=asked)
    return [plain(ActionsBlock(block_id=name, elements=[menu]))]


def button_row(elements: Sequence[ButtonElement], name: str) -> Blocks:
    """Return ``elements`` as one or more rows, the first named ``name``."""
    return [
        plain(ActionsBlock(block_id=name if number == 0 else f"{name}-{number}", elements=list(row)))
        for number, row in enumerate(rows(elements, SlackLimit.ACTIONS_ELEMENTS))
    ]


def votes(feedback: Sequence[Suggestion]) -> Blocks:
    """Return Slack's own pair of feedback buttons for the two choices in ``feedback`` (yes, no)."""
    if len(feedback) != 2:
        return []
    yes, no = (
        FeedbackButtonObject(
            text=PlainTextObject(text=cut(choice.label, SlackLimit.BUTTON_TEXT)),
            value=choice.action,
            accessibility_label=cut(choice.title, SlackLimit.ACCESSIBILITY_LABEL),
        )
        for choice in feedback
    )
    element = FeedbackButtonsElement(action_id=f"{ACTION_PREFIX}vote", positive_button=yes, negative_button=no)
    return [plain(ContextActionsBlock(block_id="feedback", elements=[element]))]
