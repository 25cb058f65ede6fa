"""In which order samples are compared, and what counting has to know of each.

Samples of one group stand together, so that a tile is counted into few histograms,
which then stay in cache: to the processor, groups cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Int32Array, IntArray

MOST_GROUPS = 16
"""136 histograms of two groups; more would not stay in memory for each thread."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The samples with a template in the order of comparison; what stands at each position.

    Attributes
    ----------
    samples : ndarray of int32, shape (n,)
    subjects : ndarray of int32, shape (n,)
    groups : ndarray of int32, shape (n,)
        Ascending; the last number stands for no group.
    n_groups : int
        Without that last number.
    run_stop : ndarray of int32, shape (n,)
        The position after the last of the same group.
    mates : ndarray of int32, shape (n,)
        Positions by subject, and ascending within each.
    mates_from, mates_to : ndarray of int32, shape (n,)
        Where in ``mates`` the position's later mates begin and end.
    """

    samples: Int32Array
    subjects: Int32Array
    groups: Int32Array
    n_groups: int
    run_stop: Int32Array
    mates: Int32Array
    mates_from: Int32Array
    mates_to: Int32Array

    @classmethod
    def of(
        cls, samples: IntArray, subject_index: Int32Array, ranked: IntArray, n_groups: int
    ) -> Order:
        """Look up all samples' subjects and groups for those that are compared, in their order."""
        subjects, groups = subject_index[samples], ranked[samples]
        by_subject = np.argsort(subjects, kind="stable")
        ordered = subjects[by_subject]
        mates_from, mates_to = np.empty((2, samples.size), dtype=np.int32)
        mates_from[by_subject] = np.arange(1, samples.size + 1)
        mates_to[by_subject] = np.searchsorted(ordered, ordered, side="right")
        return cls(
            samples=samples.astype(np.int32),
            subjects=subjects.astype(np.int32),
            groups=groups.astype(np.int32),
            n_groups=n_groups,
            run_stop=np.searchsorted(groups, groups, side="right").astype(np.int32),
            mates=by_subject.astype(np.int32),
            mates_from=mates_from,
            mates_to=mates_to,
        )

    @property
    def n_places(self) -> int:
        """Histograms of two known groups, and one more for all other comparisons."""
        return self.n_groups * (self.n_groups + 1) // 2 + 1

    @property
    def places(self) -> Int32Array:
        """Number of the histogram of two groups, int32, shape (n_groups + 1, n_groups + 1).

        Those of two known groups come first, along the rows of the upper triangle; the
        last is that of all comparisons with a sample in no group.
        """
        n = self.n_groups
        table = np.empty((n + 1, n + 1), dtype=np.int32)
        first, second = np.triu_indices(n)
        table[first, second] = table[second, first] = np.arange(first.size)
        table[n, :] = table[:, n] = first.size
        return table


def ranked_groups(groups: Int32Array | IntArray | None, n_samples: int, n_groups: int) -> IntArray:
    """Give each sample its group's number, ``n_groups`` where it has none.

    Raises
    ------
    ValueError
        Not one number in -1..n_groups - 1 for each sample, or too many groups.
    """
    if groups is None and n_groups == 0:
        return np.zeros(n_samples, dtype=np.int64)
    if groups is None or groups.shape != (n_samples,) or not 0 <= n_groups <= MOST_GROUPS:
        raise ValueError(f"groups are numbers of all samples, at most {MOST_GROUPS} groups")
    if groups.size and not -1 <= groups.min() <= groups.max() < n_groups:
        raise ValueError(f"a group's number lies outside -1 to {n_groups - 1}")
    return np.where(groups < 0, n_groups, groups).astype(np.int64)


def comparison_order(ranked: IntArray, failed: BoolArray) -> tuple[IntArray, BoolArray]:
    """All samples by group and then by number, and which of them in that order failed."""
    order = np.argsort(ranked, kind="stable")
    return order, failed[order]
