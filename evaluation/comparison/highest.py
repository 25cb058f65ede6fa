"""The one order of kept scores: score descending, then both sample indices ascending.

Every two scores differ in it, so however they were found and put together, the first
so many of them are always the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evaluation.arrays import Array, Int32Array, IntArray

_LOW = np.uint64(0xFFFFFFFF)
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
        As handed in, ordered.
    """
    if limit is not None and scores.size > limit:
        scores, i, j = select_highest(scores, i, j, limit=limit)
    order = _descending(scores)
    scores, pairs = scores[order], _pairs(i, j)[order]
    # Equal scores are in any order yet; they are few as a rule.
    equal = scores[1:] == scores[:-1]
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    if tied.size:
        run = np.append(0, np.cumsum(~equal))[tied]
        again = tied[_by_two_keys(run, pairs[tied])]
        scores[tied], pairs[tied] = scores[again], pairs[again]
    return scores, (pairs >> np.uint64(32)).astype(np.int32), (pairs & _LOW).astype(np.int32)


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


def _descending(scores: Array) -> Array:
    """Order of falling scores; equal ones in any order."""
    single = scores.astype(np.float32, copy=False)
    if not np.array_equal(single, scores):
        return np.argsort(-scores)
    # Whole numbers that hold score and place are sorted several times faster than places.
    bits = single.view(np.uint32)
    falling = np.where(bits & _SIGN, bits, ~(bits | _SIGN))
    keys = falling.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= np.arange(keys.size, dtype=np.uint64)
    keys.sort()
    keys &= _LOW
    return keys.view(np.int64)


def _by_two_keys(run: IntArray, pairs: NDArray[np.uint64]) -> IntArray:
    """Order by run, then by pair; no two pairs are equal."""
    by_pair = np.argsort(pairs)
    keys = run[by_pair] << 32 | np.arange(run.size)
    keys.sort()
    order: IntArray = by_pair[keys & np.int64(_LOW)]
    return order
