"""Searches by group of the person searched for, counted and resampled in plain Python."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.errors import NonFiniteScoreError
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.differentials import (
    SearchesOfPeople,
    SearchPoint,
    search_differential_results,
    search_points,
)
from evaluation.metrics.identification_trials import (
    MatedSearches,
    NonMatedSearches,
    SearchTrials,
)
from evaluation.metrics.uncertainty import wilson
from evaluation.results import Evidence, IntervalMethod, NotMeasured, Verdict

NOBODY = -math.inf
POINTS = (
    SearchPoint(0.1, 0.6, 1),
    SearchPoint(0.01, 0.8, 1),
    SearchPoint(None, 0.0, 1),
    SearchPoint(None, None, 1),
    SearchPoint(None, None, 3),
)


def searched(mated, non_mated):
    """Mated as (score, rank, person, sex), non-mated as (best score, person, sex)."""
    score, rank, owner, _ = zip(*mated, strict=True) if mated else ((),) * 4
    top, stranger, _ = zip(*non_mated, strict=True) if non_mated else ((),) * 3
    sexes = [row[-1] for row in (*mated, *non_mated)]
    return SearchesOfPeople(
        protocol="searches",
        title="Searches",
        trials=SearchTrials(
            gallery_size=50,
            mated=MatedSearches(
                np.array(score, dtype=np.float64), np.array(rank, np.int64), np.array(owner, int)
            ),
            non_mated=NonMatedSearches(np.array(top, np.float64), np.array(stranger, int)),
            n_left_out=0,
            n_non_mated_failed=0,
        ),
        values={"sex": sexes},
        failed=np.array([row[0] == NOBODY for row in (*mated, *non_mated)], dtype=np.bool_),
    )


def crowd(seed=0, *, per_person=3, people=40):
    """People with several searches each; scores on a coarse grid, so that there are ties."""
    rng = np.random.default_rng(seed)

    def score():
        return NOBODY if rng.random() < 0.08 else round(float(rng.random()), 1)

    def sex_of(person):
        return ("female", "male", "", "male")[person % 4]

    rows = [person for person in range(people) for _ in range(per_person)]
    mated = [(score(), int(rng.integers(1, 5)), p, sex_of(p)) for p in rows]
    non_mated = [(score(), 100 + p, sex_of(p)) for p in rows]
    return mated, non_mated


def measure(made, points=POINTS, replicates=200):
    return search_differential_results(made, points, seed=1, replicates=replicates)


@pytest.mark.parametrize("seed", range(3))
def test_errors_of_each_group_are_those_counted_by_hand(seed):
    mated, non_mated = crowd(seed)
    (found,) = measure(searched(mated, non_mated))

    assert [group.name for group in found.groups] == ["female", "male"]
    assert [(at.target_fpir, at.threshold, at.rank) for at in found.thresholds] == [*POINTS]
    for at in found.thresholds:
        threshold = -1e9 if at.threshold is None else at.threshold
        for group in at.groups:
            mine = [row for row in mated if row[3] == group.group]
            missed = [s for s, rank, _, _ in mine if s < threshold or rank > at.rank]
            assert (group.fnir.errors, group.fnir.trials) == (len(missed), len(mine))
            assert group.fnir.failures == sum(row[0] == NOBODY for row in mine)
            others = [row for row in non_mated if row[2] == group.group]
            if at.threshold is None:
                assert group.fpir is None
            else:
                returned = [row for row in others if row[0] >= threshold]
                assert (group.fpir.errors, group.fpir.trials) == (len(returned), len(others))
    assert found.n_mated_outside == sum(row[3] == "" for row in mated)
    assert found.n_non_mated_outside == sum(row[2] == "" for row in non_mated)
    assert found.samples_unknown == found.n_mated_outside + found.n_non_mated_outside


def test_a_score_equal_to_the_threshold_is_returned():
    mated = [(0.6, 1, k, "ab"[k % 2]) for k in range(40)]
    non_mated = [(0.6, 100 + k, "ab"[k % 2]) for k in range(40)]
    (found,) = measure(searched(mated, non_mated), [SearchPoint(0.1, 0.6, 1)])
    for group in found.thresholds[0].groups:
        assert group.fnir.errors == 0
        assert group.fpir.errors == group.fpir.trials == 20
        assert group.fpir.method is IntervalMethod.RULE_OF_THREE


def test_intervals_draw_people_with_all_their_searches():
    mated, non_mated = crowd(4)
    (found,) = measure(searched(mated, non_mated), [SearchPoint(0.1, 0.6, 1)])
    people = sorted({row[2] for row in mated} | {row[1] for row in non_mated})
    males = [row for row in non_mated if row[2] == "male"]
    drawn = []
    for block in weight_blocks(len(people), replicates=200, seed=(1, 3)):
        for weights in block:
            times = dict(zip(people, weights, strict=True))
            n = sum(times[row[1]] for row in males)
            drawn.append(sum(times[row[1]] for row in males if row[0] >= 0.6) / n)
    rate = found.thresholds[0].groups[1].fpir
    independent = wilson(rate.errors, rate.trials)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert rate.method is IntervalMethod.SUBJECT_BOOTSTRAP
    assert rate.low == pytest.approx(min(low, independent.low))
    assert rate.high == pytest.approx(max(high, independent.high))


def test_where_each_person_is_searched_for_once_intervals_are_those_of_independent_trials():
    mated, non_mated = crowd(2, per_person=1, people=80)
    (found,) = measure(searched(mated, non_mated))
    methods = {g.fnir.method for at in found.thresholds for g in at.groups}
    assert methods <= {
        IntervalMethod.WILSON,
        IntervalMethod.CLOPPER_PEARSON,
        IntervalMethod.RULE_OF_THREE,
    }


def test_a_false_positive_rate_that_is_four_times_as_high_differs_and_the_measures_say_so():
    strangers = [(0.9 if k % 40 < 4 else 0.1, 1000 + k, "a") for k in range(1200)]
    strangers += [(0.9 if k % 40 < 16 else 0.1, 4000 + k, "b") for k in range(1200)]
    (found,) = measure(searched([], strangers), [SearchPoint(0.3, 0.5, 1)])
    at = found.thresholds[0]
    assert at.fpir.measures.max_to_min == pytest.approx(4)
    assert at.fpir.measures.max_minus_min == pytest.approx(0.3)
    assert at.fpir.measures.max_to_geometric_mean == pytest.approx(2)
    assert at.fpir.measures.gini == pytest.approx(0.6)
    (compared,) = at.fpir.against_lowest
    assert (compared.group, compared.against) == ("b", "a")
    assert compared.verdict is Verdict.DIFFERS
    assert at.fnir.measures is None
    assert [group.fnir for group in at.groups] == [None, None]


def test_few_errors_are_not_enough_evidence_and_never_no_difference():
    strangers = [(0.9 if k < 3 else 0.1, 1000 + k, "ab"[k % 2]) for k in range(60)]
    (found,) = measure(searched([], strangers), [SearchPoint(0.1, 0.5, 1)])
    assert found.thresholds[0].groups[0].fpir.evidence is Evidence.NOT_ENOUGH
    assert found.thresholds[0].fpir.measures is None


def test_groups_of_fewer_than_ten_people_are_left_out_and_named():
    mated = [(0.9, 1, k % 9, "a") for k in range(90)] + [(0.9, 1, 50 + k, "b") for k in range(20)]
    (found,) = measure(searched(mated, []))
    assert found.not_measured is NotMeasured.TOO_FEW_SUBJECTS
    assert [(g.name, g.subjects, g.samples) for g in found.left_out] == [
        ("b", 20, 20),
        ("a", 9, 90),
    ]
    assert (found.groups, found.thresholds, found.n_mated_outside) == ((), (), 110)


def test_one_value_alone_divides_nothing():
    assert measure(searched([(0.9, 1, k, "a") for k in range(20)], [])) == ()


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_score_that_is_not_a_number_is_refused(wrong):
    with pytest.raises(NonFiniteScoreError):
        measure(searched([(wrong, 1, 1, "a")], []))
    with pytest.raises(NonFiniteScoreError):
        measure(searched([], [(wrong, 1, "a")]))


def test_points_are_those_of_all_searches_and_ranks_that_the_gallery_holds():
    overall = SimpleNamespace(
        gallery_size=12,
        operating_points=[
            SimpleNamespace(target_fpir=0.1, threshold=0.7),
            SimpleNamespace(target_fpir=1e-3, threshold=None),
        ],
        recommended=SimpleNamespace(threshold=0.0),
    )
    assert search_points(overall, (1, 20)) == (
        SearchPoint(0.1, 0.7, 1),
        SearchPoint(None, 0.0, 1),
        SearchPoint(None, None, 1),
    )
