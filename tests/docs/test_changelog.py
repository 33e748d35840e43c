"""CHANGELOG.md has the form of Keep a Changelog (https://keepachangelog.com/en/1.1.0/)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.installed import VERSION
from tests.docs.documents import page

KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
LOG = page("CHANGELOG.md")
VERSIONS = re.findall(r"^## (.+)$", LOG.text, re.MULTILINE)


def test_what_is_not_yet_released_comes_first() -> None:
    assert VERSIONS[0] == "[Unreleased]"
    assert LOG.text.startswith("# Changelog\n")


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_every_version_has_its_number_and_day(version: str) -> None:
    found = re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", version)
    assert found
    assert date.fromisoformat(found[2])


def test_versions_go_from_the_newest_to_the_oldest() -> None:
    numbers = [tuple(map(int, re.findall(r"\d+", version)[:3])) for version in VERSIONS[1:]]
    assert numbers == sorted(set(numbers), reverse=True)


def test_the_packages_version_is_in_it() -> None:
    assert any(version.startswith(f"[{VERSION}] ") for version in VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_changes_stand_in_lists_under_their_kinds_in_order(version: str) -> None:
    text = LOG.section(version)
    kinds = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert kinds == [kind for kind in KINDS if kind in kinds]
    assert kinds
    for kind in re.split(r"^### .+$", text, flags=re.MULTILINE)[1:]:
        lines = [line for line in kind.splitlines() if line]
        assert lines
        assert all(line.startswith(("- ", "  ")) for line in lines)
    assert not re.split(r"^### ", text, flags=re.MULTILINE)[0].strip()
