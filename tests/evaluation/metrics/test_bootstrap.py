"""Oracle: the naive way. Draw people, write down all their comparisons again, and count."""

import numpy as np
import pytest

from evaluation.metrics.bootstrap import (
    interval_about,
    mated_replicates,
    non_mated_replicates,
    percentile_interval,
    weight_blocks,
)
from evaluation.metrics.subject_pairs import SteppedPairs, SubjectPairs

SEED = (3, 1)


def naive_mated(is_error, subject, weights):
    """is_error (n_trials,) bool per threshold; each trial is repeated as its subject is drawn."""
    errors = trials = 0
    for wrong, s in zip(is_error, subject, strict=True):
        for _ in range(int(weights[s])):
            trials += 1
            errors += bool(wrong)
    return errors / trials


def naive_non_mated(is_error, a, b, weights):
    errors = trials = 0
    for wrong, s, t in zip(is_error, a, b, strict=True):
        for _ in range(int(weights[s])):
            for _ in range(int(weights[t])):
                trials += 1
                errors += bool(wrong)
    return errors / trials if trials else None


def all_weights(n_subjects, replicates, seed=SEED):
    return np.concatenate(list(weight_blocks(n_subjects, replicates=replicates, seed=seed)))


def test_each_replicate_draws_as_many_subjects_as_there_are():
    weights = all_weights(7, 150)

    assert weights.shape == (150, 7)
    assert np.all(weights == np.round(weights))
    assert np.all(weights.sum(axis=1) == 7)


def test_weights_follow_the_multinomial_distribution():
    weights = all_weights(50, 4000)

    # Mean 1 and variance 1 - 1/50 for each subject; the mean over 200,000 draws is near.
    assert weights.mean() == 1.0
    assert weights.var() == pytest.approx(1 - 1 / 50, abs=0.02)


def test_more_replicates_begin_with_the_same_ones():
    assert np.array_equal(all_weights(9, 64), all_weights(9, 200)[:64])


def test_another_seed_draws_others():
    assert not np.array_equal(all_weights(9, 64), all_weights(9, 64, seed=(4, 1)))


@pytest.mark.parametrize("seed", range(5))
def test_mated_replicates_equal_resampling_and_counting_again(seed):
    rng = np.random.default_rng(seed)
    subject = np.concatenate([np.arange(8), rng.integers(0, 8, 40)])
    scores = rng.integers(0, 10, subject.size) / 10
    thresholds = np.array([0.2, 0.5, 0.8])
    errors = np.array(
        [[np.sum((subject == s) & (scores < t)) for t in thresholds] for s in range(8)]
    )

    drawn = mated_replicates(errors, np.bincount(subject), replicates=70, seed=SEED)

    expected = [
        [naive_mated(scores < t, subject, weights) for t in thresholds]
        for weights in all_weights(8, 70)
    ]
    assert drawn.tolist() == expected


@pytest.mark.parametrize("seed", range(5))
def test_two_way_replicates_equal_resampling_and_counting_again(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, 80), rng.integers(0, 9, 80)
    a, b = a[a != b], b[a != b]
    scores = np.sort(rng.integers(0, 10, a.size) / 10)[::-1]
    thresholds = [0.9, 0.6, 0.3]
    reached = scores >= thresholds[-1]
    step = np.array([next(k for k, t in enumerate(thresholds) if s >= t) for s in scores[reached]])
    errors = SteppedPairs(a[reached], b[reached], step, n_steps=3, n_subjects=9)

    drawn = non_mated_replicates(errors, SubjectPairs(a, b, 9), replicates=70, seed=SEED)

    expected = [
        [naive_non_mated(scores >= t, a, b, weights) for t in thresholds]
        for weights in all_weights(9, 70)
    ]
    assert drawn.tolist() == [row for row in expected if row[0] is not None]


@pytest.mark.parametrize("large", [1, 1 << 23, 1 << 28])
def test_many_trials_of_one_subject_are_drawn_exactly(large):
    trials = np.random.default_rng(6).integers(1, 9, 12) + large
    errors = trials[:, None] // [2, 3]

    drawn = mated_replicates(errors, trials, replicates=20, seed=SEED)

    expected = [
        [
            sum(int(e) * int(k) for e, k in zip(column, w, strict=True))
            / sum(int(n) * int(k) for n, k in zip(trials, w, strict=True))
            for column in errors.T
        ]
        for w in all_weights(12, 20)
    ]
    assert drawn.tolist() == expected


def test_replicates_that_drew_no_trial_are_left_out():
    one_pair = SubjectPairs(np.array([0]), np.array([1]), 2)

    error = SteppedPairs(np.array([0]), np.array([1]), np.array([0]), n_steps=1, n_subjects=2)

    drawn = non_mated_replicates(error, one_pair, replicates=200, seed=SEED)

    weights = all_weights(2, 200)
    assert drawn.shape == (int(np.sum(weights.prod(axis=1) > 0)), 1)
    assert np.all(drawn == 1.0)


def test_the_interval_is_the_middle_95_percent():
    interval = percentile_interval(np.arange(1001) / 1000)

    assert interval == pytest.approx((0.025, 0.975))


def test_an_interval_about_a_number_holds_it_where_all_replicates_round_away_from_it():
    above, below = np.full(9, 0.1 * 3), np.full(9, 0.3)
    assert 0.1 * 3 > 0.3, "in the last digit"
    assert interval_about(0.3, above) == (0.3, 0.1 * 3)
    assert interval_about(0.1 * 3, below) == (0.3, 0.1 * 3)


def test_an_interval_about_a_number_is_the_middle_of_the_replicates():
    replicates = np.linspace(0, 1, 101)
    assert interval_about(0.5, replicates) == percentile_interval(replicates)
