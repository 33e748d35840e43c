"""The README stays short, and says what it is, how to try, install and edit it."""

from __future__ import annotations

import re

import pytest

from tests.docs.documents import page

WORDS = 1_200
"""As many as somebody reads who only wants to know whether this is for them."""


def test_it_is_short() -> None:
    assert len(page("README.md").text.split()) <= WORDS


@pytest.mark.parametrize("title", ["Try it", "Install it", "Slack", "Telegram", "Edit what it says", "More"])
def test_it_has_its_parts(title: str) -> None:
    assert page("README.md").section(title).strip()


LED_TO = (
    "docs/operate.md", "docs/editing.md", "docs/architecture.md", "docs/decisions/", "docs/measured.md", "SECURITY.md",
    "CONTRIBUTING.md", "CHANGELOG.md",
)  # fmt: skip


@pytest.mark.parametrize("name", LED_TO)
def test_it_leads_to_the_other_documents(name: str) -> None:
    assert name in page("README.md").links


def test_who_has_no_account_tries_it_first() -> None:
    titles = re.findall(r"^## (.+)$", page("README.md").text, re.MULTILINE)
    assert titles[0] == "Try it"


def test_it_says_what_it_is_not() -> None:
    assert "not legal advice" in page("README.md").text
    assert "not a government service" in page("README.md").text
