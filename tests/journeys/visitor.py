"""One person's browser window on the service, and whatever goes wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

WIDE = {"width": 1280, "height": 900}
NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
SCRIPTS = Path(__file__).resolve().parent / "scripts"
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
# The components have begun, the drawings are drawn, and no part of the page is on its way.
IS_QUIET = """() => document.readyState === 'complete'
  && ['govuk-skip-link', 'govuk-service-navigation', 'govuk-button'].every(name =>
       !document.querySelector(`[data-module=${name}]:not([data-${name}-init])`))
  && [...document.querySelectorAll('[data-chart]')].every(one =>
       one.dataset.drawn === 'true' || one.closest('details:not([open])'))
  && !document.querySelector('.htmx-request')"""


@dataclass
class Visitor:
    page: Page
    base: str
    has_scripts: bool = True
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
        if self.has_scripts:
            self.page.wait_for_function(IS_QUIET)
        return response.status

    def axe(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA on the open page."""
        # Through the debugger, not a script element, so the page's policy stays as it is.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            """async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
                'wcag22aa']})).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html)
                .slice(0, 3).join(' | '))"""
        )
        return list(found)

    def overflowing(self, width: int) -> list[str]:
        """What runs over the side of a screen ``width`` pixels wide; nothing on a good page."""
        self.page.set_viewport_size({"width": width, "height": 900})
        found = self.page.evaluate("reflow.over()")
        self.page.set_viewport_size(WIDE)
        return list(found)


def equip(context: BrowserContext) -> None:
    """Give every page of a window the scripts that look at it, outside the page's policy."""
    for script in sorted(SCRIPTS.glob("*.js")):
        context.add_init_script(path=script)
