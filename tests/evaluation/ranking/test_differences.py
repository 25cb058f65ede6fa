"""Differences of two models: exact where few people tell them apart, and right as often as said."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from evaluation.metrics.bootstrap import mated_replicates
from evaluation.ranking.differences import (
    false_negative_difference,
    p_value,
    probability_above,
    sign_flip_p,
)


def compare(errors_a, errors_b, trials, *, replicates=400, seed=3):
    errors = np.stack([errors_a, errors_b], axis=1)
    drawn = mated_replicates(errors, trials, replicates=replicates, seed=(seed, 1))
    return false_negative_difference(errors_a, errors_b, trials, drawn[:, 0] - drawn[:, 1])


@pytest.mark.parametrize(("worse", "better"), [(1, 0), (5, 0), (6, 1), (4, 4), (12, 0)])
def test_with_one_trial_each_few_people_are_tested_as_mcnemar_does_exactly(worse, better):
    apart = np.repeat([1, -1], [worse, better])

    assert sign_flip_p(apart) == pytest.approx(binomtest(worse, worse + better).pvalue)


def test_signs_are_flipped_with_all_of_a_persons_errors():
    # |3 + 1 - 1| = 3 and more: of the eight sums 5, 3, 3, 1 and their negatives, six reach 3.
    assert sign_flip_p(np.array([3, 1, -1])) == 6 / 8


def test_models_with_the_same_errors_are_equal_within_the_rule_of_three():
    errors = np.random.default_rng(0).integers(0, 3, 300)

    difference = compare(errors, errors, np.full(300, 4))

    assert difference == (0.0, -3 / 300, 3 / 300, 1.0)


def test_errors_of_others_that_balance_are_no_difference_either():
    a = np.repeat([1, 0], [50, 50])

    difference = compare(a, a[::-1].copy(), np.ones(100, int))

    assert difference.value == 0
    assert difference.low < 0 < difference.high
    assert difference.p > 0.9


def test_four_people_never_separate_models():
    a = (np.arange(500) < 4).astype(int)

    difference = compare(a, np.zeros(500, int), np.ones(500, int))

    assert difference.p == 2 * 0.5**4
    assert difference.low < 0 < difference.value < difference.high


def test_one_subject_says_nothing_of_others():
    difference = compare(np.array([9]), np.array([0]), np.array([9]))

    assert difference == (1.0, -1.0, 1.0, 1.0)


def test_the_other_way_round_is_the_negative():
    rng = np.random.default_rng(1)
    trials = rng.integers(1, 6, 200)
    a, b = rng.binomial(trials, 0.2), rng.binomial(trials, 0.1)

    there, back = compare(a, b, trials), compare(b, a, trials)

    assert back.value == -there.value
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p == there.p


def test_p_value_counts_replicates_on_the_far_side_and_the_sample_itself():
    drawn = np.array([-0.3, -0.2, -0.1, -0.1, 0.0, 0.1, -0.2, -0.3, -0.1])

    assert p_value(drawn, -0.1) == 2 * (2 + 1) / (9 + 1)


def test_a_p_value_beyond_the_replicates_follows_the_normal_distribution():
    drawn = np.random.default_rng(2).normal(-0.1, 0.01, 1000)

    assert p_value(drawn, -0.1) == pytest.approx(2 * norm.cdf(-10), rel=1.0, abs=1e-18)
    assert p_value(drawn, -0.1) > 0


def test_replicates_without_any_spread_are_as_sure_as_their_number():
    assert p_value(np.full(99, 0.5), 0.5) == 0.02


def test_probability_counts_equal_replicates_half():
    assert probability_above(np.array([-1.0, -0.5, 0.0, 2.0])) == 0.625


@pytest.mark.parametrize(
    ("rate_a", "rate_b"), [(0.01, 0.004), (0.1, 0.1), (0.3, 0.2), (0.02, 0.001)]
)
def test_the_interval_covers_the_true_difference_nearly_as_often_as_it_says(rate_a, rate_b):
    """People differ: each has an error rate of their own for both models."""
    rng = np.random.default_rng(11)
    trials = np.full(150, 4)
    covered = 0
    for seed in range(600):
        hard = rng.uniform(0, 2, 150) ** 2 * 0.75  # mean 1: some people are hard for every model
        a, b = rng.binomial(trials, rate_a * hard), rng.binomial(trials, rate_b * hard)
        difference = compare(a, b, trials, replicates=1000, seed=seed)
        covered += difference.low <= rate_a - rate_b <= difference.high

    assert covered / 600 >= 0.93
