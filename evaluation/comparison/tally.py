"""What counting threads fill: histograms of their own, and the scores that are kept.

All non-mated scores are in the histograms, those of all threads together say which
scores can no longer be among the highest, so that each thread lets go of them. Which
scores a thread kept meanwhile depends on the threads; which are kept in the end does not.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.binning import N_BINS
from evaluation.comparison.parts import select_highest

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from evaluation.arrays import Array, Int32Array, IntArray
    from evaluation.comparison.binning import Bins

N_SLOTS = N_BINS + 1
"""Slot k + 1 counts bin k; slot 0 takes scores that do not count."""
FLUSH_AT = (1 << 32) - 1
"""No counter of 32 bits overflows before this many scores."""
_LEAST_ROOM = 1 << 16


class Tally:
    """Histograms of all threads; ``n_places`` of them, one for each two groups."""

    def __init__(self, n_places: int, tail_size: int) -> None:
        self.tail_size = tail_size
        self._shape = (n_places, N_SLOTS)
        self._lock = Lock()
        self._running: list[Histograms] = []
        self._flushed: IntArray = np.zeros(self._shape, dtype=np.int64)

    def new_histograms(self) -> Histograms:
        """Histograms that one thread counts into."""
        histograms = Histograms(self, np.zeros(self._shape, dtype=np.uint32))
        with self._lock:
            self._running.append(histograms)
        return histograms

    def flush(self, histograms: Histograms) -> None:
        """Add a thread's counts to the sums, and begin anew."""
        with self._lock:
            used = np.flatnonzero(histograms.counts.any(axis=0))
            if used.size:
                # Pages of bins that no score fell in are never touched, and take no memory.
                span = slice(int(used[0]), int(used[-1]) + 1)
                self._flushed[:, span] += histograms.counts[:, span]
                histograms.counts[:, span] = 0

    def lowest_useful(self, known: int) -> int:
        """Highest slot, not below ``known``, such that all of the tail lies in it or above."""
        with self._lock:
            # A count read while its thread counts on is too low at most, which is harmless.
            above = sum(
                (one.counts[:, known:].sum(axis=0, dtype=np.int64) for one in self._running),
                self._flushed[:, known:].sum(axis=0),
            )
        reached = np.flatnonzero(np.cumsum(above[::-1])[::-1] >= self.tail_size)
        return known + int(reached[-1]) if reached.size else known

    def histograms(self, n_places: int) -> tuple[IntArray, IntArray]:
        """Sum up what threads have flushed, without the scores that do not count.

        Parameters
        ----------
        n_places : int
            How many of the first places to tell apart.

        Returns
        -------
        ndarray of int64, shape (65536,)
            All places together.
        ndarray of int64, shape (n_places, 65536)
        """
        together: IntArray = self._flushed.sum(axis=0)
        return together[1:], self._flushed[:n_places, 1:]


class Histograms:
    """Counts of one thread.

    Attributes
    ----------
    counts : ndarray of uint32, shape (n_places, 65537)
    """

    def __init__(self, tally: Tally, counts: NDArray[np.uint32]) -> None:
        self.counts = counts
        self._tally = tally
        self._n = 0

    def expect(self, n: int) -> None:
        """Make sure that ``n`` more scores overflow no counter."""
        if self._n + n > FLUSH_AT:
            self.flush()
        self._n += n

    def flush(self) -> None:
        """Hand all counts over."""
        self._tally.flush(self)
        self._n = 0


class Kept:
    """Scores kept one by one, with the indices i < j of their samples."""

    def __init__(self, dtype: DTypeLike) -> None:
        self.size = 0
        self._scores: list[Array] = [np.empty(0, dtype=dtype)]
        self._i = [np.empty(0, dtype=np.int32)]
        self._j = [np.empty(0, dtype=np.int32)]

    def add(self, scores: Array, i: Int32Array, j: Int32Array) -> None:
        """Keep scores, as arrays that nobody else changes."""
        self.size += scores.size
        self._scores.append(scores)
        self._i.append(i)
        self._j.append(j)

    def joined(self) -> tuple[Array, Int32Array, Int32Array]:
        """Everything kept, in any order."""
        return np.concatenate(self._scores), np.concatenate(self._i), np.concatenate(self._j)

    def _replace(self, scores: Array, i: Int32Array, j: Int32Array) -> None:
        self.size = scores.size
        self._scores, self._i, self._j = [scores], [i], [j]


class KeptTail(Kept):
    """The highest scores that one thread has seen, and few others.

    Attributes
    ----------
    bound : int
        Slot below which no score is kept; 1 at first.
    """

    def __init__(self, dtype: DTypeLike, tally: Tally, bins: Bins) -> None:
        super().__init__(dtype)
        self.bound = 1
        self._tally = tally
        self._bins = bins
        self._room = max(tally.tail_size, _LEAST_ROOM)

    def add(self, scores: Array, i: Int32Array, j: Int32Array) -> None:
        """Keep scores, and let go of those that are no longer among the highest."""
        super().add(scores, i, j)
        if self.size > self._room:
            self._trim()

    def _trim(self) -> None:
        tail_size = self._tally.tail_size
        self.bound = self._tally.lowest_useful(self.bound)
        scores, i, j = self.joined()
        if self.bound > 1:
            useful = scores >= float(self._bins.edge(self.bound - 1))
            scores, i, j = scores[useful], i[useful], j[useful]
        if scores.size > tail_size:  # more scores in the lowest bin than there is room for
            scores, i, j = select_highest(scores, i, j, limit=tail_size)
        self._replace(scores, i, j)
        self._room = max(self._room, 2 * scores.size)
