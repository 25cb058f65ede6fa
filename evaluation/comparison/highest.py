"""The one order of kept scores: score descending, then both sample indices ascending.

Every two scores differ in it, so however they were found and put together, the first
so many of them are always the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from evaluation.arrays import Array, Int32Array

_BLOCK = 1 << 15
"""Keys unpacked at a time, so that what is worked out of them stays in cache."""
_SIGN = np.uint32(0x80000000)


def highest_first(
    scores: Array, i: Int32Array, j: Int32Array, *, limit: int | None = None
) -> tuple[Array, Int32Array, Int32Array]:
    """Put scores in order, and keep the first ``limit``.

    Parameters
    ----------
    scores : ndarray of float32 or float64, shape (n,)
    i, j : ndarray of int32, shape (n,)
        Indices of the samples, at least 0.
    limit : int, optional

    Returns
    -------
    scores, i, j
        As handed in, ordered; minus zero is zero.
    """
    keys = _Keys.of(scores, i, j)
    if keys is not None:
        return keys.highest(limit)
    if limit is not None and scores.size > limit:
        scores, i, j = select_highest(scores, i, j, limit=limit)
    order = np.lexsort((j, i, -scores))
    return scores[order] + 0.0, i[order], j[order]


def select_highest(
    scores: Array, i: Int32Array, j: Int32Array, *, limit: int
) -> tuple[Array, Int32Array, Int32Array]:
    """Select the first ``limit`` of more scores, in any order."""
    lowest = np.partition(scores, scores.size - limit)[scores.size - limit]
    above, tied = np.flatnonzero(scores > lowest), np.flatnonzero(scores == lowest)
    missing = limit - above.size
    if missing < tied.size:
        tied = tied[np.argpartition(_pairs(i[tied], j[tied]), missing - 1)[:missing]]
    chosen = np.concatenate([above, tied])
    return scores[chosen], i[chosen], j[chosen]


def _pairs(i: Int32Array, j: Int32Array) -> NDArray[np.uint64]:
    pairs = i.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= j.view(np.uint32)
    return pairs


class _Keys:
    """Score and samples of each, packed in one whole number where they fit in 64 bits.

    Whole numbers are sorted many times faster than places of scores, in half the memory.
    """

    def __init__(
        self, keys: NDArray[np.uint64], first: np.uint32, widths: tuple[int, int], dtype: DTypeLike
    ) -> None:
        self._keys = keys
        self._first = first
        self._pair_width, self._j_width = (np.uint64(width) for width in widths)
        self._dtype = dtype

    @classmethod
    def of(cls, scores: Array, i: Int32Array, j: Int32Array) -> _Keys | None:
        """Pack them; None where they do not fit, or are no numbers of single precision."""
        single = scores.astype(np.float32, copy=False)
        if not scores.size or not np.array_equal(single, scores):
            return None
        falling = _falling(single)
        first = falling.min()
        j_width = int(j.max()).bit_length()
        pair_width = int(i.max()).bit_length() + j_width
        if pair_width + int(falling.max() - first).bit_length() > 64:
            return None
        falling -= first
        keys = falling.astype(np.uint64)
        keys <<= np.uint64(pair_width - j_width)
        keys |= i.view(np.uint32)
        keys <<= np.uint64(j_width)
        keys |= j.view(np.uint32)
        return cls(keys, first, (pair_width, j_width), scores.dtype)

    def highest(self, limit: int | None) -> tuple[Array, Int32Array, Int32Array]:
        """Unpack the first ``limit`` in order."""
        self._keys.sort()
        keys = self._keys[:limit]
        scores = np.empty(keys.size, dtype=self._dtype)
        i, j = np.empty((2, keys.size), dtype=np.int32)
        for start in range(0, keys.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            packed = keys[block]
            scores[block] = _scores((packed >> self._pair_width).astype(np.uint32) + self._first)
            i[block] = (packed >> self._j_width) & _ones(self._pair_width - self._j_width)
            j[block] = packed & _ones(self._j_width)
        return scores, i, j


def _falling(scores: Array) -> NDArray[np.uint32]:
    """Whole numbers that fall as scores of single precision rise."""
    bits = (scores + np.float32(0.0)).view(np.uint32)  # minus zero becomes zero
    # Of a number below zero, all bits but the sign rise already as the number falls.
    flipped = ~(bits | _SIGN)
    np.copyto(flipped, bits, where=bits >= _SIGN)
    return flipped


def _scores(falling: NDArray[np.uint32]) -> Array:
    return np.where(falling >= _SIGN, falling, ~falling & ~_SIGN).view(np.float32)


def _ones(width: np.uint64) -> np.uint64:
    return np.uint64((1 << int(width)) - 1)
