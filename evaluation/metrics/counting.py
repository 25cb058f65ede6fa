"""Scores put in order, so that errors at any threshold are counted at once.

Scores are similarities: higher means more alike. The decision is a match when
``score >= threshold``, so a score equal to the threshold is a match.

Non-mated scores come in two forms behind one class. Listed pairs are all kept, and
every count is exact. All-pairs scores are streamed: the highest are kept one by one
and the rest are counted in bins. Counts are then exact at every threshold above the
lowest kept score and at every bin edge; at a threshold inside a bin further down the
whole bin counts as at or above it, so an error rate is never understated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.comparison import AllPairsPart, Bins


def ascending(scores: FloatArray, *, what: str, copy: bool = True) -> FloatArray:
    """Sort a copy of the scores, or where ``copy`` is false the scores themselves.

    Raises
    ------
    EmptyTrialsError
        No scores: zero errors in zero trials is not an error rate of zero.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    if scores.size == 0:
        raise EmptyTrialsError(f"there are no {what} comparisons")
    if not np.all(np.isfinite(scores)):
        raise NonFiniteScoreError(f"a {what} comparison score is not a finite number")
    ordered: FloatArray = np.array(scores, dtype=np.float64, copy=copy or None)
    ordered.sort()
    return ordered


@dataclass(frozen=True, slots=True)
class MatedScores:
    """Mated comparisons: the completed ones' scores, and how many could not be made.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_completed,)
        Ascending.
    failures : int
        Comparisons with a sample that yielded no template: non-matches at every
        threshold.
    """

    scores: FloatArray
    failures: int

    @classmethod
    def of(cls, scores: FloatArray, *, failures: int = 0) -> MatedScores:
        """Check and order scores; none at all is fine only if comparisons failed."""
        if scores.size == 0 and failures > 0:
            return cls(scores=np.empty(0, dtype=np.float64), failures=failures)
        return cls(scores=ascending(scores, what="mated"), failures=failures)

    @property
    def n(self) -> int:
        """Mated comparisons, failed ones included."""
        return int(self.scores.size) + self.failures

    def n_below(self, thresholds: FloatArray) -> IntArray:
        """Count non-matches at each threshold, failures included."""
        return np.searchsorted(self.scores, thresholds, side="left") + self.failures


@dataclass(frozen=True, slots=True)
class NonMatedScores:
    """Completed non-mated comparisons.

    Attributes
    ----------
    kept : ndarray of float64, shape (n_kept,)
        The highest scores, ascending; all of them where ``bins`` is None.
    n : int
        Completed comparisons, kept or only counted.
    bins : Bins or None
        Edges of the bins in which all scores were counted.
    from_bin : ndarray of int64, shape (n_bins + 1,)
        Scores in bin k or above; the last is 0. Empty where ``bins`` is None.
    """

    kept: FloatArray
    n: int
    bins: Bins | None
    from_bin: IntArray

    @classmethod
    def of(cls, scores: FloatArray) -> NonMatedScores:
        """Check and order scores that are all kept."""
        return cls.taking(np.array(scores))

    @classmethod
    def taking(cls, scores: FloatArray) -> NonMatedScores:
        """As `of`, for scores that nobody else needs: they are put in order where they lie."""
        kept = ascending(scores, what="non-mated", copy=False)
        return cls(kept=kept, n=int(kept.size), bins=None, from_bin=np.empty(0, dtype=np.int64))

    @classmethod
    def streamed(cls, part: AllPairsPart) -> NonMatedScores:
        """Take over what was kept and counted of all pairs."""
        kept = ascending(part.tail_scores, what="non-mated")
        from_bin = np.append(np.cumsum(part.histogram[::-1])[::-1], 0)
        n = int(from_bin[0])
        if n == kept.size:
            return cls(kept=kept, n=n, bins=None, from_bin=np.empty(0, dtype=np.int64))
        return cls(kept=kept, n=n, bins=part.bins, from_bin=from_bin)

    def is_exact(self, thresholds: FloatArray) -> BoolArray:
        """Whether the errors at each threshold are all among the kept scores."""
        if self.bins is None:
            return np.ones(thresholds.shape, dtype=np.bool_)
        above_lowest_kept: BoolArray = np.greater(thresholds, self.kept[0])
        return above_lowest_kept

    def n_at_or_above(self, thresholds: FloatArray) -> IntArray:
        """Count false matches at each threshold."""
        counts = self.kept.size - np.searchsorted(self.kept, thresholds, side="left")
        if self.bins is None:
            return counts
        from_edge = self.from_bin[self.bins.index(thresholds)]
        return np.where(self.is_exact(thresholds), counts, from_edge)

    def n_above(self, thresholds: FloatArray) -> IntArray:
        """Count scores strictly above each threshold, or above its bin where not exact."""
        counts = self.kept.size - np.searchsorted(self.kept, thresholds, side="right")
        if self.bins is None:
            return counts
        from_next_edge = self.from_bin[self.bins.index(thresholds) + 1]
        return np.where(self.is_exact(thresholds), counts, from_next_edge)

    def lowest_threshold(self, max_errors: int) -> float:
        """Lowest threshold with at most ``max_errors`` false matches, fewer than ``n``."""
        if max_errors < self.kept.size:
            highest_rejected = self.kept[self.kept.size - 1 - max_errors]
            # Just above a score: it is rejected with every score tied with it.
            return float(np.nextafter(highest_rejected, np.inf))
        if self.bins is None:
            raise ValueError(f"max_errors must be below {self.n}, got {max_errors}")
        return float(self.bins.edge(int(np.argmax(self.from_bin <= max_errors))))

    def steps(self) -> FloatArray:
        """Thresholds, ascending, at which the count can change and is exact; ties repeat."""
        if self.bins is None:
            return self.kept
        edges = self.bins.edge(np.flatnonzero(-np.diff(self.from_bin)))
        lowest_kept = self.kept[0]
        exact = self.kept[self.kept > lowest_kept]
        return np.concatenate([edges[edges <= lowest_kept], exact])
