"""A picture of every page that a role opens: wide, narrow with the menu open, and on paper."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test.utils import get_runner
from playwright.sync_api import sync_playwright

from tests.journeys.addresses import pages_of
from tests.journeys.looking import narrowed, printed, unfolded
from tests.journeys.visitor import Visitor
from tests.journeys.windows import start, window_of
from tests.journeys.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from portal.accounts.models import Role


@contextmanager
def service() -> Iterator[str]:
    """Serve the portal on a database that ends with this process; yield its address."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    StaticLiveServerTestCase.setUpClass()
    yield StaticLiveServerTestCase.live_server_url
    StaticLiveServerTestCase.doClassCleanups()
    runner.teardown_databases(databases)


def take(visitor: Visitor, address: str, stem: Path) -> None:
    page = visitor.page
    visitor.open(address)
    page.screenshot(path=f"{stem}-wide.png", full_page=True)
    with narrowed(page):
        page.screenshot(path=f"{stem}-narrow.png", full_page=True)
    unfolded(page)
    with printed(page):
        page.screenshot(path=f"{stem}-paper.png", full_page=True)


def take_all(folder: Path, roles: Iterable[Role]) -> None:
    """Write the pictures of each role's pages into a folder of its name."""
    with service() as base, sync_playwright() as playwright:
        world, browser = make_world(), start(playwright)
        for role in roles:
            (folder / role).mkdir(parents=True, exist_ok=True)
            visitor = Visitor(window_of(browser, base, world.people[role]).new_page(), base)
            for name, address in pages_of(world, role).items():
                stem = name.replace(":", "-").replace(", ", "-").replace(" ", "-")
                take(visitor, address, folder / role / stem)
        browser.close()
