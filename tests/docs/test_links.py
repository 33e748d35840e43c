"""Every link of a document leads to a file or heading that is there."""

from __future__ import annotations

import subprocess

import pytest

from tests.docs.documents import NAMES, ROOT, anchor_of, page

KNOWN_ANCHORS = {
    "What is kept": "what-is-kept",
    "The bot's own sentences": "the-bots-own-sentences",
    "local.yaml": "localyaml",
    "[0.1.0] - 2026-11-24": "010---2026-11-24",
    "`make` & co.": "make--co",
}
"""Headings, with the anchors that GitHub gives them."""


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_and_anchor_leads_somewhere(name: str) -> None:
    lost = []
    for link in page(name).links:
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        if not target.exists() or (anchor and anchor not in page(str(target.resolve().relative_to(ROOT))).anchors):
            lost.append(link)
    assert lost == []


def test_every_document_in_the_repository_is_among_these() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if tracked.returncode:
        pytest.skip("not a checkout")
    found = {name for name in tracked.stdout.split() if (ROOT / name).exists()}
    assert found == set(NAMES)


@pytest.mark.parametrize("title", KNOWN_ANCHORS)
def test_anchors_are_githubs(title: str) -> None:
    assert anchor_of(title) == KNOWN_ANCHORS[title]


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_place_on_somebodys_machine(name: str) -> None:
    text = page(name).text
    assert not any(place in text for place in ("/home/", "/root/", "/Users/", "C:\\"))
