"""What editors see: each thing that the content says, and what they have just saved."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.pages import TITLE, press, say, telegram
from tests.tools.hangguard import HANG_GUARD

ENTRY = "en/entries/05-oversight.yaml"


def edit(root: Path, old: str, new: str) -> None:
    path = root / ENTRY
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_everything_can_be_picked(page: Page) -> None:
    page.get_by_role("button", name="Content").click()
    picker = page.locator(".picker")
    expect(page.locator(".shown.telegram")).to_contain_text(TITLE)
    for key, words in (
        ("urgent/door", "Keep the door closed"),
        ("signpost/schools", "school"),
        ("law/sb-54", "SB 54"),
        ("term/detainer", "48 hours"),
        ("own/topics", "The topics I can answer"),
    ):
        picker.locator("[name='key']").select_option(key)
        expect(page.locator(".shown.telegram")).to_contain_text(words)
        expect(page.locator(".shown.slack")).to_contain_text(words)
    picker.locator("[name='key']").select_option("entry/oversight")
    picker.locator("[name='form']").select_option("whole")
    expect(page.locator(".shown.telegram")).to_contain_text("Show more")
    form = picker.locator("[name='form']")
    for key, forms, chosen in (
        ("law/sb-54", ["First message", "Sources"], "first"),
        ("urgent/door", ["First message"], "first"),
        ("entry/oversight", ["First message", "Whole answer", "Sources"], "whole"),
    ):
        picker.locator("[name='key']").select_option(key)
        expect(form.locator("option")).to_have_text(forms)
        expect(form).to_have_value(chosen)
        expect(form).to_be_enabled(enabled=len(forms) > 1)
    picker.locator("[name='key']").select_option("law/sb-54")
    form.select_option("sources")
    expect(page.locator(".shown.slack").get_by_role("link").first).to_be_visible()
    picker.locator("[name='key']").select_option("entry/oversight")
    picker.locator("[name='lang']").select_option("es")
    expect(page.locator(".shown.telegram")).to_contain_text("Quién supervisa")
    picker.get_by_role("button", name="Next").click()
    expect(page.locator(".gallery")).to_have_attribute("data-key", "entry/state-and-federal-law")
    for name in ("width", "theme"):
        picker.locator(f"[name='{name}']").select_option("both")
    for shown in ("phone, light", "phone, dark", "desktop, light", "desktop, dark"):
        expect(page.get_by_role("region", name=f"Slack, {shown}, es")).to_be_visible()
        expect(page.get_by_role("region", name=f"Telegram, {shown}, es")).to_be_visible()


def test_what_is_saved_is_on_the_page(editing: Page, edited: Path) -> None:
    page = editing
    page.get_by_role("button", name="Content").click()
    expect(page.locator(".shown.telegram")).to_contain_text(TITLE)
    titles = [TITLE, "Who looks", "Who looks at them", "Who looks at it now"]
    taken = []
    for number, (before, title) in enumerate(pairwise(titles)):
        if number < 1:  # the later ones come while the one before is being checked
            page.locator("[data-checking='false']").wait_for()
        begun = time.monotonic()
        edit(edited, f"title: {before}\n", f"title: {title}\n")
        expect(page.locator(".shown.telegram .telegram-text b").first).to_have_text(title)
        taken.append(time.monotonic() - begun)
    print("saved and seen in", ", ".join(f"{seconds:.2f} s" for seconds in taken))
    expect(page.locator(".shown.slack")).to_contain_text("Who looks at it now")
    page.get_by_role("button", name="Talk").click()
    say(telegram(page), "5")
    expect(telegram(page)).to_contain_text("Who looks at it now")


def test_a_mistake_stands_on_the_page(editing: Page, edited: Path) -> None:
    page = editing
    edit(edited, f"title: {TITLE}", f"title: {'long ' * 30}")
    state = page.locator(".content-state")
    expect(state).to_contain_text(ENTRY, timeout=1000 * HANG_GUARD)
    expect(state).to_contain_text("mistake")
    say(telegram(page), "5")
    expect(telegram(page)).to_contain_text(TITLE)
    edit(edited, f"title: {'long ' * 30}", f"title: {TITLE}")
    expect(state).not_to_contain_text("mistakes in", timeout=1000 * HANG_GUARD)
    expect(state).not_to_contain_text(ENTRY, timeout=1000 * HANG_GUARD)
    press(telegram(page).get_by_role("button", name="Sources").last)
