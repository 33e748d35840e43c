"""Every decision has a number of its own, says what it rests on and what would change it, and stands in the list."""

from __future__ import annotations

import re

import pytest

from tests.docs.documents import NAMES, page

DECISIONS = sorted(name for name in NAMES if re.match(r"docs/decisions/\d", name))
GROUNDS = re.compile(r"^## What (?:was measured|was tried|was considered|there is)$|^\|---\|", re.MULTILINE)


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_says_what_it_rests_on_and_what_would_change_it(name: str) -> None:
    text = page(name).text
    assert text.startswith(f"# {int(name.rpartition('/')[2][:3])}. ")
    assert re.search(r"^[A-Z][a-z]+ 20\d\d\.$", text, re.MULTILINE)
    assert GROUNDS.search(text)
    assert page(name).section("What would change it").strip()


def test_numbers_run_from_one_without_a_gap() -> None:
    assert [int(name.rpartition("/")[2][:3]) for name in DECISIONS] == [*range(1, len(DECISIONS) + 1)]


def test_the_list_has_every_decision_under_its_own_title() -> None:
    titles = {name: page(name).text.partition("\n")[0] for name in DECISIONS}
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", page("docs/decisions/README.md").text, re.MULTILINE)
    assert {f"docs/decisions/{file}": f"# {number}. {title}" for number, title, file in listed} == titles
