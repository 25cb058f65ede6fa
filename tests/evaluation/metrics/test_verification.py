"""Oracles: hand-worked cases, the definitions counted in plain Python, scikit-learn."""

import math
from fractions import Fraction

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.verification import (
    area_under_curve,
    equal_error_rate,
    false_match_rate,
    false_non_match_rate,
    most_errors,
    threshold_at_fmr,
)


def fmr_by_definition(scores, threshold):
    return sum(1 for score in scores if score >= threshold) / len(scores)


def fnmr_by_definition(scores, threshold, failures=0):
    return (sum(1 for score in scores if score < threshold) + failures) / (len(scores) + failures)


def tied_scores(seed, most=60):
    rng = np.random.default_rng(seed)
    mated = rng.integers(-4, 9, size=int(rng.integers(1, most))) / 8.0
    non_mated = rng.integers(-8, 5, size=int(rng.integers(1, most))) / 8.0
    return mated, non_mated


def test_score_equal_to_threshold_is_a_match():
    scores = np.array([0.1, 0.5, 0.9])

    assert false_match_rate(scores, threshold=0.5) == 2 / 3
    assert false_non_match_rate(scores, threshold=0.5) == 1 / 3


def test_mated_comparison_that_failed_is_a_non_match_at_every_threshold():
    scores = np.array([0.5, 0.9])

    assert false_non_match_rate(scores, threshold=-1.0, failures=2) == 2 / 4
    assert false_non_match_rate(scores, threshold=0.6, failures=2) == 3 / 4


def test_only_failures_is_an_error_rate_of_one():
    assert false_non_match_rate(np.array([]), threshold=0.0, failures=3) == 1.0


@pytest.mark.parametrize("seed", range(50))
def test_rates_agree_with_their_definition(seed):
    mated, non_mated = tied_scores(seed)
    for threshold in np.arange(-9, 10) / 8.0:
        fmr = fmr_by_definition(non_mated, threshold)
        fnmr = fnmr_by_definition(mated, threshold, seed % 3)
        assert false_match_rate(non_mated, threshold=threshold) == fmr
        assert false_non_match_rate(mated, threshold=threshold, failures=seed % 3) == fnmr


@pytest.mark.parametrize("seed", range(200))
def test_threshold_is_the_lowest_that_meets_the_target(seed):
    _, scores = tied_scores(seed)
    max_fmr = float(np.random.default_rng(seed).integers(0, 100)) / 100

    threshold = threshold_at_fmr(scores, max_fmr=max_fmr)

    assert fmr_by_definition(scores, threshold) <= max_fmr
    assert fmr_by_definition(scores, np.nextafter(threshold, -np.inf)) > max_fmr


def test_threshold_never_falls_between_ties():
    scores = np.array([0.1, 0.5, 0.5, 0.5])

    threshold = threshold_at_fmr(scores, max_fmr=0.5)

    assert threshold == np.nextafter(0.5, 1)
    assert false_match_rate(scores, threshold=threshold) == 0.0


def test_target_of_no_errors_puts_the_threshold_above_the_highest_score():
    assert threshold_at_fmr(np.array([0.2, 0.7]), max_fmr=0.0) == np.nextafter(0.7, 1)


@pytest.mark.parametrize("max_fmr", [-0.1, 1.0, 2.0, float("nan")])
def test_target_outside_its_range_is_refused(max_fmr):
    with pytest.raises(ValueError, match="max_fmr must be in"):
        threshold_at_fmr(np.array([0.5]), max_fmr=max_fmr)


@pytest.mark.parametrize("trials", [1, 3, 7, 100, 300, 500, 700, 12345, 1197943])
@pytest.mark.parametrize("rate", [0.0, 1e-4, 1e-3, 0.01, 0.1, 0.29, 1 / 3])
def test_most_errors_is_what_division_says_at_every_count(trials, rate):
    errors = most_errors(rate, trials)

    assert errors / trials <= rate < (errors + 1) / trials


def test_most_errors_is_not_deceived_by_a_product_that_was_rounded_up():
    just_below = math.nextafter(5 / 6, 0)

    assert just_below * 6 == 5.0
    assert most_errors(just_below, 6) == 4


@pytest.mark.parametrize("seed", range(100))
def test_equal_error_rate_is_where_the_rates_are_nearest(seed):
    mated, non_mated = tied_scores(seed)
    observed = sorted({*mated.tolist(), *non_mated.tolist()})
    apart = {}
    for t in observed:
        fmr = Fraction(sum(s >= t for s in non_mated.tolist()), len(non_mated))
        fnmr = Fraction(sum(s < t for s in mated.tolist()), len(mated))
        apart[t] = (abs(fmr - fnmr), (fmr + fnmr) / 2)
    expected = min(observed, key=lambda t: (apart[t][0], t))

    eer = equal_error_rate(mated, non_mated)

    assert eer.threshold == expected
    assert eer.rate == pytest.approx(float(apart[expected][1]), abs=1e-15)


def test_equal_error_rate_of_separate_scores_is_zero():
    assert equal_error_rate(np.array([0.8, 0.9]), np.array([0.1, 0.2])).rate == 0.0


@pytest.mark.parametrize("seed", range(50))
def test_area_under_curve_agrees_with_scikit_learn(seed):
    mated, non_mated = tied_scores(seed)
    truth = np.repeat([1, 0], [mated.size, non_mated.size])

    area = area_under_curve(mated, non_mated)

    assert area == pytest.approx(roc_auc_score(truth, np.concatenate([mated, non_mated])))


def test_area_under_curve_counts_a_tie_half_and_a_failure_as_lost():
    assert area_under_curve(np.array([0.5]), np.array([0.5])) == 0.5
    assert area_under_curve(np.array([0.5, 0.9]), np.array([0.5]), failures=1) == 1.5 / 3


@pytest.mark.parametrize("seed", range(20))
def test_rates_agree_with_scikit_learns_curve(seed):
    mated, non_mated = tied_scores(seed, most=200)
    truth = np.repeat([1, 0], [mated.size, non_mated.size])
    fmrs, tmrs, thresholds = roc_curve(
        truth, np.concatenate([mated, non_mated]), drop_intermediate=False
    )

    for fmr, tmr, threshold in zip(fmrs[1:], tmrs[1:], thresholds[1:], strict=True):
        assert false_match_rate(non_mated, threshold=threshold) == pytest.approx(fmr)
        assert false_non_match_rate(mated, threshold=threshold) == pytest.approx(1 - tmr)


@pytest.mark.parametrize("measure", [equal_error_rate, area_under_curve])
@pytest.mark.parametrize(("mated", "non_mated"), [([], [0.1]), ([0.1], [])])
def test_one_empty_class_is_refused_and_named(measure, mated, non_mated):
    with pytest.raises(EmptyTrialsError, match=r"there are no (non-)?mated comparisons"):
        measure(np.array(mated), np.array(non_mated))
