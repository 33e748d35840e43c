"""What people do on the playground's page, and what they then see."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.tools.hangguard import HANG_GUARD

QUESTION = "who checks that ICE task forces follow the rules?"
TITLE = "Who checks task forces and ICE contact"


def slack(page: Page) -> Locator:
    return page.get_by_role("region", name="Slack")


def telegram(page: Page) -> Locator:
    return page.get_by_role("region", name="Telegram")


def say(pane: Locator, text: str) -> None:
    """Write ``text``, and wait until all that comes of it is there."""
    page = pane.page
    before = turn_of(page)
    pane.get_by_role("textbox").fill(text)
    pane.get_by_role("button", name="Send").click()
    wait_for_turn(page, before + 1)


def press(button: Locator) -> None:
    """Press ``button``, and wait until all that comes of it is there."""
    page = button.page
    before = turn_of(page)
    button.click()
    wait_for_turn(page, before + 1)


def turn_of(page: Page) -> int:
    return int(page.locator("[data-turn]").get_attribute("data-turn") or 0)


TURNED = "turn => Number(document.querySelector('[data-turn]').dataset.turn) >= turn"


def wait_for_turn(page: Page, turn: int) -> None:
    """Wait until there are so many turns; what was opened just before may make one of its own meanwhile."""
    page.wait_for_function(TURNED, arg=turn, timeout=1000 * HANG_GUARD)


def go_to(pane: Locator, tab: str) -> None:
    pane.get_by_role("button", name=tab, exact=True).click()


def messages(pane: Locator, author: str = "CalCoord FAQ") -> Locator:
    return pane.get_by_role("article", name=author)


def assert_accessible(page: Page) -> None:
    """Let axe-core look at the page: it has nothing to complain of."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


OUTSIDE = """[...document.querySelectorAll("button, input, select, a, .bubble, .slack-blocks")]
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map((one) => one.outerHTML.slice(0, 100))"""


def assert_fits(page: Page) -> None:
    """Nothing is wider than the window, or cut off at its side."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert page.evaluate(OUTSIDE) == []
