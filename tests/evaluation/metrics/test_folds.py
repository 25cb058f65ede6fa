"""Oracles: hand-worked folds, and every candidate threshold tried in plain Python."""

import itertools
import statistics

import numpy as np
import pytest

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.folds import best_threshold, fold_accuracy


def best_by_definition(scores, mated):
    distinct = sorted(set(scores))
    candidates = [(a + b) / 2 for a, b in itertools.pairwise(distinct)]

    def right(threshold):
        return sum((s >= threshold) == m for s, m in zip(scores, mated, strict=True))

    return max(candidates, key=lambda t: (right(t), -t))


def accuracy_by_definition(scores, mated, fold):
    per_fold, thresholds = [], []
    for k in sorted(set(fold)):
        others = [(s, m) for s, m, f in zip(scores, mated, fold, strict=True) if f != k]
        threshold = best_by_definition(*zip(*others, strict=True))
        own = [(s, m) for s, m, f in zip(scores, mated, fold, strict=True) if f == k]
        per_fold.append(sum((s >= threshold) == m for s, m in own) / len(own))
        thresholds.append(threshold)
    return per_fold, thresholds


@pytest.mark.parametrize("seed", range(40))
def test_each_fold_is_decided_by_the_best_threshold_of_the_others(seed):
    rng = np.random.default_rng(seed)
    mated = rng.random(120) < 0.5
    scores = np.round(rng.normal(np.where(mated, 0.4, 0.0), 0.3) * 16) / 16
    fold = np.repeat(np.arange(10), 12)
    per_fold, thresholds = accuracy_by_definition(scores.tolist(), mated.tolist(), fold.tolist())

    measured = fold_accuracy(scores, mated, fold)

    assert measured.thresholds == tuple(thresholds)
    assert measured.per_fold == tuple(per_fold)
    assert measured.accuracy == pytest.approx(statistics.mean(per_fold))
    assert measured.standard_deviation == pytest.approx(statistics.pstdev(per_fold))
    assert measured.standard_error == pytest.approx(statistics.stdev(per_fold) / 10**0.5)
    assert measured.trials == 120


def test_of_equally_good_thresholds_the_lowest_is_taken():
    scores = np.array([0.0, 0.2, 0.4, 0.6])

    # 0.1 and 0.5 each decide three of four rightly.
    assert best_threshold(scores, np.array([False, True, False, True])) == pytest.approx(0.1)


def test_ties_are_never_split():
    scores = np.array([0.0, 0.5, 0.5, 1.0])

    threshold = best_threshold(scores, np.array([False, False, True, True]))

    assert threshold == 0.25


def test_failed_mated_comparison_is_a_wrong_decision_in_its_fold():
    scores = np.array([0.0, 1.0, 0.0, 1.0])
    mated = np.array([False, True, False, True])

    measured = fold_accuracy(scores, mated, np.array([0, 0, 1, 1]), failed_mated={1: 2})

    assert measured.per_fold == (1.0, 0.5)
    assert measured.trials == 6


def test_a_fold_of_nothing_but_failures_counts_as_all_wrong():
    scores = np.array([0.0, 1.0, 0.0, 1.0])
    mated = np.array([False, True, False, True])

    measured = fold_accuracy(scores, mated, np.array([0, 0, 1, 1]), failed_mated={2: 3})

    assert measured.per_fold == (1.0, 1.0, 0.0)


def test_one_fold_is_refused():
    with pytest.raises(EmptyTrialsError, match="at least two folds"):
        fold_accuracy(np.array([0.1, 0.9]), np.array([False, True]), np.array([0, 0]))


@pytest.mark.parametrize("mated", [[True, True], [False, False]])
def test_other_folds_without_one_of_the_classes_are_refused(mated):
    with pytest.raises(EmptyTrialsError, match="mated and non-mated"):
        fold_accuracy(np.array([0.1, 0.9]), np.array(mated), np.array([0, 1]))


def test_score_that_is_no_number_is_refused():
    with pytest.raises(NonFiniteScoreError):
        fold_accuracy(np.array([0.1, np.nan]), np.array([False, True]), np.array([0, 1]))
