"""Trials counted by the two subjects that they compare, and weighed by how often those are drawn.

All sums are of whole numbers. They are made in single precision wherever it holds
every sum that can come up, which is quicker, and else in double precision: the
outcome is exact, so neither the order of trials nor threads show in it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from evaluation.comparison.threads import one_blas_thread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evaluation.arrays import Array, FloatArray, Int32Array, IntArray

_TABLE = 2  # a table of all two subjects may have twice as many cells as there are trials
_SINGLE = 1 << 24  # single precision holds every whole number up to here
_ROWS = 1 << 14  # rows of false matches at a time, so that memory stays small
_DENSE = 1 / 8  # share of all two subjects from which a full matrix is quicker than a sparse one


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
        entries = exact(n, largest=int(n.sum()))
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
        kind = exact(np.zeros(0), largest=n_trials).dtype
        table = np.zeros((n_subjects, n_subjects), dtype=kind)
        for a, b in chunks:
            np.add.at(table.ravel(), _keys(a, b, n_subjects), kind.type(1))  # else it is slow
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
        drawn = np.ascontiguousarray(exact(weights.T, largest=most))
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
        entries = exact(n, largest=int(n.sum()))
        bounds = np.append(first, a.size)
        whole = sparse.csr_array((entries, b[order], bounds), shape=(rows.size, n_subjects))
        self._most_of_one = int(np.add.reduceat(n, first).max()) if n.size else 0
        self._most_of_step = int(np.bincount(step, weights=counts).max()) if n.size else 0
        steps, subjects = np.divmod(rows, n_subjects)
        cuts = [slice(k, k + _ROWS) for k in range(0, rows.size, _ROWS)]
        self._pieces = [(subjects[cut], whole[cut], *_sums(steps[cut])) for cut in cuts]

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Count false matches at each threshold in each replicate, shape (n_steps, replicates)."""
        most = int(weights.max(initial=0)) ** 2
        drawn = np.ascontiguousarray(exact(weights.T, largest=self._most_of_one * most))
        added = np.zeros((self.n_steps, drawn.shape[1]))
        for subject, entries, steps, sums in self._pieces:
            partners: Array = np.asarray(entries @ drawn)
            partners *= drawn[subject]
            added[steps] += sums @ exact(partners, largest=self._most_of_step * most)
        return np.cumsum(added, axis=0)


def _sums(step: IntArray) -> tuple[IntArray, sparse.csr_array]:
    """Distinct steps of rows that lie in their order, and what adds up the rows of each."""
    steps, first = np.unique(step, return_index=True)
    ones = np.ones(step.size, dtype=np.float32)
    bounds = np.append(first, step.size)
    shape = (steps.size, step.size)
    return steps, sparse.csr_array((ones, np.arange(step.size), bounds), shape=shape)


def exact(numbers: Array, *, largest: int) -> Array:
    """Hold whole numbers in single precision if sums up to the largest are exact in it."""
    return numbers.astype(np.float32 if largest < _SINGLE else np.float64, copy=False)


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
