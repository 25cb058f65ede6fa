"""What is kept of a set of all-pairs comparisons, and how two such parts add up.

Mated scores are kept one by one. Non-mated scores are counted in 65,536 bins, and
the highest ``tail_size`` of them are kept one by one as well. Everything kept is
put in one total order (score descending, then sample indices), so merging is exact
and neither the order nor the grouping of the parts shows in the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.binning import Bins
from evaluation.comparison.highest import highest_first
from evaluation.comparison.storage import load_arrays, save_arrays
from evaluation.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from evaluation.arrays import FloatArray, Int32Array, IntArray

_ARRAYS = (
    "histogram",
    "group_histograms",
    "mated_scores",
    "mated_i",
    "mated_j",
    "tail_scores",
    "tail_i",
    "tail_j",
)
_COUNTS = ("exponent", "zero_bin", "tail_size", "n_mated_failed", "n_non_mated_failed")


@dataclass(frozen=True, slots=True)
class AllPairsPart:
    """Comparisons of some rows of a test set with all later samples.

    Attributes
    ----------
    bins : Bins
        Edges of the histogram; equal in all parts of one run.
    histogram : ndarray of int64, shape (65536,)
        Completed non-mated comparisons by score.
    group_histograms : ndarray of int64, shape (n_groups * (n_groups + 1) / 2, 65536)
        The same for each unordered two groups, along the rows of the upper triangle.
        Comparisons of a sample in no group are in none of them.
    mated_scores : ndarray of float64, shape (n_mated_completed,)
        Descending; ``mated_i`` < ``mated_j`` are the indices of the two samples.
    mated_i, mated_j : ndarray of int32, shape (n_mated_completed,)
    tail_scores : ndarray of float64, shape (min(n_non_mated, tail_size),)
        The highest non-mated scores, descending.
    tail_i, tail_j : ndarray of int32, shape of ``tail_scores``
    tail_size : int
        How many non-mated scores are kept at most.
    n_mated_failed, n_non_mated_failed : int
        Comparisons that a sample without a template prevented.
    """

    bins: Bins
    histogram: IntArray
    group_histograms: IntArray
    mated_scores: FloatArray
    mated_i: Int32Array
    mated_j: Int32Array
    tail_scores: FloatArray
    tail_i: Int32Array
    tail_j: Int32Array
    tail_size: int
    n_mated_failed: int
    n_non_mated_failed: int

    @property
    def n_non_mated(self) -> int:
        """Completed non-mated comparisons."""
        return int(self.histogram.sum())

    def save(self, path: Path) -> None:
        """Write to ``path``."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        counts = [
            self.bins.exponent,
            self.bins.zero_bin,
            self.tail_size,
            self.n_mated_failed,
            self.n_non_mated_failed,
        ]
        save_arrays(path, {**arrays, "counts": np.array(counts, dtype=np.int64)})

    @classmethod
    def load(cls, path: Path) -> AllPairsPart:
        """Read back what ``save`` wrote.

        Raises
        ------
        ResultError
            The file is missing, damaged, or holds something else.
        """
        stored = load_arrays(path, (*_ARRAYS, "counts"))
        counts = [int(count) for count in stored.pop("counts")]
        if len(counts) != len(_COUNTS):
            raise ResultError(f"{path.name} does not hold stored comparisons")
        exponent, zero_bin, tail_size, mated_failed, non_mated_failed = counts
        return cls(
            bins=Bins(exponent=exponent, zero_bin=zero_bin),
            tail_size=tail_size,
            n_mated_failed=mated_failed,
            n_non_mated_failed=non_mated_failed,
            **stored,
        )


def merge_parts(parts: Iterable[AllPairsPart]) -> AllPairsPart:
    """Add parts up exactly; the order of the parts does not matter.

    Raises
    ------
    ResultError
        No part, or parts of different runs (other bins, tail sizes or numbers of groups).
    """
    iterator = iter(parts)
    first = next(iterator, None)
    if first is None:
        raise ResultError("there are no comparisons to merge")
    return reduce(_merge_two, iterator, first)


def _merge_two(a: AllPairsPart, b: AllPairsPart) -> AllPairsPart:
    same_run = (a.bins, a.tail_size) == (b.bins, b.tail_size)
    if not same_run or a.group_histograms.shape != b.group_histograms.shape:
        raise ResultError("the comparisons belong to different runs")
    mated = highest_first(
        np.concatenate([a.mated_scores, b.mated_scores]),
        np.concatenate([a.mated_i, b.mated_i]),
        np.concatenate([a.mated_j, b.mated_j]),
    )
    tail = highest_first(
        np.concatenate([a.tail_scores, b.tail_scores]),
        np.concatenate([a.tail_i, b.tail_i]),
        np.concatenate([a.tail_j, b.tail_j]),
        limit=a.tail_size,
    )
    return AllPairsPart(
        bins=a.bins,
        histogram=a.histogram + b.histogram,
        group_histograms=a.group_histograms + b.group_histograms,
        mated_scores=mated[0],
        mated_i=mated[1],
        mated_j=mated[2],
        tail_scores=tail[0],
        tail_i=tail[1],
        tail_j=tail[2],
        tail_size=a.tail_size,
        n_mated_failed=a.n_mated_failed + b.n_mated_failed,
        n_non_mated_failed=a.n_non_mated_failed + b.n_non_mated_failed,
    )
