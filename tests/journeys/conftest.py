"""A real browser on a real server with the collected static files; skips without Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from tests.evaluation.made_result import make_result, result
from tests.journeys.visitor import AXE, Visitor
from tests.journeys.windows import CHROMIUM, start, window_of
from tests.journeys.world import World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from portal.accounts.models import Role

__all__ = ["make_result", "result"]


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"no Chromium at {CHROMIUM}: make services installs it")
    if not AXE.is_file():
        pytest.skip('no axe-core in node_modules: "npm ci --ignore-scripts" installs it')
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = start(playwright)
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
        person = None if role is None else world.people[role]
        contexts.append(window_of(browser, site, person, javascript=javascript))
        return Visitor(contexts[-1].new_page(), site, has_scripts=javascript)

    yield open_window
    for context in contexts:
        context.close()
