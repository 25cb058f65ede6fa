"""Who is ranked: the newest released version of each product that its supplier stands by."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.comparison.leaderboard.field import WITHDRAWN, field_of, released_results
from portal.comparison.leaderboard.present import present_field, present_fields, ranked_test_sets
from tests.portal.builders import make_submission, make_test_set
from tests.portal.comparison.leaderboard.conftest import set_release, withdraw
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db


def names(runs):
    return [f"{run.submission.product.name} {run.submission.version}" for run in runs]


def test_only_the_newest_version_of_a_product_is_ranked(test_set, newer_version):
    old = make_result(product="Alpha", test_set=test_set)
    new = newer_version(old, "2.0", number=5, evidence=False)

    field = present_field(test_set)

    assert [run.pk for run in field.ranked] == [new.pk]
    assert [run.pk for run in field.earlier] == [old.pk]
    assert field.n_earlier == {new.submission.product_id: 1}


def test_an_older_version_is_ranked_where_the_newer_one_was_withdrawn(test_set, newer_version):
    old = make_result(product="Alpha", test_set=test_set)
    new = newer_version(old, "2.0", number=5, evidence=False)
    withdraw(new)

    field = present_field(test_set)

    assert [run.pk for run in field.ranked] == [old.pk]
    assert [(run.pk, why) for run, why in field.left_out] == [(new.pk, WITHDRAWN)]


def test_a_product_with_nothing_but_withdrawn_versions_is_left_out_once(test_set, newer_version):
    old = make_result(product="Alpha", test_set=test_set)
    new = newer_version(old, "2.0", number=5, evidence=False)
    withdraw(old)
    withdraw(new)

    field = present_field(test_set)

    assert field.ranked == ()
    assert [run.pk for run, _ in field.left_out] == [new.pk]
    assert [run.pk for run in field.earlier] == [old.pk]


@pytest.mark.parametrize("release", ["private", "preview", "withheld"])
def test_what_is_not_released_is_on_no_leaderboard(test_set, release):
    run = make_result(product="Alpha", test_set=test_set)
    set_release(run, release)

    assert present_field(test_set).ranked == ()
    assert ranked_test_sets() == []


def test_models_of_other_tasks_are_on_no_leaderboard(test_set):
    guard = make_submission(card={"name": "guard", "task": "pad"})
    make_result(submission=guard, test_set=test_set)

    assert present_field(test_set).ranked == ()


def test_what_has_gone_stale_drops_out_with_its_reason(test_set):
    fresh = make_result(product="Alpha", test_set=test_set)
    old = make_result(product="Beta", test_set=test_set)

    field = field_of(released_results(), {old.pk: "Measured more than two years ago."})

    assert [run.pk for run in field.ranked] == [fresh.pk]
    assert [(run.pk, why) for run, why in field.left_out] == [
        (old.pk, "Measured more than two years ago.")
    ]


def test_a_result_of_too_long_ago_drops_out_by_itself(test_set, settings):
    settings.ASSAY_STALE_AFTER_DAYS = 100
    fresh = make_result(product="Alpha", test_set=test_set)
    old = make_result(product="Beta", test_set=test_set)
    finished_at = timezone.now() - timedelta(days=101)
    type(old).objects.filter(pk=old.pk).update(finished_at=finished_at)

    field = present_field(test_set)

    assert [run.pk for run in field.ranked] == [fresh.pk]
    assert "too long ago to rank by" in dict(field.left_out)[old]


def test_test_sets_whose_results_are_stale_come_last(test_set):
    for product in ("Alpha", "Beta"):
        make_result(product=product, test_set=test_set)
    newer = make_wide_test_set(title=test_set.title, revision="2")
    make_result(product="Gamma", test_set=newer)
    retired = make_wide_test_set(is_active=False)
    make_result(product="Delta", test_set=retired)

    assert ranked_test_sets() == [newer, test_set, retired]


def test_the_digest_is_of_what_is_ranked(test_set):
    one = make_result(product="Alpha", test_set=test_set)
    alone = present_field(test_set).digest
    other = make_result(product="Beta", test_set=test_set)

    assert present_field(test_set).digest != alone
    withdraw(other)
    assert present_field(test_set).digest == alone
    type(one).objects.filter(pk=one.pk).update(result_sha256="e" * 64)
    assert present_field(test_set).digest != alone


def test_all_fields_are_found_in_as_many_queries_as_one(
    test_set, django_assert_num_queries, django_assert_max_num_queries
):
    make_result(product="Alpha", test_set=test_set)
    with django_assert_max_num_queries(5) as counted:
        present_field(test_set)
    make_result(product="Beta", test_set=test_set)
    make_result(product="Gamma", test_set=make_test_set())

    with django_assert_num_queries(len(counted)):
        fields = present_fields()

    assert len(fields) == 2
    assert len(fields[test_set.pk].ranked) == 2


def test_test_sets_with_most_released_results_come_first(test_set):
    other = make_test_set(title="Another")
    make_result(product="Alpha", test_set=other)
    for product in ("Beta", "Gamma"):
        make_result(product=product, test_set=test_set)

    assert ranked_test_sets() == [test_set, other]
