"""What changed on a leaderboard since a day: who entered, left and moved, and why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.comparison.leaderboard.changes import NOTHING_STORED
from portal.comparison.leaderboard.models import StoredRanking
from portal.core.wording import uk_date
from tests.portal.comparison.leaderboard.conftest import TARGET, set_release, withdraw
from tests.portal.comparison.with_evidence import measured

pytestmark = pytest.mark.django_db
PAGE = reverse("comparison:leaderboard")


@pytest.fixture
def line(sign_in, official):
    """The line of the page."""

    def read(**asked):
        return sign_in(official).get(PAGE, {"target": TARGET} | asked).context["changes"].line

    return read


@pytest.fixture
def days_ago():
    """Move every ranking back in time."""

    def move(days):
        for one in StoredRanking.objects.all():
            made_at = one.made_at - timedelta(days=days)
            StoredRanking.objects.filter(pk=one.pk).update(made_at=made_at)

    return move


def test_without_a_stored_ranking_the_line_says_so(three, line):
    assert line() == NOTHING_STORED


def test_a_leaderboard_without_changes_says_so(three, test_set, rank_now, line, days_ago):
    rank_now(test_set)
    today = uk_date(timezone.now())
    assert line() == f"This ranking was first worked out on {today}. Nothing has changed since."

    days_ago(100)
    since = uk_date(timezone.now() - timedelta(days=30))
    assert line() == f"Nothing has changed since {since}."


def test_a_model_that_enters_is_named_with_its_group(three, test_set, rank_now, line, days_ago):
    rank_now(test_set)
    days_ago(40)
    delta = measured(test_set, "Delta", seed=4, skill=0.1, number=4)
    rank_now(test_set)

    since = uk_date(timezone.now() - timedelta(days=30))
    version = delta.submission.version
    assert line() == f"Since {since}: Delta {version} entered in group 2."


def test_changes_of_longer_ago_are_told_on_request(three, test_set, rank_now, line, days_ago):
    rank_now(test_set)
    days_ago(50)
    measured(test_set, "Delta", seed=4, skill=0.1, number=4)
    rank_now(test_set)
    days_ago(40)

    assert line().startswith("Nothing has changed")
    assert "Delta" in line(days="90")
    assert "Delta" in line(days="365")


def test_a_newer_version_takes_the_place_of_the_older(
    three, test_set, rank_now, line, days_ago, newer_version
):
    rank_now(test_set)
    days_ago(40)
    newer_version(three[0], "9.0", number=4, seed=3, skill=0.1)
    rank_now(test_set)

    older = three[0].submission.version
    assert f"Poor 9.0 entered in group 2, in place of version {older}." in line()
    assert "left" not in line()


def test_a_model_that_left_is_named_with_the_reason(three, test_set, rank_now, line, days_ago):
    rank_now(test_set)
    days_ago(40)
    set_release(three[1], "withheld")
    withdraw(three[0])
    rank_now(test_set)

    assert f"Alpha {three[1].submission.version} left: its result is withheld" in line()
    poor = f"Poor {three[0].submission.version}"
    assert f"{poor} left: its supplier has withdrawn this version" in line()


def test_a_model_that_moves_is_named_with_both_groups(three, test_set, rank_now, line, days_ago):
    rank_now(test_set)
    days_ago(40)
    for run in three[1:]:
        set_release(run, "withheld")
    rank_now(test_set)

    poor = f"Poor {three[0].submission.version}"
    assert f"{poor} moved from group 2 to group 1" in line()


def test_many_changes_are_counted_and_listed_below(
    sign_in, official, three, test_set, rank_now, line, days_ago
):
    rank_now(test_set)
    days_ago(40)
    for number in range(10, 15):
        measured(test_set, f"New {number}", seed=3, skill=0.1, number=number)
    rank_now(test_set)

    assert "5 models entered" in line()
    page = sign_in(official).get(PAGE, {"target": TARGET}).content.decode()
    assert "Every change" in page
    assert "New 14" in page
