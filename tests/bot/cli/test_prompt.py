"""What a person types at a terminal, key by key."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.cli.talking.prompt import line_editor, reader_for
from bot.cli.talking.talk import completions, next_line
from content.schema.catalogue import Catalogue

CTRL_C, CTRL_D, UP, ENTER = "\x03", "\x04", "\x1b[A", "\r"
PASTED = "\x1b[200~%s\x1b[201~"

Type = Callable[[str], None]


@pytest.fixture
def typing() -> Iterator[tuple[PromptSession[str], Type]]:
    """A person's editor, and what types on that person's keyboard."""
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        yield line_editor(["Who checks task forces", "exit"]), keyboard.send_text


def test_a_line_is_what_was_typed(typing: tuple[PromptSession[str], Type]) -> None:
    editor, type_ = typing
    type_(f"who checks them?{ENTER}")
    assert next_line(editor.prompt, "you> ") == "who checks them?"


def test_a_pasted_paragraph_is_one_message(typing: tuple[PromptSession[str], Type]) -> None:
    editor, type_ = typing
    type_(PASTED % "They came at six.\nThey asked for my name.\n\nWhat can I do?" + ENTER)
    assert next_line(editor.prompt, "you> ") == "They came at six.\nThey asked for my name.\n\nWhat can I do?"


def test_ctrl_c_takes_back_what_is_half_typed_first_and_then_leaves(typing: tuple[PromptSession[str], Type]) -> None:
    editor, type_ = typing
    type_(f"my brother was{CTRL_C}topics{ENTER}")
    assert next_line(editor.prompt, "you> ") == "topics"
    type_(CTRL_C)
    assert next_line(editor.prompt, "you> ") is None


def test_ctrl_d_leaves(typing: tuple[PromptSession[str], Type]) -> None:
    editor, type_ = typing
    type_(CTRL_D)
    assert next_line(editor.prompt, "you> ") is None


def test_earlier_lines_come_back(typing: tuple[PromptSession[str], Type]) -> None:
    editor, type_ = typing
    type_(f"sb 54{ENTER}")
    next_line(editor.prompt, "you> ")
    type_(f"{UP} please{ENTER}")
    assert next_line(editor.prompt, "you> ") == "sb 54 please"


@pytest.mark.parametrize("begun", ["who che", "Task"])
def test_a_topics_name_is_completed_from_any_part_of_it(begun: str, typing: tuple[PromptSession[str], Type]) -> None:
    completer = typing[0].completer
    assert completer is not None
    found = completer.get_completions(Document(begun), CompleteEvent(completion_requested=True))
    assert [completion.text for completion in found] == ["Who checks task forces"]


@pytest.mark.parametrize(
    ("lang", "begun", "whole"),
    [
        ("en", "overs", "oversight"), ("en", "/topic over", "/topic oversight"), ("en", "/pri", "/privacy"),
        ("en", "sb 5", "SB 54"), ("en", "287", "287(g)"), ("es", "/tema over", "/tema oversight"),
        ("es", "/priva", "/privacidad"),
    ],
)  # fmt: skip
def test_what_can_be_asked_for_by_name_is_completed(lang: str, begun: str, whole: str, catalogue: Catalogue) -> None:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        completer = line_editor(completions(catalogue, lang)).completer
    assert completer is not None
    found = completer.get_completions(Document(begun), CompleteEvent(completion_requested=True))
    assert whole in [completion.text for completion in found]


def test_names_that_begin_with_what_was_typed_come_first(catalogue: Catalogue) -> None:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        completer = line_editor(completions(catalogue, "en")).completer
    assert completer is not None
    event = CompleteEvent(completion_requested=True)
    found = [one.text.casefold() for one in completer.get_completions(Document("sb"), event)]
    begin = [name.startswith("sb") for name in found]
    assert begin == sorted(begin, reverse=True)
    assert "carlsbad" in found[begin.index(False) :]


@pytest.mark.parametrize("term", [None, "dumb"])
def test_a_terminal_that_moves_no_cursor_gets_plain_lines(term: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", term) if term else monkeypatch.delenv("TERM", raising=False)
    assert reader_for([]) is input
