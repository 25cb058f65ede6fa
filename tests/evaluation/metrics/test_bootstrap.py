"""Oracle: the naive way. Draw people, write down all their comparisons again, and count."""

import numpy as np
import pytest

from evaluation.metrics import bootstrap
from evaluation.metrics.bootstrap import (
    EveryPair,
    SteppedPairs,
    SubjectPairs,
    mated_replicates,
    non_mated_replicates,
    percentile_interval,
    weight_blocks,
)

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


def test_every_pair_in_closed_form_equals_every_pair_listed():
    samples = np.array([1, 3, 0, 2, 5])
    owner = np.repeat(np.arange(5), samples)
    i, j = np.triu_indices(owner.size, 1)
    different = owner[i] != owner[j]
    listed = SubjectPairs(owner[i][different], owner[j][different], 5)
    weights = all_weights(5, 100)

    assert EveryPair(samples).weigh(weights).tolist() == listed.weigh(weights).tolist()


def make_trials(seed, n=300, n_subjects=11):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n_subjects, n), rng.integers(0, n_subjects, n)
    return a[a != b], b[a != b], n_subjects


@pytest.mark.parametrize(("n", "n_subjects"), [(300, 11), (300, 400), (40, 11), (5, 3)])
def test_few_and_many_trials_for_the_number_of_people_weigh_by_definition(n, n_subjects):
    a, b, n_subjects = make_trials(1, n, n_subjects)
    weights = all_weights(n_subjects, 20)

    trials = SubjectPairs(a, b, n_subjects)

    assert trials.weigh(weights).tolist() == [np.sum(w[a] * w[b]) for w in weights]
    of_each = [int(np.sum(a == s) + np.sum(b == s)) for s in range(n_subjects)]
    assert trials.per_subject.tolist() == of_each


@pytest.mark.parametrize("n_subjects", [11, 400])
def test_trials_given_in_chunks_are_the_same_trials(n_subjects):
    a, b, n_subjects = make_trials(2, 300, n_subjects)
    whole = SubjectPairs(a, b, n_subjects)
    cuts = [slice(0, 7), slice(7, 7), slice(7, None)]

    pieces = SubjectPairs.of_chunks(
        ((a[cut].astype(np.int32), b[cut].astype(np.int32)) for cut in cuts),
        n_trials=a.size,
        n_subjects=n_subjects,
    )

    for mine, theirs in zip(pieces.listed(), whole.listed(), strict=True):
        assert mine.tolist() == theirs.tolist()
    weights = all_weights(n_subjects, 20)
    assert pieces.weigh(weights).tolist() == whole.weigh(weights).tolist()


def test_counts_stand_for_rows_that_are_repeated():
    a, b, n_subjects = make_trials(3, 60)
    counts = np.random.default_rng(3).integers(1, 5, a.size)
    step = np.arange(a.size) % 4
    often = [np.repeat(x, counts) for x in (a, b, step)]
    weights = all_weights(n_subjects, 20)

    once = SubjectPairs(a, b, n_subjects, counts)
    stepped = SteppedPairs(a, b, step, n_steps=4, n_subjects=n_subjects, counts=counts)

    repeated = SubjectPairs(*often[:2], n_subjects)
    assert once.weigh(weights).tolist() == repeated.weigh(weights).tolist()
    for mine, theirs in zip(once.listed(), repeated.listed(), strict=True):
        assert mine.tolist() == theirs.tolist()
    assert (
        stepped.weigh(weights).tolist()
        == SteppedPairs(*often, n_steps=4, n_subjects=n_subjects).weigh(weights).tolist()
    )


@pytest.mark.parametrize("large", [1, 1 << 21, 1 << 23, 1 << 28])
def test_counts_beyond_single_precision_are_weighed_exactly(large):
    a, b, n_subjects = make_trials(5, 60)
    counts = np.random.default_rng(5).integers(1, 9, a.size) + large
    step = np.arange(a.size) % 2
    weights = all_weights(n_subjects, 20)
    whole = [int(k) for k in counts]

    def weighed(rows, w):
        return sum(whole[k] * int(w[a[k]]) * int(w[b[k]]) for k in rows)

    trials = SubjectPairs(a, b, n_subjects, counts)
    stepped = SteppedPairs(a, b, step, n_steps=2, n_subjects=n_subjects, counts=counts)

    everything, first = range(a.size), np.flatnonzero(step == 0)
    assert trials.weigh(weights).tolist() == [weighed(everything, w) for w in weights]
    assert stepped.weigh(weights).tolist() == [
        [weighed(first, w) for w in weights],
        [weighed(everything, w) for w in weights],
    ]
    assert trials.listed()[2].sum() == sum(whole)


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


def test_a_threshold_that_adds_no_false_match_repeats_the_count_above_it(monkeypatch):
    monkeypatch.setattr(bootstrap, "_ROWS", 2)  # several pieces
    a, b, n_subjects = make_trials(4, 50)
    step = np.random.default_rng(4).choice([1, 2, 5], a.size)
    errors = SteppedPairs(a, b, step, n_steps=7, n_subjects=n_subjects)
    weights = all_weights(n_subjects, 20)

    counts = errors.weigh(weights)

    expected = [[np.sum((w[a] * w[b])[step <= k]) for w in weights] for k in range(7)]
    assert counts.tolist() == expected


def test_no_false_match_at_all_is_zero_in_every_replicate():
    nothing = np.empty(0, dtype=np.int64)
    errors = SteppedPairs(nothing, nothing, nothing, n_steps=2, n_subjects=5)

    assert not errors.weigh(all_weights(5, 10)).any()


def test_replicates_that_drew_no_trial_are_left_out():
    one_pair = SubjectPairs(np.array([0]), np.array([1]), 2)

    error = SteppedPairs(np.array([0]), np.array([1]), np.array([0]), n_steps=1, n_subjects=2)

    drawn = non_mated_replicates(error, one_pair, replicates=200, seed=SEED)

    weights = all_weights(2, 200)
    assert drawn.shape == (int(np.sum(weights.prod(axis=1) > 0)), 1)
    assert np.all(drawn == 1.0)


def test_the_order_of_comparisons_does_not_show():
    rng = np.random.default_rng(0)
    a, b = np.arange(40) % 7, (np.arange(40) * 3 + 1) % 7
    order = rng.permutation(40)
    trials = SubjectPairs(a, b, 7)
    shuffled = SubjectPairs(b[order], a[order], 7)
    weights = all_weights(7, 100)

    assert shuffled.weigh(weights).tobytes() == trials.weigh(weights).tobytes()


def test_the_interval_is_the_middle_95_percent():
    interval = percentile_interval(np.arange(1001) / 1000)

    assert interval == pytest.approx((0.025, 0.975))
