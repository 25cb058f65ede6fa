"""The fixed grid of tiles, and what is counted of each tile while it is in cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.binning import N_BINS, Bins
from evaluation.comparison.parts import AllPairsPart, highest_first

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Float32Array, FloatArray, Int32Array

TILE_ROWS = 512
TILE_COLUMNS = 2048
"""A tile of float32 scores fills 4 MiB; part of the outcome's last bits, so never tuned per run."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Rows top..bottom against columns left..right, of which rows count_from..count_to count."""

    top: int
    bottom: int
    left: int
    right: int
    count_from: int
    count_to: int

    @property
    def is_whole(self) -> bool:
        """Every score of the tile counts: all rows, and all columns after all rows."""
        return (
            self.count_from <= self.top
            and self.count_to >= self.bottom
            and self.left >= self.bottom
        )


def tile_grid(n: int, *, rows: range) -> list[Tile]:
    """Tiles that hold a pair i < j with i in ``rows``, on the one grid over n samples."""
    tiles = []
    for top in range(rows.start // TILE_ROWS * TILE_ROWS, min(rows.stop, n), TILE_ROWS):
        bottom = min(top + TILE_ROWS, n)
        for left in range(top // TILE_COLUMNS * TILE_COLUMNS, n, TILE_COLUMNS):
            right = min(left + TILE_COLUMNS, n)
            tiles.append(Tile(top, bottom, left, right, rows.start, rows.stop))
    return tiles


class TileCounter:
    """Adds tiles up in memory that does not grow with their number."""

    def __init__(
        self, samples: Int32Array, subjects: Int32Array, bins: Bins, tail_size: int
    ) -> None:
        self._samples = samples
        self._subjects = subjects
        self._bins = bins
        self._tail_size = tail_size
        self._histogram = np.zeros(N_BINS, dtype=np.int64)
        self._mated = _Kept()
        self._tail = _Kept()
        self._lowest_useful = -np.inf

    def add(self, tile: Tile, scores: Float32Array | FloatArray) -> None:
        """Count the scores of a tile, shape (bottom - top, right - left)."""
        counted = None if tile.is_whole else _counted(tile)
        mated = (
            self._subjects[tile.top : tile.bottom, None]
            == self._subjects[None, tile.left : tile.right]
        )
        if counted is not None:
            mated &= counted
        self._keep(self._mated, tile, scores, mated)
        self._histogram += self._bins.count(scores if counted is None else scores[counted])
        self._histogram -= self._bins.count(scores[mated])
        high = scores >= self._lowest_useful
        high &= ~mated
        if counted is not None:
            high &= counted
        self._keep(self._tail, tile, scores, high)
        if self._tail.size > 2 * self._tail_size:
            self._trim()

    def part(self) -> AllPairsPart:
        """Everything counted so far."""
        mated = highest_first(*self._mated.joined())
        tail = highest_first(*self._tail.joined(), limit=self._tail_size)
        return AllPairsPart(
            bins=self._bins,
            histogram=self._histogram,
            mated_scores=mated[0],
            mated_i=mated[1],
            mated_j=mated[2],
            tail_scores=tail[0],
            tail_i=tail[1],
            tail_j=tail[2],
            tail_size=self._tail_size,
            n_mated_failed=0,
            n_non_mated_failed=0,
        )

    def _keep(
        self, kept: _Kept, tile: Tile, scores: Float32Array | FloatArray, which: BoolArray
    ) -> None:
        row, column = np.nonzero(which)
        kept.add(
            scores[row, column].astype(np.float64),
            self._samples[tile.top + row],
            self._samples[tile.left + column],
        )

    def _trim(self) -> None:
        tail = highest_first(*self._tail.joined(), limit=self._tail_size)
        self._tail = _Kept()
        self._tail.add(*tail)
        if tail[0].size:
            self._lowest_useful = float(tail[0][-1])


class _Kept:
    """Scores kept one by one, with the indices of their samples."""

    def __init__(self) -> None:
        self.size = 0
        self._scores = [np.empty(0, dtype=np.float64)]
        self._i = [np.empty(0, dtype=np.int32)]
        self._j = [np.empty(0, dtype=np.int32)]

    def add(self, scores: FloatArray, i: Int32Array, j: Int32Array) -> None:
        self.size += scores.size
        self._scores.append(scores)
        self._i.append(i)
        self._j.append(j)

    def joined(self) -> tuple[FloatArray, Int32Array, Int32Array]:
        return np.concatenate(self._scores), np.concatenate(self._i), np.concatenate(self._j)


def _counted(tile: Tile) -> BoolArray:
    """Pairs i < j whose row lies in the shard, for a tile that is not whole."""
    i = np.arange(tile.top, tile.bottom)[:, None]
    j = np.arange(tile.left, tile.right)[None, :]
    return (i < j) & (i >= tile.count_from) & (i < tile.count_to)
