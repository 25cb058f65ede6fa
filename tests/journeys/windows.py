"""Chromium on the service: how it is started, and a window in which somebody is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import Client

from tests.journeys.visitor import WIDE, equip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

    from portal.accounts.models import User

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


def start(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def window_of(
    browser: Browser, base: str, person: User | None, *, javascript: bool = True
) -> BrowserContext:
    """Open a window, signed in as ``person``; None is nobody."""
    context = browser.new_context(viewport=WIDE, java_script_enabled=javascript)
    equip(context)
    if person is not None:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        key = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": base}])
    return context
