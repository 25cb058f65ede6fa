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
from evaluation.comparison.highest import select_highest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import DTypeLike, NDArray

    from evaluation.arrays import Array, Int32Array, IntArray
    from evaluation.comparison.binning import Bins

    DropBelow = Callable[["Kept", float], None]

N_SLOTS = N_BINS + 1
"""Slot k + 1 counts bin k; slot 0 takes scores that do not count."""
LOWEST_SLOT = 1
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

    def finish(self, histograms: Histograms) -> None:
        """Add a thread's counts to the sums, and let go of its memory."""
        self.flush(histograms)
        with self._lock:
            self._running.remove(histograms)

    def lowest_useful(self, known: int) -> int:
        """Highest slot, not below ``known``, such that all of the tail lies in it or above."""
        with self._lock:
            above = self._flushed[:, known:].sum(axis=0)
            for one in self._running:
                # Read while its thread counts on, a count is too low at most: harmless.
                # What one thread counted since its last flush fits in 32 bits, all places
                # together (see `Histograms.expect`); threads are added up in 64.
                above += one.counts[:, known:].sum(axis=0, dtype=np.uint32)
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

    def finish(self) -> None:
        """Hand all counts over; there will be no more."""
        self._tally.finish(self)


class Kept:
    """Scores kept one by one, with the indices i < j of their samples, in any order.

    Attributes
    ----------
    size : int
    scores : ndarray of float32 or float64, shape (room,)
        The first ``size`` are filled; likewise in ``i`` and ``j``.
    i, j : ndarray of int32, shape (room,)
    """

    def __init__(self, dtype: DTypeLike, room: int = 0) -> None:
        self.size = 0
        self.scores: Array = np.empty(room, dtype=dtype)
        self.i: Int32Array = np.empty(room, dtype=np.int32)
        self.j: Int32Array = np.empty(room, dtype=np.int32)

    @property
    def room(self) -> int:
        """For how many scores there is memory."""
        return self.scores.size

    def make_room(self, n: int) -> None:
        """Make sure that ``n`` more scores can be kept."""
        if self.room - self.size < n:
            self._grow(max(2 * self.room, self.size + n))

    def add(self, scores: Array, i: Int32Array, j: Int32Array) -> None:
        """Keep scores."""
        self.make_room(scores.size)
        added = slice(self.size, self.size + scores.size)
        self.scores[added], self.i[added], self.j[added] = scores, i, j
        self.size = added.stop

    def everything(self) -> tuple[Array, Int32Array, Int32Array]:
        """Return what is kept, not copied."""
        return self.scores[: self.size], self.i[: self.size], self.j[: self.size]

    def _grow(self, room: int) -> None:
        kept = self.everything()
        self.scores, self.i, self.j = (np.empty(room, dtype=one.dtype) for one in kept)
        self._fill(*kept)

    def _fill(self, scores: Array, i: Int32Array, j: Int32Array) -> None:
        self.size = scores.size
        for array, filled in zip((self.scores, self.i, self.j), (scores, i, j), strict=True):
            array[: self.size] = filled


class KeptTail(Kept):
    """The highest scores that one thread has seen, and others that may turn out to be.

    Parameters
    ----------
    dtype : data type of scores
    bound : int
    tally : Tally
    bins : Bins
    drop_below : callable
        Removes the scores below one from a Kept.

    Attributes
    ----------
    bound : int
        Slot below which no score is kept.
    """

    def __init__(
        self, dtype: DTypeLike, bound: int, tally: Tally, bins: Bins, drop_below: DropBelow
    ) -> None:
        super().__init__(dtype, tally.tail_size + _LEAST_ROOM)
        self.bound = bound
        self._tally = tally
        self._bins = bins
        self._drop_below = drop_below

    def make_room(self, n: int) -> None:
        """Let go of scores that are no longer among the highest, or take more memory."""
        if self.room - self.size >= n:
            return
        self.let_go()
        if self.size > self._tally.tail_size:  # the lowest bin alone holds too many
            self._fill(*select_highest(*self.everything(), limit=self._tally.tail_size))
        if self.size + n > self.room * 3 // 4:
            self._grow(max(2 * self.room, self.size + n))

    def let_go(self) -> None:
        """Let go of scores that are not among the highest of all threads so far."""
        self.bound = self._tally.lowest_useful(self.bound)
        if self.bound > LOWEST_SLOT:
            self._drop_below(self, float(self._bins.edge(self.bound - 1)))


def drop_below(kept: Kept, lowest: float) -> None:
    """Remove the scores below ``lowest``."""
    scores, i, j = kept.everything()
    useful = np.flatnonzero(scores >= lowest)
    kept.size = useful.size
    kept.scores[: useful.size] = scores[useful]
    kept.i[: useful.size] = i[useful]
    kept.j[: useful.size] = j[useful]
