"""An official moves the threshold by keyboard alone, and without JavaScript by the address."""

import json

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.comparison import provenance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROWEST_PX = 320
TEXTS = """() => Object.fromEntries(
  [...document.querySelectorAll('[data-threshold-text]')]
    .map(one => [one.dataset.thresholdText, one.textContent]))"""


@pytest.fixture
def explorer(monkeypatch, result, world):
    """The address of the explorer, with a whole result in the run's file."""
    monkeypatch.setattr(provenance, "load_result", lambda path: result)
    monkeypatch.setattr(provenance.store, "fetch", lambda path, sha256: path)
    return f"/models/{world.result.submission_id}/thresholds/"


def test_arrow_keys_show_the_numbers_that_the_server_shows_at_that_threshold(visit, explorer):
    visitor = visit(Role.OFFICIAL)
    page = visitor.page
    visitor.open(explorer)
    slider = page.get_by_label("Move the threshold")
    expect(page.locator("[data-chart][data-drawn=true]").first).to_be_visible()
    before = page.evaluate(TEXTS)
    loaded = page.evaluate("performance.timeOrigin")

    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")

    moved = page.evaluate(TEXTS)
    assert moved["threshold"] > before["threshold"]
    assert moved["fnmr"] != before["fnmr"]
    assert slider.get_attribute("aria-valuetext") == moved["threshold"]
    expect(page.get_by_role("status")).to_have_text(moved["sentence"])
    assert "threshold=" in page.url
    assert page.evaluate("performance.timeOrigin") == loaded  # the page was not loaded again
    expect(slider).to_be_focused()
    drawn = page.evaluate(
        "document.querySelector('[data-chart=chart-thresholds]').layout.shapes[0].x0"
    )
    assert f"{drawn:.4f}" == moved["threshold"]

    visitor.open(page.url.removeprefix(visitor.base))

    assert page.evaluate(TEXTS) == moved
    assert visitor.problems == []


@pytest.mark.parametrize("key", ["Home", "End", "PageUp", "PageDown", "ArrowLeft"])
def test_every_key_of_a_slider_leads_to_numbers_of_the_server(visit, explorer, key):
    visitor = visit(Role.OFFICIAL)
    page = visitor.page
    visitor.open(explorer)
    page.get_by_label("Move the threshold").focus()

    page.keyboard.press(key)
    moved = page.evaluate(TEXTS)
    expect(page.get_by_role("status")).to_have_text(moved["sentence"])
    visitor.open(page.url.removeprefix(visitor.base))

    assert page.evaluate(TEXTS) == moved


def test_without_javascript_the_threshold_is_typed(visit, explorer):
    visitor = visit(Role.OFFICIAL, javascript=False)
    page = visitor.page
    visitor.open(explorer)
    expect(page.get_by_label("Move the threshold")).to_be_hidden()
    data = json.loads(page.locator("#threshold-data").text_content())

    fmr = data["everybody"]["rows"][5][data["everybody"]["keys"].index("fmr")]
    page.get_by_label("Threshold", exact=True).fill(str(data["thresholds"][5]))
    page.get_by_label("People enrolled (N)").fill("1000")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("[data-threshold-text=fmr]")).to_have_text(fmr)
    expect(page.get_by_text("Extrapolated beyond N =").first).to_be_visible()


def test_the_explorer_can_be_used_by_everybody_and_fits_a_narrow_screen(visit, explorer):
    visitor = visit(Role.OFFICIAL)
    visitor.open(f"{explorer}?required_fmr=1&required_fnmr=5&people=abc")

    assert visitor.axe() == []
    assert visitor.overflowing(NARROWEST_PX) == []
    assert visitor.problems == []
