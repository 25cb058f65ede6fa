"""Oracles: comparisons discarded one by one in plain Python, and cases worked by hand."""

import math

import numpy as np
import pytest

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.quality import DISCARDS, MatedQuality, n_discarded, quality_result
from evaluation.results import Evidence, IntervalMethod


def trials(scores, quality, *, completed=None, subjects=None):
    n = len(scores)
    return MatedQuality(
        scores=np.array(scores, dtype=np.float64),
        completed=np.ones(n, bool) if completed is None else np.array(completed, bool),
        quality=np.array(quality, dtype=np.float64),
        subjects=np.arange(n) if subjects is None else np.array(subjects),
    )


def measured(made, thresholds=None, replicates=50):
    return quality_result(
        made,
        protocol="pairs_quality",
        title="Quality",
        base="pairs",
        recogniser="r",
        thresholds=thresholds or {0.01: 0.5},
        n_non_mated=500,
        replicates=replicates,
        seed=1,
    )


def random_trials(seed, n=213, people=40):
    rng = np.random.default_rng(seed)
    quality = np.round(rng.random(n), 1)  # many ties
    scores = np.clip(0.4 + 0.4 * quality + rng.normal(0, 0.2, n), 0, 1)
    return trials(
        scores, quality, completed=rng.random(n) > 0.05, subjects=rng.integers(0, people, n)
    )


def fnmr_by_definition(made, share, threshold):
    rows = sorted(range(made.n), key=lambda k: (made.quality[k], k))
    left = rows[math.floor(share * made.n + 1e-9) :]
    wrong = [not made.completed[k] or made.scores[k] < threshold for k in left]
    return sum(wrong), len(left), sum(not made.completed[k] for k in left)


@pytest.mark.parametrize("seed", range(6))
def test_fnmr_of_the_rest_is_counted_by_definition(seed):
    made = random_trials(seed)
    (point,) = measured(made).points
    assert [one.discard for one in point.points] == list(DISCARDS)
    for one in point.points:
        errors, left, failures = fnmr_by_definition(made, one.discard, 0.5)
        assert (one.fnmr.errors, one.fnmr.trials, one.fnmr.failures) == (errors, left, failures)
        assert one.discarded == made.n - left
    for share, value in zip(point.curve_discard, point.curve_fnmr, strict=True):
        errors, left, _ = fnmr_by_definition(made, share, 0.5)
        assert value == pytest.approx(errors / left)


def test_a_perfect_order_has_the_best_area_and_a_constant_fnmr_the_worst():
    scores = [0.1] * 10 + [0.9] * 90
    (point,) = measured(trials(scores, range(100))).points
    for area in point.areas:
        assert area.area == pytest.approx(area.best)
        assert area.normalised == pytest.approx(0)
    # Ten errors, then none: FNMR falls from 10/100 over 9/99, 8/98 ... to 0 at one tenth.
    values = [(10 - k) / (100 - k) for k in range(10)] + [0] * 11
    by_hand = (sum(values[1:-1]) + values[0] / 2) / 20
    assert point.areas[0].area == pytest.approx(by_hand)


def test_an_order_that_discards_no_error_is_worse_than_none():
    (point,) = measured(trials([0.9] * 60 + [0.1] * 40, range(100))).points
    assert all(area.normalised > 1 for area in point.areas)


def test_without_an_error_there_is_nothing_to_normalise():
    (point,) = measured(trials([0.9] * 20, range(20))).points
    assert [area.normalised for area in point.areas] == [None, None]
    assert [area.area for area in point.areas] == [0, 0]
    # Up to 3/20 at first and 3/16 when a fifth is gone: by hand, the mean of 3 over what is left.
    highs = [3 / (20 - (k * 20) // 100) for k in range(21)]
    by_hand = (sum(highs[1:-1]) + (highs[0] + highs[-1]) / 2) / 20
    assert (point.areas[0].area_low, point.areas[0].area_high) == (0, pytest.approx(by_hand))


def test_where_every_comparison_is_an_error_discarding_cannot_help():
    (point,) = measured(trials([0.1] * 20, range(20))).points
    assert all(one.fnmr.value == 1 for one in point.points)
    assert all(area.area == pytest.approx(1) for area in point.areas)


def test_of_equal_quality_the_earlier_comparison_is_discarded_first():
    (point,) = measured(trials([0.1, 0.1, *[0.9] * 98], [1.0] * 100)).points
    assert [one.fnmr.errors for one in point.points][:4] == [2, 1, 0, 0]


def test_samples_without_a_quality_value_are_discarded_first():
    quality = np.arange(100, dtype=np.float64)
    quality[[40, 70]] = -np.inf
    scores = np.full(100, 0.9)
    scores[[40, 70]] = 0.1
    found = measured(trials(scores, quality))
    assert found.n_without_quality == 2
    assert [one.fnmr.errors for one in found.points[0].points][:3] == [2, 1, 0]


def test_a_score_equal_to_the_threshold_is_a_match():
    (point,) = measured(trials([0.5] * 10, range(10))).points
    assert point.points[0].fnmr.errors == 0


def test_each_target_has_its_own_threshold_and_evidence():
    found = measured(random_trials(0), thresholds={0.1: 0.3, 0.01: 0.6})
    assert [(one.target_fmr, one.threshold) for one in found.points] == [(0.1, 0.3), (0.01, 0.6)]
    assert [one.evidence for one in found.points] == [Evidence.SUFFICIENT, Evidence.INDICATIVE]


def test_people_with_several_comparisons_are_drawn_with_all_of_them():
    rates = measured(random_trials(1)).points[0].points
    assert {one.fnmr.method for one in rates} == {IntervalMethod.SUBJECT_BOOTSTRAP}
    area = measured(random_trials(1)).points[0].areas[0]
    assert area.area_low < area.area < area.area_high


def test_one_person_alone_is_not_enough_evidence():
    made = random_trials(1, people=1)
    (point,) = measured(made).points
    assert point.points[0].fnmr.evidence is Evidence.NOT_ENOUGH
    assert point.areas[0].area_low is None


def test_two_people_of_whom_one_is_discarded_whole_still_have_an_interval():
    made = trials([0.1] * 3 + [0.9] * 7, range(10), subjects=[0] * 3 + [1] * 7)
    (point,) = measured(made).points
    assert point.points[-1].fnmr.trials == 7


def test_a_single_comparison_is_never_discarded():
    (point,) = measured(trials([0.1], [0.0])).points
    assert [one.discarded for one in point.points] == [0] * len(DISCARDS)


def test_no_comparison_at_all_is_refused():
    with pytest.raises(EmptyTrialsError, match="no mated comparisons"):
        measured(trials([], []))


@pytest.mark.parametrize(("share", "n", "expected"), [(0.29, 100, 29), (0.3, 10, 3), (0.05, 39, 1)])
def test_a_share_is_rounded_down_but_not_by_a_rounding_error(share, n, expected):
    assert n_discarded(share, n) == expected


def test_the_same_seed_gives_the_same_bits():
    assert measured(random_trials(2)) == measured(random_trials(2))
