"""Oracle: the definition, with every trial weighed by itself."""

import numpy as np
import pytest

from evaluation.metrics import subject_pairs
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.subject_pairs import EveryPair, SteppedPairs, SubjectPairs


def all_weights(n_subjects, replicates):
    return np.concatenate(list(weight_blocks(n_subjects, replicates=replicates, seed=(3, 1))))


def make_trials(seed, n=300, n_subjects=11):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n_subjects, n), rng.integers(0, n_subjects, n)
    return a[a != b], b[a != b], n_subjects


def test_every_pair_in_closed_form_equals_every_pair_listed():
    samples = np.array([1, 3, 0, 2, 5])
    owner = np.repeat(np.arange(5), samples)
    i, j = np.triu_indices(owner.size, 1)
    different = owner[i] != owner[j]
    listed = SubjectPairs(owner[i][different], owner[j][different], 5)
    weights = all_weights(5, 100)

    assert EveryPair(samples).weigh(weights).tolist() == listed.weigh(weights).tolist()


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


def test_a_threshold_that_adds_no_false_match_repeats_the_count_above_it(monkeypatch):
    monkeypatch.setattr(subject_pairs, "_ROWS", 2)  # several pieces
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


def test_the_order_of_comparisons_does_not_show():
    rng = np.random.default_rng(0)
    a, b = np.arange(40) % 7, (np.arange(40) * 3 + 1) % 7
    order = rng.permutation(40)
    trials = SubjectPairs(a, b, 7)
    shuffled = SubjectPairs(b[order], a[order], 7)
    weights = all_weights(7, 100)

    assert shuffled.weigh(weights).tobytes() == trials.weigh(weights).tobytes()
