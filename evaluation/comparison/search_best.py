"""The k best scores of each probe so far, with NumPy; the compiled kernel picks the same bits.

A score and its place are packed into one whole number whose order is that of the result:
by score descending, then by place ascending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.search_scores import TILE_REFERENCES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evaluation.arrays import BoolArray, Float32Array, IntArray

    Keys = NDArray[np.uint64]

LAST_PLACE = 0xFFFFFFFF
_LAST_KEY = np.uint32(0xFFFFFFFF)
_SIGN = np.uint32(0x80000000)


class NumpyBest:
    """The k best of each probe so far."""

    def __init__(self, n_probes: int, k: int) -> None:
        self._keys: Keys = np.zeros((n_probes, k), dtype=np.uint64)
        self._k = k
        self._bound: Float32Array | None = None
        self._reached: BoolArray = np.zeros(n_probes * TILE_REFERENCES + 8, dtype=np.bool_)

    def add(self, scores: Float32Array, left: int) -> None:
        """Take in scores of all probes against the references from place ``left`` on.

        Places ascend from call to call, so of equal scores the earlier one stays.
        """
        bound = _bound_of(scores, self._k) if self._bound is None else self._bound
        place = self._reaching(scores, bound)
        row = place // scores.shape[1]
        column = place - row * scores.shape[1]
        n_new = np.bincount(row, minlength=scores.shape[0])
        if not place.size:
            return
        most = int(n_new.max())
        joined = np.zeros((scores.shape[0], most + self._k), dtype=np.uint64)
        joined[:, most:] = self._keys
        # Hits stand row by row, so number j of a row that begins at hit f is hit f + j.
        beginning = np.arange(0, joined.size, joined.shape[1]) - (np.cumsum(n_new) - n_new)
        slot = np.repeat(beginning, n_new) + np.arange(place.size)
        joined.ravel()[slot] = packed(scores.ravel()[place], column + left)
        self._keys = highest_keys(joined, self._k)
        lowest = unpacked_scores(self._keys[:, 0])
        if self._keys[:, 0].all():
            self._bound = np.nextafter(lowest, np.float32(np.inf))

    def leave(self) -> Keys:
        """Return the k best of each probe, in any order; 0 where there are fewer."""
        return self._keys

    def _reaching(self, scores: Float32Array, bound: Float32Array) -> IntArray:
        """Places, in the tile read row by row, of the scores at or above their row's bound."""
        reached = self._reached[: scores.size]
        # What is no number is not below the bound either, comes first, and is refused.
        np.less(scores, bound[:, None], out=reached.reshape(scores.shape))
        np.logical_not(reached, out=reached)
        end = -(-scores.size // 8) * 8
        self._reached[scores.size : end] = False
        # Few are reached: whole words of eight are passed over at once.
        eights = self._reached[:end].view(np.uint64)
        words = np.flatnonzero(eights != 0)
        within = np.flatnonzero(eights[words].view(np.bool_))
        places: IntArray = words[within >> 3] * 8 + (within & 7)
        return places


def _bound_of(scores: Float32Array, k: int) -> Float32Array:
    """Score that at least k scores of each row reach: the k-th of the maxima of groups."""
    if scores.shape[1] < k:
        return np.full(scores.shape[0], -np.inf, dtype=np.float32)
    highest = scores
    while highest.shape[1] >= 4 * k:
        half = highest.shape[1] // 2
        highest = np.fmax(highest[:, :half], highest[:, half : 2 * half])
    return np.partition(highest, highest.shape[1] - k, axis=1)[:, highest.shape[1] - k]


def highest_keys(keys: Keys, k: int) -> Keys:
    """Return the k highest keys of each row, ascending."""
    ordered = np.sort(keys, axis=1)
    return ordered[:, ordered.shape[1] - k :]


def packed(scores: Float32Array, places: IntArray) -> Keys:
    """Pack scores and places so that a higher score, then a lower place, is a higher key."""
    bits = (scores + np.float32(0.0)).view(np.int32)  # minus zero becomes zero
    rising = bits.view(np.uint32) ^ ((bits >> 31).view(np.uint32) | _SIGN)
    rising[np.isnan(scores)] = _LAST_KEY
    keys = rising.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= (LAST_PLACE - places).view(np.uint64)
    return keys


def unpacked_scores(keys: Keys) -> Float32Array:
    rising = (keys >> np.uint64(32)).astype(np.uint32)
    return np.where(rising & _SIGN, rising ^ _SIGN, ~rising).view(np.float32)
