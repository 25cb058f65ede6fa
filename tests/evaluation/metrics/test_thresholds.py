"""Intervals of thresholds: each replicate's trials written down again, and counted."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.intervals import NonMatedRates
from evaluation.metrics.rates import independent_rate
from evaluation.metrics.trials import trials_of_pairs

REPLICATES = 200


def make_trials(seed, n=400, n_subjects=15, steps=None, *, disjoint=False):
    """Non-mated pairs and, to have some, two mated ones; one sample per subject."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n_subjects, n), rng.integers(0, n_subjects, n)
    if disjoint:
        a, b = np.arange(n), n + np.arange(n)
    a, b = a[a != b], b[a != b]
    scores = rng.normal(0, 0.2, a.size)
    scores = scores if steps is None else np.round(scores * steps) / steps
    subject_index = np.append(np.arange(2 * max(n, n_subjects)), [0, 0]).astype(np.int32)
    last = subject_index.size - 1
    protocol = SimpleNamespace(
        reference=np.append(a, [last, last]).astype(np.int32),
        probe=np.append(b, [last - 1, 0]).astype(np.int32),
        mated=np.append(np.zeros(a.size, bool), [True, True]),
    )
    comparisons = SimpleNamespace(
        scores=np.append(scores, [0.9, 0.8]), completed=np.ones(a.size + 2, bool)
    )
    _, trials = trials_of_pairs(protocol, comparisons, subject_index)
    return trials, a, b, scores


def rates_of(trials, targets, seed=5):
    return NonMatedRates(trials, np.empty(0), targets=targets, replicates=REPLICATES, seed=seed)


def lowest_threshold(scores, target):
    """Lowest threshold by trying all; scores with their repetitions."""
    for score in [-np.inf, *np.unique(scores)]:
        threshold = np.nextafter(score, np.inf)
        if np.mean(scores >= threshold) <= target:
            return threshold
    raise AssertionError


def naive_interval(trials, a, b, scores, target, seed=5):
    place = {s: k for k, s in enumerate(trials.subjects.tolist())}
    a, b = np.array([place[s] for s in a]), np.array([place[s] for s in b])
    found = sorted(
        lowest_threshold(np.repeat(scores, (w[a] * w[b]).astype(int)), target)
        for block in weight_blocks(len(place), replicates=REPLICATES, seed=(seed, 2))
        for w in block
    )
    return found[REPLICATES // 40], found[-1 - REPLICATES // 40]


def order_statistics(scores, target):
    """Thresholds whose FMR has the target within its interval for independent trials."""
    within = [
        np.nextafter(s, np.inf)
        for s in np.unique(scores)
        for rate in [independent_rate(int(np.sum(scores > s)), scores.size)]
        if rate.low <= target
    ]
    sure = [
        np.nextafter(s, np.inf)
        for s in np.unique(scores)
        if independent_rate(int(np.sum(scores > s)), scores.size).high <= target
    ]
    return min(within), min(sure)


@pytest.mark.parametrize("steps", [None, 20])
@pytest.mark.parametrize("target", [0.01, 0.05, 0.1])
@pytest.mark.parametrize("seed", range(4))
def test_interval_is_that_of_resampling_people_and_never_narrower_than_independent(
    seed, target, steps
):
    trials, a, b, scores = make_trials(seed, steps=steps)

    interval = rates_of(trials, [target, 0.2]).threshold_interval(target)

    drawn, alone = naive_interval(trials, a, b, scores, target), order_statistics(scores, target)
    assert interval == (min(drawn[0], alone[0]), max(drawn[1], alone[1]))


def test_independent_trials_give_order_statistics():
    trials, _, _, scores = make_trials(1, n=300, disjoint=True)

    interval = rates_of(trials, [0.05]).threshold_interval(0.05)

    assert trials.is_independent
    assert interval == order_statistics(scores, 0.05)


def test_a_coarse_grid_never_makes_the_interval_narrower(monkeypatch):
    trials, *_ = make_trials(2, n=3000, n_subjects=40)
    fine = rates_of(trials, [0.05]).threshold_interval(0.05)

    monkeypatch.setattr("evaluation.metrics.thresholds._GRID", 12)
    coarse = rates_of(trials, [0.05]).threshold_interval(0.05)

    assert coarse.low <= fine.low < fine.high <= coarse.high
    assert coarse != fine


def test_the_smallest_printable_target_has_both_limits():
    trials, _, _, scores = make_trials(3, n=300, disjoint=True)

    interval = rates_of(trials, [0.01]).threshold_interval(0.01)

    assert interval.high == np.nextafter(scores.max(), np.inf)
    assert interval.low < np.sort(scores)[-4]


def test_two_subjects_say_nothing_about_a_threshold():
    trials, *_ = make_trials(4, n=60, n_subjects=2)

    assert rates_of(trials, [0.1]).threshold_interval(0.1) == (None, None)


def test_all_scores_equal_have_one_threshold():
    trials, *_ = make_trials(5, steps=1e-9)  # rounds every score to nought

    interval = rates_of(trials, [0.1]).threshold_interval(0.1)

    assert interval == (np.nextafter(0.0, 1), np.nextafter(0.0, 1))
