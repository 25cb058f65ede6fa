"""Subject-level bootstrap: people are drawn again, with all their comparisons.

Comparisons that share a person are not independent, so people are resampled. In one
replicate subject s is drawn w_s times. A mated comparison of s then counts w_s times,
a non-mated comparison of s and t counts w_s * w_t times (two-way). The counts of
errors per subject, or per two subjects, at the thresholds are made once; a replicate
is then a matrix product of whole numbers, exact in double precision, so the outcome
depends on the seed alone and not on threads or on the order of comparisons.

References: Efron 1979, doi:10.1214/aos/1176344552 (bootstrap); Owen 2007,
doi:10.1214/07-AOAS122 (two-way, not too narrow); Bolle, Ratha and Pankanti 2004,
doi:10.1016/j.cviu.2003.08.002 (people in biometrics).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from evaluation.metrics.uncertainty import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import FloatArray, IntArray

REPLICATES = 1000
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
    blocks = weight_blocks(trials.size, replicates=replicates, seed=seed)
    as_float, n = errors.astype(np.float64), trials.astype(np.float64)
    return np.concatenate([(w @ as_float) / (w @ n)[:, None] for w in blocks])


class SubjectPairs:
    """Trials between two different subjects, as counts per unordered two subjects."""

    def __init__(self, a: IntArray, b: IntArray, n_subjects: int) -> None:
        ones = np.ones(a.size, dtype=np.float64)
        self._counts = sparse.csr_array((ones, (a, b)), shape=(n_subjects, n_subjects))

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Trials in each replicate, shape (replicates,)."""
        drawn = np.ascontiguousarray(weights.T)
        partners: FloatArray = np.asarray(self._counts @ drawn)
        weighed: FloatArray = np.sum(drawn * partners, axis=0)
        return weighed


class EveryPair:
    """All trials between samples of two different subjects, in closed form."""

    def __init__(self, samples_per_subject: IntArray) -> None:
        self._samples = samples_per_subject.astype(np.float64)

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Trials in each replicate, shape (replicates,)."""
        drawn = weights * self._samples
        together = drawn.sum(axis=1)
        weighed: FloatArray = (together**2 - (drawn**2).sum(axis=1)) / 2
        return weighed


def non_mated_replicates(
    errors: Sequence[SubjectPairs],
    trials: SubjectPairs | EveryPair,
    n_subjects: int,
    *,
    replicates: int,
    seed: Sequence[int],
) -> FloatArray:
    """Error rates of two-way replicates.

    Parameters
    ----------
    errors : sequence of SubjectPairs
        False matches that each threshold has more than the next higher one, from the
        highest threshold down.
    trials : SubjectPairs or EveryPair
    n_subjects : int
    replicates : int
    seed : sequence of int

    Returns
    -------
    ndarray of float64, shape (at most replicates, n_thresholds)
        Proportions in [0, 1]; replicates that drew no trial at all are left out.
    """
    rates = []
    for weights in weight_blocks(n_subjects, replicates=replicates, seed=seed):
        n = trials.weigh(weights)
        counts = np.cumsum([part.weigh(weights) for part in errors], axis=0)
        rates.append((counts[:, n > 0] / n[n > 0]).T)
    return np.concatenate(rates)


def percentile_interval(replicates: FloatArray) -> Interval:
    """Middle 95 % of the replicates of one rate, shape (n,)."""
    low, high = np.quantile(replicates, [0.025, 0.975])
    return Interval(float(low), float(high))
