"""Subject-level bootstrap: people are drawn again, with all their comparisons.

Comparisons that share a person are not independent, so people are resampled. In one
replicate subject s is drawn w_s times. A mated comparison of s then counts w_s times,
a non-mated comparison of s and t counts w_s * w_t times (two-way). The counts of
errors per subject, or per two subjects, at the thresholds are made once; a replicate
is then a matrix product of whole numbers, exact in the precision chosen, so the outcome
depends on the seed alone and not on threads or on the order of comparisons.

References: Efron 1979, doi:10.1214/aos/1176344552 (bootstrap); Owen 2007,
doi:10.1214/07-AOAS122 (two-way, not too narrow); Bolle, Ratha and Pankanti 2004,
doi:10.1016/j.cviu.2003.08.002 (people in biometrics).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.threads import one_blas_thread
from evaluation.metrics.subject_pairs import exact
from evaluation.metrics.uncertainty import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import FloatArray, IntArray
    from evaluation.metrics.subject_pairs import EveryPair, SteppedPairs, SubjectPairs

REPLICATES = 1000
MATED_STREAM, NON_MATED_STREAM = 1, 2  # the two kinds of trial draw their own numbers
MATED_SEARCH_STREAM, NON_MATED_SEARCH_STREAM = 7, 8
_BLOCK = 64  # replicates at a time, so that memory does not grow with their number


def weight_blocks(n_subjects: int, *, replicates: int, seed: Sequence[int]) -> Iterator[FloatArray]:
    """How often each subject is drawn, in blocks of replicates.

    Parameters
    ----------
    n_subjects : int
    replicates : int
    seed : sequence of int
        Equal seeds give equal weights.

    Yields
    ------
    ndarray of float64, shape (up to 64, n_subjects)
        Whole numbers; each row sums to ``n_subjects``.
    """
    random = np.random.default_rng(np.random.SeedSequence(list(seed)))
    for start in range(0, replicates, _BLOCK):
        n = min(_BLOCK, replicates - start)
        drawn = random.integers(0, n_subjects, size=(n, n_subjects))
        drawn += np.arange(n)[:, None] * n_subjects
        counts = np.bincount(drawn.ravel(), minlength=n * n_subjects)
        yield counts.reshape(n, n_subjects).astype(np.float64)


def mated_replicates(
    errors: IntArray, trials: IntArray, *, replicates: int, seed: Sequence[int]
) -> FloatArray:
    """Error rates of replicates in which each subject keeps all its trials.

    Parameters
    ----------
    errors : ndarray of int64, shape (n_subjects, n_thresholds)
    trials : ndarray of int64, shape (n_subjects,)
        At least one each.
    replicates : int
    seed : sequence of int

    Returns
    -------
    ndarray of float64, shape (replicates, n_thresholds)
        Proportions in [0, 1].
    """
    drawn = mated_counts(errors, trials, replicates=replicates, seed=seed)
    rates: FloatArray = drawn[:, :-1] / drawn[:, -1:]
    return rates


def mated_counts(
    errors: IntArray, trials: IntArray, *, replicates: int, seed: Sequence[int]
) -> FloatArray:
    """Errors of replicates in which each subject keeps all its trials, and those trials.

    Parameters
    ----------
    errors : ndarray of int64, shape (n_subjects, n_thresholds)
    trials : ndarray of int64, shape (n_subjects,)
        At least one each.
    replicates : int
    seed : sequence of int

    Returns
    -------
    ndarray of float64, shape (replicates, n_thresholds + 1)
        Whole numbers; the last column holds the trials.
    """
    most = trials.size * int(trials.max())  # no replicate has more trials
    counts = exact(np.column_stack([errors, trials]), largest=most)
    drawn = []
    with one_blas_thread():
        for weights in weight_blocks(trials.size, replicates=replicates, seed=seed):
            drawn.append((weights.astype(counts.dtype) @ counts).astype(np.float64))
    return np.concatenate(drawn)


def non_mated_replicates(
    errors: SteppedPairs,
    trials: SubjectPairs | EveryPair,
    *,
    replicates: int,
    seed: Sequence[int],
) -> FloatArray:
    """Error rates of two-way replicates.

    Parameters
    ----------
    errors : SteppedPairs
        From the highest threshold down.
    trials : SubjectPairs or EveryPair
    replicates : int
    seed : sequence of int

    Returns
    -------
    ndarray of float64, shape (at most replicates, n_thresholds)
        Proportions in [0, 1]; replicates that drew no trial at all are left out.
    """
    rates = []
    for weights in weight_blocks(errors.n_subjects, replicates=replicates, seed=seed):
        n = trials.weigh(weights)
        rates.append((errors.weigh(weights)[:, n > 0] / n[n > 0]).T)
    return np.concatenate(rates)


def percentile_interval(replicates: FloatArray) -> Interval:
    """Middle 95 % of the replicates of one rate, shape (n,)."""
    low, high = np.quantile(replicates, [0.025, 0.975])
    return Interval(float(low), float(high))


def interval_about(value: float, replicates: FloatArray) -> Interval:
    """Middle 95 % of the replicates of one number, and the observed number itself.

    Where all replicates are alike their last digit may lie on either side of the observed.
    """
    drawn = percentile_interval(replicates)
    return Interval(min(drawn.low, value), max(drawn.high, value))
