"""Pages with results of the true shape: charts, heat maps, sliders and long tables."""

import pytest

from fixtures.large.filling import fill
from portal.accounts.models import Role, User
from tests.journeys.looking import everything
from tests.journeys.visitor import Visitor
from tests.journeys.windows import window_of
from tests.portal.large_world import SIDE_BY_SIDE, large_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILLED = (
    "comparison:model_detail",
    "comparison:model_groups",
    "comparison:thresholds",
    "comparison:versions",
    "comparison:profile",
    "comparison:claim_list",
    "deployments:calculator",
    "deployments:record_detail",
    "home:market",
    "compare, differing rows",
    "compare, six models",
    "leaderboard of one set",
    "models on one set",
)


@pytest.fixture
def official(site, settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    settings.ASSAY_TEST_SETS = tmp_path / "testsets"
    fill(n_models=SIDE_BY_SIDE, n_sets=1, password="secret-enough", say=list)
    return User.objects.get(role=Role.OFFICIAL)


def test_pages_full_of_figures_are_accessible(browser, site, official):
    window = window_of(browser, site, official)
    visitor, wrong = Visitor(window.new_page(), site), []
    pages = large_pages(official)

    for name in FILLED:
        status = visitor.open(pages[name])
        wrong += [f"{name}: {one}" for one in everything(visitor)]
        assert status == 200, name

    window.close()
    assert not wrong, "\n".join(wrong)
