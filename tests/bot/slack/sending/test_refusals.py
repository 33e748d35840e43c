"""What is done about Slack's refusals, against the documentation of every method that the bot calls."""

from __future__ import annotations

import json
import re

import pytest

from bot.slack.sending.errors import REMEDIES
from tests.tools.places import ROOT, TESTS

DOCUMENTED: dict[str, list[str]] = json.loads((TESTS / "data/errors/slack.json").read_text("utf-8"))["methods"]
_CALL = re.compile(r"\b((?:apps|assistant|auth|chat|conversations|oauth|team|users|views)(?:_[a-z0-9]+)*_[a-zA-Z]+)\(")
"""A method of the Web API as its client names it: auth_test is auth.test."""
_NAMED = re.compile(r'"((?:assistant|chat|views)(?:\.[a-zA-Z]+)+)"')
"""One that is called by its own name."""


@pytest.mark.parametrize("method", DOCUMENTED)
def test_each_documented_error_has_a_remedy(method: str) -> None:
    assert [code for code in DOCUMENTED[method] if code not in REMEDIES] == []


def test_the_documentation_of_every_method_that_is_called_is_there() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "bot/slack").rglob("*.py"))
    called = {found.replace("_", ".") for found in _CALL.findall(sources)} | {*_NAMED.findall(sources)}
    assert called == {*DOCUMENTED}
