"""The best k references of each probe, exactly, in memory that does not grow with the gallery.

The gallery is scored tile by tile. Of each tile only scores above the k-th best so far
are looked at, which after the first tiles are few. A score and its place are packed into
one whole number whose order is that of the result: by score descending, then by place
ascending. Merging is then sorting, and no order of work shows in the outcome.

Tiles lie on a grid that depends on the numbers of probes and references only, BLAS is
held to one thread, and our own threads take rows of tiles, or parts of the gallery where
probes are few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.comparison.search_scores import TILE_PROBES, TILE_REFERENCES
from evaluation.comparison.threads import share_out
from evaluation.errors import NonFiniteScoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evaluation.arrays import BoolArray, Float32Array, IntArray

    Keys = NDArray[np.uint64]

_LAST_PLACE = 0xFFFFFFFF
_SIGN = np.uint32(0x80000000)


class Candidates(NamedTuple):
    """The best references of each probe, best first; equal scores by ascending place.

    Attributes
    ----------
    scores : ndarray of float32, shape (n_probes, k)
    places : ndarray of int64, shape (n_probes, k)
        Rows of the gallery.
    """

    scores: Float32Array
    places: IntArray


def search_gallery(
    gallery: Float32Array, probes: Float32Array, k: int, *, threads: int = 1
) -> Candidates:
    """Find the references with the highest inner products with each probe.

    Parameters
    ----------
    gallery : ndarray of float32, shape (n_references, dim)
        Of unit length for cosine scores.
    probes : ndarray of float32, shape (n_probes, dim)
    k : int
        How many, from 1 to ``n_references``.
    threads : int
        Threads of our own; does not show in the outcome.

    Returns
    -------
    Candidates

    Raises
    ------
    ValueError
        ``k`` or ``threads`` lies outside its range.
    NonFiniteScoreError
        A score among the best is NaN or infinite.
    """
    if not 1 <= k <= gallery.shape[0] or threads < 1:
        raise ValueError(f"{k} candidates of {gallery.shape[0]} references with {threads} threads")
    rows = _pieces(probes.shape[0], TILE_PROBES)
    tiles = _pieces(gallery.shape[0], TILE_REFERENCES)
    n_spans = min(len(tiles), -(-threads // max(1, len(rows))))
    spans = [
        tiles[part * len(tiles) // n_spans : (part + 1) * len(tiles) // n_spans]
        for part in range(n_spans)
    ]

    def best(work: tuple[slice, list[slice]]) -> Keys:
        row, span = work
        return _best_of_span(gallery, probes[row], k, span)

    found = share_out(best, [(row, span) for row in rows for span in spans], threads=threads)
    merged = [
        np.concatenate(found[start : start + n_spans], axis=1)
        for start in range(0, len(found), n_spans)
    ]
    keys = np.concatenate([_highest(part, k) for part in merged] or [np.empty((0, k), np.uint64)])
    return _unpacked(keys)


def _pieces(n: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def _best_of_span(gallery: Float32Array, probes: Float32Array, k: int, span: list[slice]) -> Keys:
    """Score some tiles of the gallery in order and keep the best of each probe, in any order."""
    scores = np.empty(probes.shape[0] * TILE_REFERENCES, dtype=np.float32)
    best = _Best(probes.shape[0], k)
    for tile in span:
        n = tile.stop - tile.start
        part = scores[: probes.shape[0] * n].reshape(probes.shape[0], n)
        np.matmul(probes, gallery[tile].T, out=part)
        best.add(part, tile.start)
    return best.keys


class _Best:
    """The k best of each probe so far.

    Attributes
    ----------
    keys : ndarray of uint64, shape (n_probes, k)
        Ascending; 0 where there are fewer.
    """

    def __init__(self, n_probes: int, k: int) -> None:
        self.keys: Keys = np.zeros((n_probes, k), dtype=np.uint64)
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
        joined[:, most:] = self.keys
        # Hits stand row by row, so number j of a row that begins at hit f is hit f + j.
        beginning = np.arange(0, joined.size, joined.shape[1]) - (np.cumsum(n_new) - n_new)
        slot = np.repeat(beginning, n_new) + np.arange(place.size)
        joined.ravel()[slot] = _packed(scores.ravel()[place], column + left)
        self.keys = _highest(joined, self._k)
        lowest = _unpacked_scores(self.keys[:, 0])
        if self.keys[:, 0].all():
            self._bound = np.nextafter(lowest, np.float32(np.inf))

    def _reaching(self, scores: Float32Array, bound: Float32Array) -> IntArray:
        """Places, in the tile read row by row, of the scores at or above their row's bound."""
        reached = self._reached[: scores.size]
        np.greater_equal(scores, bound[:, None], out=reached.reshape(scores.shape))
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
        highest = np.maximum(highest[:, :half], highest[:, half : 2 * half])
    return np.partition(highest, highest.shape[1] - k, axis=1)[:, highest.shape[1] - k]


def _highest(keys: Keys, k: int) -> Keys:
    """Return the k highest keys of each row, ascending."""
    ordered = np.sort(keys, axis=1)
    return ordered[:, ordered.shape[1] - k :]


def _packed(scores: Float32Array, places: IntArray) -> Keys:
    """Pack scores and places so that a higher score, then a lower place, is a higher key."""
    bits = (scores + np.float32(0.0)).view(np.int32)  # minus zero becomes zero
    rising = bits.view(np.uint32) ^ ((bits >> 31).view(np.uint32) | _SIGN)
    keys = rising.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= (_LAST_PLACE - places).view(np.uint64)
    return keys


def _unpacked_scores(keys: Keys) -> Float32Array:
    rising = (keys >> np.uint64(32)).astype(np.uint32)
    return np.where(rising & _SIGN, rising ^ _SIGN, ~rising).view(np.float32)


def _unpacked(keys: Keys) -> Candidates:
    descending = np.ascontiguousarray(keys[:, ::-1])
    scores = _unpacked_scores(descending)
    if not np.all(np.isfinite(scores)):
        raise NonFiniteScoreError("a comparison score of a search is not a finite number")
    places = _LAST_PLACE - (descending & np.uint64(_LAST_PLACE)).astype(np.int64)
    return Candidates(scores, places)
