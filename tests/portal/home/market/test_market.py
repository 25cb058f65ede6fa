"""The market overview: what is counted, what is marked, and what is new to its reader."""

import csv
import html
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Role
from portal.home.market.overview import country_table, coverage_table
from portal.home.market.visits import FIRST_VISIT, changes_since
from portal.runs.models import ReleaseState
from tests.portal.builders import (
    make_claim,
    make_evidence,
    make_product,
    make_submission,
    make_supplier,
    make_user,
)
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

PAGE = reverse("home:market")
CSV = reverse("home:market_csv")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_the_first_visit_looks_a_month_back_and_later_ones_to_the_visit_before():
    person = make_user(Role.OFFICIAL)
    first = NOW - timedelta(days=10)

    assert changes_since(person, at=first) == first - FIRST_VISIT
    assert changes_since(person, at=first + timedelta(minutes=59)) == first - FIRST_VISIT
    assert changes_since(person, at=NOW) == first
    assert changes_since(person, at=NOW + timedelta(minutes=5)) == first
    assert changes_since(make_user(Role.OFFICIAL), at=NOW) == NOW - FIRST_VISIT


def test_products_are_counted_by_use_and_readiness():
    make_product(for_lfr=True, for_rfr=True, trl_now=9)
    make_product(for_lfr=True, for_rfr=False, trl_now=3)
    make_product(for_lfr=True, for_rfr=False, trl_now=None)
    gone = make_supplier(archived_at=NOW, archived_reason="Left")
    make_product(supplier=gone, for_lfr=True, trl_now=9)

    rows = {row[0]: row[1:] for row in coverage_table().rows}

    assert rows["Live (LFR)"] == ("1", "0", "1", "1")
    assert rows["Retrospective (RFR)"] == ("0", "0", "1", "0")


def test_countries_stand_with_the_most_suppliers_first():
    for country in ("Finland", "France", "France", "Estonia"):
        make_supplier(country=country)

    assert country_table().rows == (("France", "2"), ("Estonia", "1"), ("Finland", "1"))


@pytest.mark.parametrize(
    ("days", "word"), [(None, "valid"), (91, "valid"), (90, "expiring"), (1, "expiring"),
                       (0, "expired"), (-5, "expired")],
)  # fmt: skip
def test_evidence_expires_with_ninety_days_of_warning(days, word):
    today = date(2026, 11, 23)
    expires_on = None if days is None else today + timedelta(days=days)

    assert make_evidence(expires_on=expires_on).expiry(today) == word


def test_a_product_stands_with_its_newest_result_and_its_evidence(sign_in, official):
    supplier = make_supplier(legal_name="Acme", country="France")
    product = make_product(supplier=supplier, name="Finder", trl_now=8)
    test_set = make_wide_test_set(is_active=False)
    for version, release in (("1.0", "released"), ("2.0", ReleaseState.PRIVATE)):
        submission = make_submission(product=product, version=version)
        make_result(submission=submission, test_set=test_set, release=release)
    make_evidence(product=product)
    make_evidence(product=product, expires_on=timezone.localdate() + timedelta(days=30))
    make_evidence(product=product, expires_on=timezone.localdate() - timedelta(days=1))

    words = words_of(sign_in(official).get(PAGE))
    (row,) = csv.DictReader(io.StringIO(sign_in(official).get(CSV).content.decode()))

    assert "Version 1.0" in words
    assert "Version 2.0" not in words
    assert "Its test set is no longer in use." in words
    assert "1 valid" in words
    assert "1 expires soon" in words
    assert "1 expired" in words
    assert (row["newest_model"], row["evidence_expired"]) == ("1.0", "1")


def test_what_is_new_since_the_last_visit_is_told_and_nothing_older(sign_in, official):
    client = sign_in(official)
    old = make_supplier(legal_name="Old Faces", created_at=timezone.now() - timedelta(days=40))
    run = make_result(product="Alpha")
    run.released_at = timezone.now()
    run.save()
    make_claim(product=run.submission.product, test_set="LFW")
    make_evidence(
        product=make_product(supplier=old, name="Seeker"),
        issued_on=date(2024, 1, 1),
        expires_on=timezone.localdate() - timedelta(days=2),
    )

    words = words_of(client.get(PAGE))

    assert f"The result of {run.submission} on {run.test_set} was released." in words
    assert "A claim about Alpha on LFW was recorded." in words
    assert "Independent bias test of Seeker expired." in words
    assert "Old Faces was added" not in words


@pytest.mark.parametrize(
    ("days_past_its_time", "is_news"), [(2, True), (-2, False), (60, False)], ids=str
)
def test_a_result_that_grew_too_old_since_the_last_visit_is_news(
    sign_in, official, settings, days_past_its_time, is_news
):
    settings.ASSAY_STALE_AFTER_DAYS = 100
    run = make_result(product="Alpha")
    run.finished_at = timezone.now() - timedelta(days=100 + days_past_its_time)
    run.save()

    words = words_of(sign_in(official).get(PAGE))

    assert (f"The result of {run.submission} on {run.test_set} went stale." in words) is is_news


def test_a_visit_after_an_hour_shows_only_what_came_since(sign_in, official):
    client = sign_in(official)
    make_supplier(legal_name="New Faces")
    assert "New Faces was added" in words_of(client.get(PAGE))

    visit = official.market_visit
    visit.seen_at = timezone.now() + timedelta(seconds=1) - timedelta(hours=2)
    visit.save()
    type(make_supplier()).objects.update(created_at=timezone.now() - timedelta(hours=3))

    assert "Nothing has changed since then." in words_of(client.get(PAGE))


def test_the_list_is_narrowed_and_an_empty_one_says_so(sign_in, official):
    make_product(supplier=make_supplier(legal_name="Acme"))
    make_supplier(legal_name="Brill")
    client = sign_in(official)

    found = words_of(client.get(PAGE, {"q": "brill"}))

    assert "No product recorded." in found
    assert "1 supplier" in found
    assert "No supplier fits" in words_of(client.get(PAGE, {"q": "nothing"}))


def test_it_asks_as_often_for_many_suppliers_as_for_one(
    sign_in, official, django_assert_max_num_queries
):
    client = sign_in(official)
    client.get(PAGE)  # the first visit notes itself
    make_evidence(product=make_result().submission.product)
    with django_assert_max_num_queries(26) as asked:
        client.get(PAGE)
    first = len(asked)
    for _ in range(8):
        make_evidence(product=make_result().submission.product)

    with django_assert_max_num_queries(26) as asked:
        client.get(PAGE)
    assert len(asked) == first
