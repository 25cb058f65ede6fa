"""Who sees what: every release state against every role."""

import pytest

from portal.accounts.models import Role
from portal.comparison import selectors
from portal.comparison.basis import choose_basis
from portal.runs.models import ReleaseState, RunState
from tests.portal.builders import (
    make_measurement,
    make_run,
    make_submission,
    make_supplier_user,
    make_user,
)
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

SEEN_BY = {
    Role.JSARC: {"private", "preview", "released", "withheld"},
    Role.OFFICIAL: {"released"},
    Role.ADMINISTRATOR: set(),
}


@pytest.mark.parametrize("role", SEEN_BY)
@pytest.mark.parametrize("release", ReleaseState.values)
def test_government_sees_results_by_role_and_release(role, release):
    make_result(release=release)

    seen = selectors.results_visible_to(make_user(role)).exists()

    assert seen == (release in SEEN_BY[role])


@pytest.mark.parametrize("release", ReleaseState.values)
def test_a_supplier_sees_own_results_once_previewed_or_released(release):
    run = make_result(release=release)
    owner = make_supplier_user(run.submission.product.supplier)

    assert selectors.results_visible_to(owner).exists() == (release in {"preview", "released"})


def test_a_supplier_never_sees_anybody_elses_result():
    run = make_result(release=ReleaseState.RELEASED)
    other = make_supplier_user()

    assert not selectors.results_visible_to(other).exists()
    assert not selectors.models_visible_to(other).exists()
    assert run.submission not in selectors.models_visible_to(other)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.FAILED_PLATFORM])
def test_a_run_without_a_result_is_no_result(state, jsarc):
    make_run(state)

    assert not selectors.results_visible_to(jsarc).exists()


def test_an_official_opens_only_models_with_a_released_result(official):
    released = make_result(release="released").submission
    make_result(release="private")
    make_submission("rejected")

    assert list(selectors.models_visible_to(official)) == [released]


def test_jsarc_opens_any_model_but_a_draft(jsarc):
    refused = make_submission("rejected")
    make_submission("draft")

    assert list(selectors.models_visible_to(jsarc)) == [refused]


def names(runs):
    return [run.submission.product.name for run in runs]


@pytest.fixture
def three(jsarc):
    test_set = make_wide_test_set()
    for name, quality, speed in [("Good", 4.5, 20), ("Fair", 3.5, 400), ("Poor", 2.0, 90)]:
        make_result(quality, speed, product=name, test_set=test_set)
    basis = choose_basis(selectors.test_sets_with_results(jsarc), {})
    return lambda **filters: names(selectors.results_on(jsarc, basis, filters))


def test_results_are_ordered_by_fewest_missed_matches_unless_asked_otherwise(three):
    assert three() == ["Good", "Fair", "Poor"]
    assert three(sort="speed") == ["Fair", "Poor", "Good"]
    assert three(sort="name") == ["Fair", "Good", "Poor"]


def test_search_looks_for_every_word(three):
    assert three(q="goo") == ["Good"]
    assert three(q="good supplier") == ["Good"]
    assert three(q="good nobody") == []


def test_use_case_and_supplier_narrow_the_list(three):
    assert three(use_case="rfr") == ["Good", "Fair", "Poor"]
    assert three(use_case="lfr") == []
    assert three(supplier="no-such-supplier") == []


def test_test_sets_come_with_the_most_used_first(jsarc):
    much, little = make_wide_test_set(title="Zebra"), make_wide_test_set(title="Aardvark")
    make_wide_test_set(title="Unused")
    make_result(test_set=little)
    for _ in range(2):
        make_result(test_set=much)

    assert selectors.test_sets_with_results(jsarc) == [much, little]


def test_figures_under_a_condition_are_left_out_where_they_are_not_wanted():
    run = make_run(RunState.SCORED)
    basis = choose_basis([run.test_set], {})
    alone = make_measurement(run)
    others = {
        make_measurement(run, metric="group_fnmr", condition="sex=female"),
        make_measurement(run, protocol="other"),
    }

    assert set(selectors.measurements_of([run])[run.pk]) == {alone, *others}
    assert selectors.measurements_of([run], basis) == {run.pk: [alone]}
