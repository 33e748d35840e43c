"""Reads what a person types at a terminal, with a line editor."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completion, WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


def reader_for(completions: Iterable[str]) -> Callable[[str], str]:
    """Return what reads a person's lines at this terminal; without an editor where it can move no cursor."""
    if os.environ.get("TERM", "dumb") == "dumb" or not sys.stdout.isatty():
        return input
    return line_editor(completions).prompt


def line_editor(completions: Iterable[str]) -> PromptSession[str]:
    """Return an editor with a history of this conversation only; Tab completes, a paste is one message.

    Ctrl-C takes back what is half typed, and leaves where nothing is; Ctrl-D leaves.
    """
    keys = KeyBindings()
    keys.add("c-c")(_interrupt)
    names = _Names(list(completions), ignore_case=True, sentence=True, match_middle=True)
    return PromptSession(completer=names, complete_while_typing=False, key_bindings=keys, reserve_space_for_menu=4)


class _Names(WordCompleter):
    """Completes names from any part of them, those that begin with what was typed first."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        typed = document.text_before_cursor.casefold()
        found = super().get_completions(document, complete_event)
        yield from sorted(found, key=lambda one: not one.text.casefold().startswith(typed))


def _interrupt(event: KeyPressEvent) -> None:
    if event.current_buffer.text:
        event.current_buffer.reset()
    else:
        event.app.exit(exception=KeyboardInterrupt)
