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

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from evaluation.comparison.threads import one_blas_thread
from evaluation.metrics.uncertainty import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from evaluation.arrays import Array, FloatArray, Int32Array, IntArray

REPLICATES = 1000
MATED_STREAM, NON_MATED_STREAM = 1, 2  # the two kinds of trial draw their own numbers
_BLOCK = 64  # replicates at a time, so that memory does not grow with their number
_TABLE = 2  # a table of all two subjects may have twice as many cells as there are trials
_SINGLE = 1 << 24  # single precision holds every whole number up to here
_ROWS = 1 << 14  # rows of false matches at a time, for the same reason
_DENSE = 1 / 8  # share of all two subjects from which a full matrix is quicker than a sparse one


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
    most = trials.size * int(trials.max())  # no replicate has more trials
    counts = _exact(np.column_stack([errors, trials]), largest=most)
    rates = []
    with one_blas_thread():
        for weights in weight_blocks(trials.size, replicates=replicates, seed=seed):
            drawn = (weights.astype(counts.dtype) @ counts).astype(np.float64)
            rates.append(drawn[:, :-1] / drawn[:, -1:])
    return np.concatenate(rates)


class SubjectPairs:
    """Trials between two different subjects, as counts per unordered two subjects.

    Parameters
    ----------
    a, b : ndarray of int, shape (n,)
        Positions of the two subjects, in 0..n_subjects - 1.
    n_subjects : int
    counts : ndarray of int, shape (n,), optional
        Trials of each row; one by default.
    """

    def __init__(
        self,
        a: IntArray | Int32Array,
        b: IntArray | Int32Array,
        n_subjects: int,
        counts: IntArray | None = None,
    ) -> None:
        self.n_subjects = n_subjects
        keys, n = _distinct(_keys(a, b, n_subjects), counts)
        shape = (n_subjects, n_subjects)
        places = np.divmod(keys, max(1, n_subjects))
        entries = _exact(n, largest=int(n.sum()))
        matrix = sparse.csr_array((entries, places), shape=shape)
        is_crowded = n.size > n_subjects**2 * _DENSE
        self._matrix: sparse.csr_array | Array = matrix.toarray() if is_crowded else matrix

    @classmethod
    def of_chunks(
        cls,
        chunks: Iterable[tuple[IntArray | Int32Array, IntArray | Int32Array]],
        *,
        n_trials: int,
        n_subjects: int,
    ) -> SubjectPairs:
        """Count trials given piece by piece, so that they are never all in memory."""
        if n_subjects**2 > _TABLE * n_trials:
            pieces = list(chunks)
            a, b = (np.concatenate([piece[side] for piece in pieces]) for side in (0, 1))
            return cls(a, b, n_subjects)
        kind = _exact(np.zeros(0), largest=n_trials).dtype
        table = np.zeros((n_subjects, n_subjects), dtype=kind)
        for a, b in chunks:
            np.add.at(table.ravel(), _keys(a, b, n_subjects), 1)
        nobody = np.empty(0, dtype=np.int64)
        pairs = cls(nobody, nobody, n_subjects)
        pairs._matrix = table
        return pairs

    def listed(self) -> tuple[IntArray, IntArray, IntArray]:
        """Two subjects, the lower position first and ascending, and their trials."""
        if isinstance(self._matrix, np.ndarray):
            a, b = np.nonzero(self._matrix)
            return a, b, self._matrix[a, b].astype(np.int64)
        entries = self._matrix.tocoo()
        a, b = (places.astype(np.int64) for places in entries.coords)
        return a, b, entries.data.astype(np.int64)

    @property
    def per_subject(self) -> IntArray:
        """Trials that each subject takes part in, int64, shape (n_subjects,)."""
        sums = [self._matrix.sum(axis=axis, dtype=np.float64) for axis in (0, 1)]
        return np.asarray(sums[0] + sums[1]).astype(np.int64)

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Trials in each replicate, shape (replicates,)."""
        most = self._most_of_one * int(weights.max(initial=0))
        drawn = np.ascontiguousarray(_exact(weights.T, largest=most))
        with one_blas_thread():
            partners: Array = np.asarray(self._matrix @ drawn)
        weighed: FloatArray = np.einsum("ij,ij->j", drawn, partners, dtype=np.float64)
        return weighed

    @cached_property
    def _most_of_one(self) -> int:
        """Most trials that stand in one row."""
        return int(self._matrix.sum(axis=1, dtype=np.float64).max(initial=0))


class SteppedPairs:
    """False matches between two different subjects that each threshold adds to a higher one.

    Parameters
    ----------
    a, b : ndarray of int, shape (n,)
        Positions of the two subjects, in 0..n_subjects - 1.
    step : ndarray of int, shape (n,)
        Highest threshold that the comparison reaches, numbered from the highest down.
    n_steps : int
        How many thresholds there are.
    n_subjects : int
    counts : ndarray of int, shape (n,), optional
        Comparisons of each row; one by default.
    """

    def __init__(
        self,
        a: IntArray | Int32Array,
        b: IntArray | Int32Array,
        step: IntArray,
        *,
        n_steps: int,
        n_subjects: int,
        counts: IntArray | None = None,
    ) -> None:
        self.n_steps, self.n_subjects = n_steps, n_subjects
        # One row for each step and first subject; the second subjects are its entries.
        place = step.astype(np.int64) * n_subjects + a
        order = np.argsort(place, kind="stable")
        rows, first = np.unique(place[order], return_index=True)
        n = np.ones(a.size, dtype=np.int64) if counts is None else counts[order]
        entries = _exact(n, largest=int(n.sum()))
        bounds = np.append(first, a.size)
        whole = sparse.csr_array((entries, b[order], bounds), shape=(rows.size, n_subjects))
        self._most_of_one = int(np.add.reduceat(n, first).max()) if n.size else 0
        steps, subjects = np.divmod(rows, n_subjects)
        cuts = [slice(k, k + _ROWS) for k in range(0, rows.size, _ROWS)]
        self._pieces = [
            (subjects[cut], whole[cut], *np.unique(steps[cut], return_index=True)) for cut in cuts
        ]

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Count false matches at each threshold in each replicate, shape (n_steps, replicates)."""
        most = self._most_of_one * int(weights.max(initial=0)) ** 2
        drawn = np.ascontiguousarray(_exact(weights.T, largest=most))
        added = np.zeros((self.n_steps, drawn.shape[1]))
        for subject, entries, steps, first in self._pieces:
            partners: Array = np.asarray(entries @ drawn)
            partners *= drawn[subject]
            added[steps] += np.add.reduceat(partners, first, axis=0, dtype=np.float64)
        return np.cumsum(added, axis=0)


