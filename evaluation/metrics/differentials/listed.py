"""Trials of a list by group, counted piece by piece so that millions of them fit.

A member is a subject in one group, so that a subject whose samples are in two groups is
two members. Trials are counted for every two members; in a replicate a trial then counts
as often as the one subject was drawn times as often as the other, which for each two
groups is a product of matrices.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evaluation.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.metrics.differentials.counting import Division

_TABLE = 2  # a table of all two members may have twice as many cells as there are trials
_DENSE = 1 / 8  # share of trials from which a full matrix is quicker than a sparse one


class MemberPairs:
    """Trials between members, as counts per unordered two of them.

    Parameters
    ----------
    pieces : iterable of (i, j)
        Samples of each trial, all of them in a group; ndarray of int32, shape (n,).
    n_trials : int
        About how many trials there are.
    division : Division
    """

    def __init__(
        self, pieces: Iterable[tuple[Int32Array, Int32Array]], n_trials: int, division: Division
    ) -> None:
        n_groups, self._n_subjects = division.n_groups, division.n_subjects
        # Members are numbered by group first, so that those of a group lie together.
        inside = division.group >= 0
        place = division.group[inside] * self._n_subjects + division.subject[inside]
        members, number = np.unique(place, return_inverse=True)
        group, self._subject = np.divmod(members, self._n_subjects)
        of_sample = np.full(inside.size, -1, dtype=np.int64)
        of_sample[inside] = number
        bounds = np.searchsorted(group, np.arange(n_groups + 1))
        self._of_group = [slice(*bounds[k : k + 2]) for k in range(n_groups)]
        self._cells = list(combinations_with_replacement(range(n_groups), 2))
        keys, counts = _distinct(
            (_keys(of_sample[i], of_sample[j], members.size) for i, j in pieces),
            n_trials,
            members.size,
        )
        self._blocks = self._cut(keys, counts, members.size)
        self._each = np.array([self._per_subject(k) for k in range(len(self._cells))])

    @property
    def trials(self) -> IntArray:
        """Trials of each place, int64, shape (n_places,)."""
        return self._each[:, 0]

    @property
    def subjects(self) -> IntArray:
        """Subjects that take part in a trial of each place, int64, shape (n_places,)."""
        return self._each[:, 1]

    @property
    def independent(self) -> BoolArray:
        """Whether no subject takes part in two trials of a place, shape (n_places,)."""
        once: BoolArray = self._each[:, 2] == 1
        return once

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Trials of each place in each replicate, shape (n_places, n)."""
        drawn = np.ascontiguousarray(weights[:, self._subject].T)
        weighed = np.empty((len(self._cells), drawn.shape[1]))
        for k, (first, second) in enumerate(self._cells):
            partners = np.asarray(self._blocks[k] @ drawn[self._of_group[second]])
            np.einsum("ij,ij->j", drawn[self._of_group[first]], partners, out=weighed[k])
        return weighed

    def _cut(
        self, keys: IntArray, counts: IntArray, n_members: int
    ) -> list[sparse.csr_array | FloatArray]:
        """Trials of each place as a matrix of the one group's members by the other's."""
        low, high = np.divmod(keys, max(1, n_members))
        shape = (n_members, n_members)
        whole = sparse.csr_array((counts.astype(np.float64), (low, high)), shape=shape)
        rows = [whole[members] for members in self._of_group]
        blocks: list[sparse.csr_array | FloatArray] = []
        for first, second in self._cells:
            block = rows[first][:, self._of_group[second]]
            dense = block.nnz > block.shape[0] * block.shape[1] * _DENSE
            blocks.append(block.toarray() if dense else block)
        return blocks

    def _per_subject(self, k: int) -> tuple[int, int, int]:
        """Trials of a place, subjects in them, and the most that one subject is in."""
        first, second = (self._subject[self._of_group[group]] for group in self._cells[k])
        block = self._blocks[k]
        n = self._n_subjects
        each = np.bincount(first, np.asarray(block.sum(axis=1)), n)
        total = each.sum()
        each += np.bincount(second, np.asarray(block.sum(axis=0)), n)
        return int(total), int(np.count_nonzero(each)), int(each.max())


def _keys(a: IntArray, b: IntArray, n: int) -> IntArray:
    keys: IntArray = np.minimum(a, b)
    keys *= n
    keys += np.maximum(a, b)
    return keys


def _distinct(pieces: Iterable[IntArray], n_trials: int, n: int) -> tuple[IntArray, IntArray]:
    """Distinct keys, ascending, and how often each occurs."""
    if n**2 > _TABLE * n_trials:
        return np.unique(np.concatenate([np.empty(0, np.int64), *pieces]), return_counts=True)
    table = np.zeros(n**2, dtype=np.int64)
    for keys in pieces:
        table += np.bincount(keys, minlength=n**2)
    found = np.flatnonzero(table)
    return found, table[found]
