"""Rankings are worked out once for each set of results, and kept with their dates."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from evaluation.ranking import save_evidence
from portal.comparison.leaderboard import ranking, work
from portal.comparison.leaderboard.models import RankedSet, StoredRanking
from portal.comparison.leaderboard.storing import drawn_rates
from portal.comparison.paired import evidence_file
from portal.comparison.tasks import rank_test_set, sweep_rankings
from tests.evaluation.made_evidence import make_evidence
from tests.portal.comparison.leaderboard.conftest import set_release
from tests.portal.comparison.with_evidence import measured

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """Messages that would have been sent."""
    messages = []
    monkeypatch.setattr(work, "nudge", lambda row, task, **named: messages.append(named) or True)
    return messages


def at_ten_percent():
    return StoredRanking.objects.filter(point="target=0.1")


def test_models_that_the_evidence_does_not_separate_share_a_group(three, test_set, rank_now):
    rank_now(test_set)

    found = {place["run"]: place for place in at_ten_percent().get().places}
    poor, alpha, beta = (found[str(run.pk)] for run in three)
    assert (poor["group"], alpha["group"], beta["group"]) == (2, 1, 1)
    assert alpha["first"] + beta["first"] == pytest.approx(1)
    assert poor["first"] == 0


def test_the_draws_of_the_newest_ranking_are_kept_and_give_its_shares(three, test_set, rank_now):
    rank_now(test_set)
    stored = at_ten_percent().get()

    drawn = drawn_rates(stored)

    assert drawn.shape == (400, 3)
    firsts = np.zeros(3)
    for rates in drawn:
        best = [k for k in range(3) if rates[k] == min(rates)]
        firsts[best] += 1 / len(best) / 400
    assert [place["first"] for place in stored.places] == pytest.approx(firsts.tolist())


def test_a_sweep_asks_for_a_ranking_until_it_holds(three, test_set, rank_now, sent):
    work.sweep()
    assert sent == [{"test_set_id": str(test_set.pk)}]

    rank_now(test_set)
    sent.clear()
    work.sweep()
    assert sent == []

    set_release(three[0], "withheld")
    work.sweep()
    assert len(sent) == 1


def test_a_test_set_that_a_worker_is_at_is_left_to_it_until_its_time_is_up(
    three, test_set, rank_now, sent
):
    work.sweep()
    sent.clear()
    until = timezone.now() + timedelta(minutes=5)
    RankedSet.objects.update(lease_expires_at=until)

    work.sweep()
    assert sent == []
    assert rank_now(test_set) == 0

    RankedSet.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    work.sweep()
    assert len(sent) == 1
    assert rank_now(test_set) > 0


def test_the_same_ranking_is_not_stored_twice(three, test_set, rank_now):
    rank_now(test_set)
    before = StoredRanking.objects.count()
    rank_now(test_set)

    assert StoredRanking.objects.count() == before


def test_a_new_ranking_takes_the_place_of_the_old_which_stays_without_its_draws(
    three, test_set, rank_now
):
    rank_now(test_set)
    set_release(three[0], "withheld")
    rank_now(test_set)

    new, old = at_ten_percent()
    assert (len(new.places), len(old.places)) == (2, 3)
    assert new.draws is not None
    assert old.draws is None
    assert drawn_rates(old) is None


def test_of_long_ago_the_last_ranking_of_each_day_is_kept(three, test_set, rank_now):
    rank_now(test_set)
    stored = at_ten_percent().get()
    day = timezone.now().replace(hour=9) - timedelta(days=60)
    for hours in (0, 1, 2, 24):
        stored.pk = None
        stored.made_at = day + timedelta(hours=hours)
        stored.save()
    set_release(three[0], "withheld")
    rank_now(test_set)

    kept = sorted(at_ten_percent().values_list("made_at", flat=True))[:-2]
    assert kept == [day + timedelta(hours=2), day + timedelta(hours=24)]


def test_missing_evidence_leaves_its_own_result_out_and_is_looked_for_again(
    three, test_set, rank_now, sent
):
    evidence_file(three[2]).unlink()
    rank_now(test_set)

    placed = {place["run"] for place in at_ten_percent().get().places}
    assert placed == {str(run.pk) for run in three[:2]}
    work.sweep()
    assert sent == []
    RankedSet.objects.update(again_at=timezone.now())
    work.sweep()
    assert len(sent) == 1


def test_evidence_of_other_trials_leaves_its_own_result_out(three, test_set, rank_now):
    other = make_evidence("Delta", 4, 0.8, replicates=300)
    delta = measured(test_set, "Delta", seed=4, skill=0.8, number=4)
    save_evidence(evidence_file(delta), other)
    rank_now(test_set)

    placed = {place["run"] for place in at_ten_percent().get().places}
    assert placed == {str(run.pk) for run in three}


def test_more_people_and_models_than_a_worker_can_hold_are_not_ranked(
    three, test_set, rank_now, monkeypatch
):
    monkeypatch.setattr(ranking, "MOST_CELLS", 3 * test_set.n_subjects - 1)
    rank_now(test_set)

    assert not StoredRanking.objects.exists()
    assert RankedSet.objects.get().digest != ""


def test_a_test_set_without_a_row_or_results_is_no_error(test_set, sent):
    rank_test_set(test_set_id=str(test_set.pk))
    sweep_rankings()

    assert not StoredRanking.objects.exists()
    assert sent == []