def _exact(numbers: Array, *, largest: int) -> Array:
    """Hold whole numbers in single precision if sums up to the largest are exact in it."""
    return numbers.astype(np.float32 if largest < _SINGLE else np.float64)


def _keys(a: IntArray | Int32Array, b: IntArray | Int32Array, n_subjects: int) -> IntArray:
    """One number for each unordered two subjects."""
    keys = np.minimum(a, b).astype(np.int64)
    keys *= n_subjects
    keys += np.maximum(a, b)
    return keys


def _distinct(keys: IntArray, counts: IntArray | None) -> tuple[IntArray, IntArray]:
    """Distinct keys, ascending, and how often each occurs, or the sum of its counts."""
    if counts is None:
        return np.unique(keys, return_counts=True)
    distinct, place = np.unique(keys, return_inverse=True)
    summed = np.zeros(distinct.size, dtype=np.int64)
    np.add.at(summed, place, counts)
    return distinct, summed


class EveryPair:
    """All trials between samples of two different subjects, in closed form."""

    def __init__(self, samples_per_subject: IntArray) -> None:
        self.samples = samples_per_subject

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Trials in each replicate, shape (replicates,)."""
        drawn = weights * self.samples
        together = drawn.sum(axis=1)
        weighed: FloatArray = (together**2 - (drawn**2).sum(axis=1)) / 2
        return weighed


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
