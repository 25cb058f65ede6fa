"""The long page of one model, and models of other tasks, as a browser shows them."""

import pytest

from portal.accounts.models import Role
from portal.comparison import provenance
from tests.portal.builders import make_measurement, make_run, make_submission, make_test_set

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROWEST_PX = 320


@pytest.fixture
def every_section(monkeypatch, result):
    """Have the result's file hold a section of every kind."""
    monkeypatch.setattr(provenance, "load_result", lambda path: result)


def test_a_long_page_is_folded_and_draws_what_is_opened(visit, world, every_section):
    visitor = visit(Role.OFFICIAL)
    page = visitor.page
    visitor.open(f"/models/{world.result.submission_id}/")
    folded = page.locator("details:has(> .govuk-details__text [data-chart])")
    assert folded.count() > 1
    assert visitor.overflowing(NARROWEST_PX) == []
    assert visitor.axe() == []
    hidden = folded.first.locator("[data-chart]").first
    assert hidden.get_attribute("data-drawn") is None

    folded.first.locator("summary").first.click()

    hidden.locator(".main-svg").first.wait_for(state="visible")
    assert hidden.bounding_box()["width"] > 300
    for section in folded.all()[1:]:
        section.locator("summary").first.click()
    assert visitor.overflowing(NARROWEST_PX) == []
    assert visitor.axe() == []
    assert visitor.problems == []


def test_models_of_another_task_fit_a_narrow_screen(visit, world):
    test_set = make_test_set(
        title="Masks, prints and screens of every kind",
        protocols=[{"name": "p", "title": "Attacks", "kind": "presentation_attack"}],
    )
    model = make_submission(card={"name": "guard", "task": "pad"})
    run = make_run("scored", "released", submission=model, test_set=test_set)
    for metric, target in (("apcer", None), ("bpcer", None), ("bpcer_at_apcer", 0.05)):
        make_measurement(run, protocol="p", metric=metric, target=target)
    visitor = visit(Role.OFFICIAL)

    visitor.open("/models/tasks/pad/")

    assert visitor.page.get_by_text("12 of 500").count() == 3
    assert visitor.axe() == []
    assert visitor.overflowing(NARROWEST_PX) == []
    assert visitor.problems == []
