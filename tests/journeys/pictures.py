"""Pictures of every page for each role: wide, narrow with the menu open, and on paper.

Run it with ``python -m tests.journeys.pictures FOLDER``; ``--roles official jsarc`` takes fewer.
The pages and their records are those of the tests, in a database of their own.
"""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread

import django

django.setup()

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test.utils import get_runner
from playwright.sync_api import sync_playwright

from portal.accounts.models import Role
from tests.journeys.addresses import pages_of
from tests.journeys.looking import narrowed, printed, unfolded
from tests.journeys.visitor import Visitor
from tests.journeys.windows import start, window_of
from tests.journeys.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--roles", nargs="+", default=list(Role), type=Role)
    asked = parser.parse_args(argv)
    with service() as base, sync_playwright() as playwright:
        world, browser = make_world(), start(playwright)
        for role in asked.roles:
            folder = asked.folder / role
            folder.mkdir(parents=True, exist_ok=True)
            visitor = Visitor(window_of(browser, base, world.people[role]).new_page(), base)
            for name, address in pages_of(world, role).items():
                take(visitor, address, folder / name.replace(":", "-").replace(" ", "-"))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
