"""An official sets models side by side and reads the figures, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from tests.portal.builders import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def address_of_comparison(world):
    chosen = [world.result.submission_id, world.other_result.submission_id]
    return "/compare/?" + "&".join(f"model={pk}" for pk in chosen)


def test_an_official_signs_in_and_compares_two_models(visit, world):
    visitor = visit(None)
    page = visitor.page
    visitor.open("/models/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(world.people[Role.OFFICIAL].email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Models")
    page.get_by_role("checkbox", name="Compare Northgate Verify 2.0").check()
    page.get_by_role("checkbox", name=re.compile("Compare Rival Edge")).check()
    page.get_by_role("button", name="Compare chosen models").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Compare models")
    expect(page.locator("[data-chart]:not([data-drawn=true])")).to_have_count(0)
    assert page.locator("[data-chart]").count() >= 2
    expect(page.locator(".assay-best").first).to_be_visible()
    assert visitor.problems == []


def test_the_charts_are_drawn_and_fit_a_narrow_screen(visit, world):
    visitor = visit(Role.OFFICIAL)
    visitor.page.set_viewport_size({"width": 320, "height": 900})

    visitor.open(address_of_comparison(world))

    charts = visitor.page.locator("[data-chart][data-drawn=true] .main-svg")
    expect(charts.first).to_be_visible()
    assert visitor.page.locator("[data-chart] .scatterlayer .trace").count() >= 4
    widest = visitor.page.evaluate(
        "Math.max(...[...document.querySelectorAll('.main-svg')].map(s => s.clientWidth))"
    )
    assert widest <= 320
    assert visitor.problems == []


def test_charts_are_drawn_anew_where_a_page_becomes_narrow_and_wide_again(visit, world):
    """As when a tablet is turned, or the page is enlarged to 400%."""
    visitor = visit(Role.OFFICIAL)
    visitor.open(address_of_comparison(world))
    place = visitor.page.locator("[data-chart]").first
    expect(place).to_have_attribute("data-narrow", "false")
    expect(place.locator(".legend")).to_have_count(0)

    visitor.page.set_viewport_size({"width": 320, "height": 900})
    expect(place).to_have_attribute("data-narrow", "true")
    expect(place.locator(".legend")).to_have_count(1)

    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    expect(place).to_have_attribute("data-narrow", "false")
    expect(place.locator(".legend")).to_have_count(0)
    assert visitor.problems == []


def test_without_javascript_every_number_can_be_read(visit, world):
    visitor = visit(Role.OFFICIAL, javascript=False)
    visitor.open(address_of_comparison(world))

    figures = visitor.page.get_by_role("table", name="Figures of each model")
    expect(figures).to_contain_text("Failure to enrol")
    visitor.page.get_by_text("Show the numbers as a table").first.click()
    expect(
        visitor.page.get_by_role("table", name=re.compile("at each false match rate"))
    ).to_be_visible()


def test_filters_stay_in_the_address_and_in_the_download(visit, world):
    visitor = visit(Role.JSARC)
    visitor.open("/models/")
    visitor.page.get_by_label("Search").fill("rival")
    visitor.page.get_by_role("button", name="Apply filters").click()

    expect(visitor.page).to_have_url(re.compile(r"q=rival"))
    expect(visitor.page.get_by_role("row")).to_have_count(2)
    download = visitor.page.get_by_role("link", name="Download this list as CSV")
    assert "q=rival" in download.get_attribute("href")


def test_the_keyboard_reaches_the_content_first(visit, world):
    visitor = visit(Role.OFFICIAL)
    visitor.open("/models/")

    visitor.page.keyboard.press("Tab")
    skip = visitor.page.locator(":focus")

    expect(skip).to_have_text("Skip to main content")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(":focus")).to_have_id("main-content")
