"""A real browser on a real server with the collected static files; skips without Chromium."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.test import Client

from portal.accounts.models import Role
from tests.evaluation.made_result import make_result, result
from tests.journeys.world import World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["make_result", "result"]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}
WHAT_RUNS_OVER = """() => {
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  if (over <= 0) { return []; }
  const wide = [...document.querySelectorAll('main *, header *, footer *')]
    .filter(one => one.getBoundingClientRect().right > root.clientWidth + 1)
    .filter(one => !one.closest('.assay-table-scroll, .assay-chart__drawing'))
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120));
  return [over + ' px too wide', ...wide];
}"""
NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"no Chromium at {CHROMIUM}: make services installs it")
    if not (NODE_MODULES / "axe-core").is_dir():
        pytest.skip('no axe-core in node_modules: "npm ci --ignore-scripts" installs it')
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """Static files as a deployment serves them: hashed, without fonts and crest."""
    from django.conf import settings
    from django.test import override_settings

    root = tmp_path_factory.mktemp("static")
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "portal.core.front_end.ManifestStorage"}
    }
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    yield root, storages
    shutil.rmtree(root)


@dataclass
class Visitor:
    """One person's browser window, and whatever went wrong in it."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _failed(self, request) -> None:
        if request.url.startswith(self.base):
            self.problems.append(f"request failed: {request.url}")

    def open(self, address: str) -> int:
        """Open an address of the service and wait until it is quiet; return the status."""
        response = self.page.goto(self.base + address)
        self.page.wait_for_load_state("networkidle")
        return response.status

    def axe(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA on the open page."""
        # Through the debugger, not a script element, so the page's policy stays as it is.
        self.page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text())
        found = self.page.evaluate(
            """async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
                'wcag22aa']})).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html)
                .slice(0, 3).join(' | '))"""
        )
        return list(found)

    def overflowing(self, width: int) -> list[str]:
        """What runs over the side of a screen ``width`` pixels wide; nothing on a good page."""
        self.page.set_viewport_size({"width": width, "height": 900})
        found = self.page.evaluate(WHAT_RUNS_OVER)
        self.page.set_viewport_size(WIDE)
        return list(found)


@pytest.fixture
def site(transactional_db, settings, collected, live_server):
    root, storages = collected
    settings.STATIC_ROOT = root
    settings.STORAGES = storages
    settings.STATICFILES_DIRS = [root]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return live_server.url


@pytest.fixture
def world(site) -> World:
    return make_world()


@pytest.fixture
def visit(browser: Browser, site: str, world: World):
    """``visitor = visit(Role.OFFICIAL)``: a signed-in window; None is nobody."""
    contexts: list[BrowserContext] = []

    def open_window(role: Role | None, *, javascript: bool = True) -> Visitor:
        context = browser.new_context(viewport=WIDE, java_script_enabled=javascript)
        contexts.append(context)
        if role is not None:
            client = Client()
            client.force_login(
                world.people[role], backend="django.contrib.auth.backends.ModelBackend"
            )
            key = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": key, "url": site}])
        return Visitor(context.new_page(), site)

    yield open_window
    for context in contexts:
        context.close()
