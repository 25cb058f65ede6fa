"""Counting a tile with NumPy: what the compiled kernel does, for every similarity and machine."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.tally import N_SLOTS

if TYPE_CHECKING:
    from evaluation.arrays import Array, BoolArray, Int32Array, IntArray
    from evaluation.comparison.binning import Bins
    from evaluation.comparison.order import Order
    from evaluation.comparison.tally import Histograms, Kept, KeptTail
    from evaluation.comparison.tiles import Tile

STRIP_ROWS = 128
"""Rows of a tile at a time, so that what is worked out of them is small."""


class NumpyCounter:
    """Counts tiles for one thread.

    Parameters
    ----------
    order : Order
    bins : Bins
    histograms : Histograms
        Filled with non-mated scores by the groups of their samples.
    mated, tail : Kept, KeptTail
    """

    def __init__(
        self, order: Order, bins: Bins, histograms: Histograms, mated: Kept, tail: KeptTail
    ) -> None:
        self._order = order
        self._bins = bins
        self._places = order.places
        self.histograms = histograms
        self.mated = mated
        self.tail = tail

    def count(self, tile: Tile, scores: Array) -> None:
        """Count the scores of a tile, shape (bottom - top, right - left)."""
        self.histograms.expect(scores.size)
        first = max(tile.top, tile.count_from)
        last = min(tile.bottom, tile.count_to)
        for top in range(first, last, STRIP_ROWS):
            rows = slice(top, min(top + STRIP_ROWS, last))
            self._strip(rows, tile, scores[rows.start - tile.top : rows.stop - tile.top])

    def _strip(self, rows: slice, tile: Tile, scores: Array) -> None:
        columns = slice(tile.left, tile.right)
        subjects = self._order.subjects
        mated = subjects[rows, None] == subjects[None, columns]
        slots = self._bins.index(scores)
        slots += 1
        if tile.left < rows.stop:
            later = np.arange(tile.left, tile.right) > np.arange(rows.start, rows.stop)[:, None]
            mated &= later
            slots[~later] = 0
        slots[mated] = 0
        self._keep(self.mated, rows, columns, scores, mated)
        self._add(rows, columns, slots)
        self._keep(self.tail, rows, columns, scores, slots >= self.tail.bound)

    def _add(self, rows: slice, columns: slice, slots: IntArray) -> None:
        groups = self._order.groups
        for top, bottom in _runs(groups[rows]):
            for left, right in _runs(groups[columns]):
                place = self._places[groups[rows.start + top], groups[columns.start + left]]
                part = slots[top:bottom, left:right].ravel()
                self.histograms.counts[place] += np.bincount(part, minlength=N_SLOTS).astype(
                    np.uint32
                )

    def _keep(
        self, kept: Kept, rows: slice, columns: slice, scores: Array, which: BoolArray
    ) -> None:
        row, column = np.nonzero(which)
        a = self._order.samples[rows][row]
        b = self._order.samples[columns][column]
        kept.add(scores[row, column], np.minimum(a, b), np.maximum(a, b))


def _runs(groups: Int32Array) -> list[tuple[int, int]]:
    """Where neighbours of one group begin and end."""
    changes = np.flatnonzero(np.diff(groups)) + 1
    return list(pairwise([0, *changes.tolist(), groups.size]))
