"""The page for whoever has no mouse, listens to it, or has a small screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.pages import (
    QUESTION,
    TITLE,
    assert_accessible,
    assert_fits,
    go_to,
    messages,
    say,
    slack,
    telegram,
    turn_of,
    wait_for_turn,
)


def focused(page: Page) -> str:
    """Return the name of what the keys go to."""
    active = "document.activeElement"
    name: str = page.evaluate(f"{active}.getAttribute('aria-label') || {active}.innerText || {active}.name")
    return name


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until ``name`` has the keys."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if (focused(page) or "").strip() == name:
            return
    pytest.fail(f"Tab never comes to {name}")


def test_keyboard_only(page: Page) -> None:
    tab_to(page, "Message in Slack")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    wait_for_turn(page, 1)
    expect(messages(slack(page))).to_contain_text([TITLE])
    page.keyboard.press("Shift+Tab")
    tab_to(page, "Message in Telegram")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    wait_for_turn(page, 2)
    page.evaluate("document.activeElement.blur()")
    tab_to(page, "Sources", 200)
    page.keyboard.press("Space")
    wait_for_turn(page, 3)
    expect(messages(slack(page))).to_have_count(2)
    tab_to(page, "Yearly reports", 200)
    page.keyboard.press("Enter")
    wait_for_turn(page, 4)
    expect(messages(telegram(page))).to_have_count(2)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(messages(telegram(page))).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_to_complain_of(page: Page, theme: str) -> None:
    page.get_by_label("Look").select_option(theme)
    assert_accessible(page)
    for pane in (slack(page), telegram(page)):
        say(pane, QUESTION)
    assert_accessible(page)
    messages(slack(page)).get_by_role("button", name="Sources").click()
    messages(telegram(page)).get_by_role("button", name="Whole answer").click()
    wait_for_turn(page, 4)
    assert_accessible(page)
    before = turn_of(page)
    go_to(slack(page), "Home")
    wait_for_turn(page, before + 1)
    go_to(telegram(page), "Group: Neighbors")
    say(telegram(page), "@calcoord_faq_bot ICE is at my door")
    telegram(page).get_by_role("button", name="Menu").click()
    assert_accessible(page)


def test_axe_has_nothing_to_complain_of_in_the_content(page: Page) -> None:
    page.get_by_role("button", name="Content").click()
    for name in ("width", "theme", "lang"):
        page.locator(f".picker [name='{name}']").select_option("both")
    expect(page.locator(".twins")).to_have_count(8)
    for key in ("entry/oversight", "urgent/door", "language/ar"):
        page.locator("[name='key']").select_option(key)
        page.locator(f"[data-key='{key}'] .bubble").first.wait_for()
        assert_accessible(page)


def slip(root: Path, file: str, old: str, new: str) -> None:
    """Let an editor replace all that is like ``old`` by ``new`` in ``file``, both as in ``re.sub``."""
    path = root / file
    text, count = re.subn(old, new, path.read_text(), flags=re.MULTILINE)
    assert count
    path.write_text(text)


def test_axe_has_nothing_to_complain_of_in_mistakes_and_warnings(editing: Page, edited: Path) -> None:
    page, state = editing, editing.locator(".content-state")
    page.locator("[data-checking='false']").wait_for()
    slip(edited, "es/entries/05-oversight.yaml", "^title: .*", "title: Who checks the task forces")
    expect(state).to_contain_text("1 warning")
    tab_to(page, "Content: no mistakes, 1 warning")
    page.keyboard.press("Enter")
    expect(state.get_by_role("listitem")).to_contain_text(["es/entries/05-oversight.yaml"])
    assert_accessible(page)
    slip(edited, "sources.yaml", "^  - id: (?=ab|ag)", "  - id: x-")
    expect(state).to_contain_text("mistakes in the content")
    expect(state.get_by_role("listitem").nth(20)).to_be_attached()
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert_fits(page)
    assert_accessible(page)


def test_360_pixels(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert_fits(page)
    for pane in (slack(page), telegram(page)):
        say(pane, QUESTION)
        assert_fits(page)
    go_to(slack(page), "Home")
    wait_for_turn(page, 3)
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Content").click()
    page.locator(".twins .bubble").first.wait_for()
    assert_fits(page)
    page.locator(".picker").locator("[name='width']").select_option("desktop")
    page.locator(".shown.desktop").first.wait_for()
    assert_fits(page)
