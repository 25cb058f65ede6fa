"""LFW-style accuracy: a threshold chosen on nine folds and applied to the tenth.

A match when ``score >= threshold``. Folds are used as the protocol gives them,
unshuffled. The threshold is the midpoint of two neighbouring scores of the other
folds that decides most of them rightly, the lowest of equals. A mated comparison
that could not be made is a wrong decision; a non-mated one is no trial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.results import FoldAccuracy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.arrays import BoolArray, FloatArray, IntArray


def fold_accuracy(
    scores: FloatArray,
    mated: BoolArray,
    fold: IntArray,
    *,
    failed_mated: Mapping[int, int] | None = None,
) -> FoldAccuracy:
    """Accuracy over folds, each decided with a threshold that has not seen it.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
        Scores of completed comparisons.
    mated : ndarray of bool, shape (n,)
    fold : ndarray of int, shape (n,)
        Fold of each comparison; at least two folds.
    failed_mated : mapping of int to int, optional
        Mated comparisons per fold that could not be made.

    Returns
    -------
    FoldAccuracy
        Mean over folds in fold order, standard error (sample standard deviation over
        the square root of the number of folds), population standard deviation.

    Raises
    ------
    EmptyTrialsError
        Fewer than two folds, a fold without comparisons, or other folds that lack
        mated or non-mated comparisons.
    NonFiniteScoreError
        A score is NaN or infinite.

    References
    ----------
    Huang et al. 2007, Labeled Faces in the Wild, protocol View 2.
    """
    if not np.all(np.isfinite(scores)):
        raise NonFiniteScoreError("a comparison score is not a finite number")
    failures = dict(failed_mated or {})
    folds = sorted({int(k) for k in np.unique(fold)} | set(failures))
    if len(folds) < 2:
        raise EmptyTrialsError("accuracy over folds needs at least two folds")
    order = np.argsort(scores, kind="stable")  # once: the other folds of each stay in order
    scores, mated, fold = scores[order], mated[order], fold[order]
    accuracies, thresholds, trials = [], [], 0
    for k in folds:
        inside = fold == k
        threshold = best_threshold(scores[~inside], mated[~inside])
        n = int(np.count_nonzero(inside)) + failures.get(k, 0)
        right = int(np.count_nonzero((scores[inside] >= threshold) == mated[inside]))
        accuracies.append(right / n)
        thresholds.append(threshold)
        trials += n
    return FoldAccuracy(
        accuracy=float(np.mean(accuracies)),
        standard_error=float(np.std(accuracies, ddof=1) / np.sqrt(len(folds))),
        standard_deviation=float(np.std(accuracies)),
        per_fold=tuple(accuracies),
        thresholds=tuple(thresholds),
        trials=trials,
    )


def best_threshold(ordered: FloatArray, mated: BoolArray) -> float:
    """Midpoint of neighbouring scores that decides most comparisons rightly.

    Parameters
    ----------
    ordered : ndarray of float64, shape (n,)
        Scores, ascending.
    mated : ndarray of bool, shape (n,)

    Returns
    -------
    float
        The lowest of equals; the score itself where all scores are one.

    Raises
    ------
    EmptyTrialsError
        No mated or no non-mated comparison.
    """
    if not mated.any() or mated.all():
        raise EmptyTrialsError("choosing a threshold needs mated and non-mated comparisons")
    last_of_ties = np.flatnonzero(ordered[1:] > ordered[:-1])
    if last_of_ties.size == 0:
        return float(ordered[0])
    rejected = last_of_ties + 1
    mated_rejected = np.cumsum(mated)[last_of_ties]
    non_mated_rejected = rejected - mated_rejected
    right = non_mated_rejected + (int(np.count_nonzero(mated)) - mated_rejected)
    best = last_of_ties[int(np.argmax(right))]
    return float((ordered[best] + ordered[best + 1]) / 2)
