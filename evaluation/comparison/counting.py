"""Threads take tiles, score them, and count them while they are in cache."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison import tiles
from evaluation.comparison.highest import highest_first
from evaluation.comparison.kernel_native import NativeCounter, native_drop_below, native_kernel
from evaluation.comparison.kernel_numpy import NumpyCounter
from evaluation.comparison.likely_tail import likely_bound
from evaluation.comparison.parts import AllPairsPart
from evaluation.comparison.search_scores import score_tile
from evaluation.comparison.tally import LOWEST_SLOT, Kept, KeptTail, Tally, drop_below
from evaluation.comparison.threads import one_blas_thread, share_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import Array, Int32Array
    from evaluation.comparison.binning import Bins
    from evaluation.comparison.order import Order
    from evaluation.comparison.search_scores import Vectors
    from evaluation.comparison.tiles import Tile


class Counting:
    """One comparison of all pairs: what is compared, and what its threads found.

    Parameters
    ----------
    vectors : Vectors
        In the order of comparison.
    order : Order
    bins : Bins
    tail_size : int
    """

    def __init__(self, vectors: Vectors, order: Order, bins: Bins, tail_size: int) -> None:
        self._vectors = vectors
        self._order = order
        self._bins = bins
        self._tally = Tally(order.n_places, tail_size)

    def count(self, rows: range, *, threads: int) -> AllPairsPart:
        """Compare the positions of ``rows`` with all later ones.

        Failed comparisons are none of its business.
        """
        tail_size = self._tally.tail_size
        with one_blas_thread():  # more would look for work for a while, in our threads' way
            bound = likely_bound(self._vectors, self._order, self._bins, rows, tail_size)
        kept = self._run(rows, bound, threads)
        lowest_needed = self._tally.lowest_useful(LOWEST_SLOT)
        if lowest_needed < bound:
            self._tally = Tally(self._order.n_places, tail_size)
            kept.clear()  # its memory is needed again
            kept = self._run(rows, lowest_needed, threads)
        return self._part(kept)

    def _run(self, rows: range, bound: int, threads: int) -> list[tuple[Kept, KeptTail]]:
        grid = tiles.tile_grid(self._order.samples.size, rows=rows)
        queue = iter(grid)  # each thread takes the next tile: none waits for a slow one
        size = tiles.TILE_ROWS * tiles.TILE_COLUMNS
        n_workers = max(1, min(threads, len(grid)))
        memory = np.empty((n_workers, size), dtype=self._vectors.rows.dtype)
        return share_out(lambda own: self._take(queue, bound, own), list(memory), threads=threads)

    def _part(self, kept: list[tuple[Kept, KeptTail]]) -> AllPairsPart:
        tail_size = self._tally.tail_size
        mated = highest_first(*_joined([mated for mated, _ in kept]))
        for _, tail in kept:
            tail.let_go()
        joined = _joined([tail for _, tail in kept])
        kept.clear()  # its memory is needed again
        highest = highest_first(*joined, limit=tail_size)
        del joined
        together, by_groups = self._tally.histograms(self._order.n_places - 1)
        return AllPairsPart(
            bins=self._bins,
            histogram=together,
            group_histograms=by_groups,
            mated_scores=mated[0].astype(np.float64),
            mated_i=mated[1],
            mated_j=mated[2],
            tail_scores=highest[0].astype(np.float64),
            tail_i=highest[1],
            tail_j=highest[2],
            tail_size=tail_size,
            n_mated_failed=0,
            n_non_mated_failed=0,
        )

    def _take(self, queue: Iterator[Tile], bound: int, memory: Array) -> tuple[Kept, KeptTail]:
        counter = self._new_counter(bound)
        for tile in queue:
            rows = self._vectors.part(tile.top, tile.bottom)
            columns = self._vectors.part(tile.left, tile.right)
            counter.count(tile, score_tile(columns, rows, memory))
        counter.histograms.finish()
        return counter.mated, counter.tail

    def _new_counter(self, bound: int) -> NativeCounter | NumpyCounter:
        dtype = self._vectors.rows.dtype
        kernel = native_kernel() if dtype == np.float32 else None
        drop = drop_below if kernel is None else partial(native_drop_below, kernel)
        histograms, mated = self._tally.new_histograms(), Kept(dtype)
        tail = KeptTail(dtype, bound, self._tally, self._bins, drop)
        if kernel is None:
            return NumpyCounter(self._order, self._bins, histograms, mated, tail)
        return NativeCounter(kernel, self._order, self._bins, histograms, mated, tail)


def _joined(kept: Sequence[Kept]) -> tuple[Array, Int32Array, Int32Array]:
    scores, i, j = zip(*(one.everything() for one in kept), strict=True)
    return np.concatenate(scores), np.concatenate(i), np.concatenate(j)
