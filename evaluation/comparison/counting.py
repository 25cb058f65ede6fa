"""Threads take tiles, score them, and count them while they are in cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison import tiles
from evaluation.comparison.kernel_native import NativeCounter, native_kernel
from evaluation.comparison.kernel_numpy import NumpyCounter
from evaluation.comparison.parts import AllPairsPart, highest_first
from evaluation.comparison.search_scores import score_tile
from evaluation.comparison.tally import Kept, KeptTail, Tally
from evaluation.comparison.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import FloatArray, Int32Array
    from evaluation.comparison.binning import Bins
    from evaluation.comparison.order import Order
    from evaluation.comparison.search_scores import Vectors
    from evaluation.comparison.tally import Histograms
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

    def count(self, grid: Sequence[Tile], *, threads: int) -> AllPairsPart:
        """Count the tiles of a grid; failed comparisons are none of its business."""
        queue = iter(grid)  # each thread takes the next tile: none waits for a slow one
        workers = range(max(1, min(threads, len(grid))))
        kept = share_out(lambda _: self._take(queue), workers, threads=threads)
        mated = highest_first(*_joined([mated for mated, _ in kept]))
        tail_size = self._tally.tail_size
        tail = highest_first(*_joined([tail for _, tail in kept]), limit=tail_size)
        together, by_groups = self._tally.histograms(self._order.n_places - 1)
        return AllPairsPart(
            bins=self._bins,
            histogram=together,
            group_histograms=by_groups,
            mated_scores=mated[0],
            mated_i=mated[1],
            mated_j=mated[2],
            tail_scores=tail[0],
            tail_i=tail[1],
            tail_j=tail[2],
            tail_size=tail_size,
            n_mated_failed=0,
            n_non_mated_failed=0,
        )

    def _take(self, queue: Iterator[Tile]) -> tuple[Kept, KeptTail]:
        dtype = self._vectors.rows.dtype
        histograms = self._tally.new_histograms()
        mated, tail = Kept(dtype), KeptTail(dtype, self._tally, self._bins)
        counter = self._counter(histograms, mated, tail)
        memory = np.empty(tiles.TILE_ROWS * tiles.TILE_COLUMNS, dtype=dtype)
        for tile in queue:
            rows = self._vectors.part(tile.top, tile.bottom)
            columns = self._vectors.part(tile.left, tile.right)
            counter.count(tile, score_tile(columns, rows, memory))
        histograms.flush()
        return mated, tail

    def _counter(
        self, histograms: Histograms, mated: Kept, tail: KeptTail
    ) -> NativeCounter | NumpyCounter:
        function = native_kernel() if self._vectors.rows.dtype == np.float32 else None
        if function is None:
            return NumpyCounter(self._order, self._bins, histograms, mated, tail)
        return NativeCounter(function, self._order, self._bins, histograms, mated, tail)


def _joined(kept: Sequence[Kept]) -> tuple[FloatArray, Int32Array, Int32Array]:
    scores, i, j = zip(*(one.joined() for one in kept), strict=True)
    return np.concatenate(scores).astype(np.float64), np.concatenate(i), np.concatenate(j)
