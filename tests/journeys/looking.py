"""What is wrong with the open page: by keyboard alone, narrow, enlarged, and on paper."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.journeys.visitor import IS_QUIET, WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.visitor import Visitor

NARROWEST_PX = 320
ENLARGED_PX = 640  # a screen of 1,280 px at 200%
PAPER = {"width": 680, "height": 1009}  # A4 with margins of 15 mm, at 96 px to the inch
PRESSES_MORE = 2  # onto the first stop, and off the last one
MENU = "button.govuk-service-navigation__toggle"


def everything(visitor: Visitor) -> list[str]:
    """Return what is wrong with the page that ``visitor`` has just opened, on a wide screen."""
    page = visitor.page
    wrong = visitor.axe()
    if page.locator("h1").count() != 1:
        wrong.append("not exactly one h1")
    wrong += by_keyboard(page)
    wrong += visitor.overflowing(ENLARGED_PX)
    wrong += narrow(visitor)
    wrong += on_paper(page)
    wrong += visitor.problems
    visitor.problems.clear()
    return wrong


def by_keyboard(page: Page) -> list[str]:
    """Unfold all that is folded, skip to the content, and walk from the top to the end."""
    return unfolded(page) + skipped(page) + walked(page, "Tab")


def unfolded(page: Page) -> list[str]:
    """Open each fold by Enter and by the space bar in turn."""
    number = 0
    while page.evaluate("keyboard.reachFold()"):
        number += 1
        page.keyboard.press(("Enter", "Space")[number % 2])
        page.wait_for_function(IS_QUIET)
        if not page.evaluate("keyboard.isUnfolded()"):
            return [f"fold {number} does not open by keyboard"]
    return []


def skipped(page: Page) -> list[str]:
    page.evaluate("keyboard.begin({backwards: false})")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    return [] if page.evaluate("keyboard.isSkipped()") else ["the first stop does not skip to main"]


def walked(page: Page, key: str) -> list[str]:
    """Press ``key`` from stop to stop until the page has none left."""
    way = {"backwards": key != "Tab"}
    for _ in range(page.evaluate("way => keyboard.begin(way)", way) + PRESSES_MORE):
        page.keyboard.press(key)
    return list(page.evaluate("way => keyboard.end(way)", way))


@contextmanager
def narrowed(page: Page) -> Iterator[None]:
    """The narrowest screen, with the menu opened by keyboard where there is one."""
    page.set_viewport_size({"width": NARROWEST_PX, "height": 900})
    menu = page.locator(MENU)
    if menu.count():
        menu.wait_for(state="visible")
        menu.press("Enter")
    yield
    page.set_viewport_size(WIDE)


@contextmanager
def printed(page: Page) -> Iterator[None]:
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(IS_QUIET)
    yield
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)


def narrow(visitor: Visitor) -> list[str]:
    """On the narrowest screen, with its menu open: reflow, axe, and the walk backwards."""
    page = visitor.page
    with narrowed(page):
        wrong = page.evaluate("reflow.over()") + page.evaluate("reflow.spaced()")
        if page.locator(f"{MENU}[aria-expanded=false]").count():
            wrong.append("the menu does not open by keyboard")
        wrong += [f"{found} (at {NARROWEST_PX} px)" for found in visitor.axe()]
        wrong += walked(page, "Shift+Tab")
    return list(wrong)


def on_paper(page: Page) -> list[str]:
    with printed(page):
        return list(page.evaluate("paper.wrong()"))
