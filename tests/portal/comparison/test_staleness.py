"""Which results have gone stale, and where it is said."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.comparison import selectors
from portal.comparison.staleness import OUT_OF_USE, stale_reasons
from portal.runs.models import ReleaseState
from tests.portal.builders import make_product, make_submission
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.get_default_timezone())


def measured(days_ago, **overrides):
    run = make_result(**overrides)
    run.finished_at = NOW - timedelta(days=days_ago)
    run.save()
    return run


def a_version(product, days_ago, **more):
    submission = make_submission(product=product, created_at=NOW - timedelta(days=days_ago))
    return measured(1, submission=submission, **more)


@pytest.mark.parametrize(("days", "is_stale"), [(730, False), (731, True)])
def test_a_result_goes_stale_with_age(settings, days, is_stale):
    settings.ASSAY_STALE_AFTER_DAYS = 730
    run = measured(days)

    reasons = stale_reasons([run], at=NOW)

    assert (run.pk in reasons) == is_stale
    if is_stale:
        assert reasons[run.pk] == "It was measured on 22 November 2024, too long ago to rank by."


def test_a_released_result_of_a_newer_version_makes_the_older_one_stale():
    product, test_set = make_product(), make_wide_test_set()
    older = a_version(product, 20, test_set=test_set)
    newer = a_version(product, 10, test_set=test_set)
    elsewhere = a_version(product, 30)

    reasons = stale_reasons([older, newer, elsewhere], at=NOW)

    version = newer.submission.version
    assert reasons == {older.pk: f"A newer version, {version}, has been measured on this test set."}


def test_a_newer_version_that_is_not_released_makes_nothing_stale():
    product, test_set = make_product(), make_wide_test_set()
    older = a_version(product, 20, test_set=test_set)
    a_version(product, 10, test_set=test_set, release=ReleaseState.PREVIEW)

    assert stale_reasons([older], at=NOW) == {}


def test_a_newer_version_that_was_withdrawn_makes_nothing_stale():
    product, test_set = make_product(), make_wide_test_set()
    older = a_version(product, 20, test_set=test_set)
    newer = a_version(product, 10, test_set=test_set)
    type(newer.submission).objects.filter(pk=newer.submission_id).update(state="withdrawn")

    assert stale_reasons([older], at=NOW) == {}


def test_a_newer_revision_of_the_test_set_makes_results_stale():
    first = make_wide_test_set(title="Faces", revision="1", registered_at=NOW - timedelta(days=9))
    make_wide_test_set(title="Faces", revision="2", registered_at=NOW)
    other = make_wide_test_set(title="Other faces", registered_at=NOW)
    old, unlike = measured(1, test_set=first), measured(1, test_set=other)

    assert stale_reasons([old, unlike], at=NOW) == {old.pk: "Its test set has a newer revision, 2."}


def test_a_test_set_out_of_use_makes_results_stale():
    run = measured(1, test_set=make_wide_test_set(is_active=False))

    assert stale_reasons([run], at=NOW) == {run.pk: OUT_OF_USE}


def test_it_asks_as_often_for_one_as_for_many(django_assert_num_queries):
    for _ in range(6):
        measured(900)
    runs = list(selectors.EvaluationRun.objects.select_related("submission", "test_set"))

    with django_assert_num_queries(2):
        assert len(stale_reasons(runs, at=NOW)) == 6
    with django_assert_num_queries(0):
        assert stale_reasons([], at=NOW) == {}


@pytest.mark.parametrize("page", ["list", "model", "compare"])
def test_every_page_with_the_result_says_so(sign_in, official, page):
    run = make_result(test_set=make_wide_test_set(is_active=False))
    addresses = {
        "list": reverse("comparison:model_list"),
        "model": reverse("comparison:model_detail", args=[run.submission_id]),
        "compare": f"{reverse('comparison:compare')}?model={run.submission_id}",
    }

    text = sign_in(official).get(addresses[page]).content.decode()

    assert text.count(OUT_OF_USE) == 1


def test_a_result_that_is_not_stale_has_no_mark(sign_in, official):
    make_result()

    text = sign_in(official).get(reverse("comparison:model_list")).content.decode()

    assert "Stale" not in text
