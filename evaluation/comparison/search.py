"""The best k references of each probe, exactly, in memory that does not grow with the gallery.

The gallery is scored tile by tile. Of each tile only scores above the k-th best so far
are looked at, which after the first tiles are few. What is kept of a score is one whole
number whose order is that of the result: by score descending, then by place ascending.
Merging is then sorting, and no order of work shows in the outcome.

Tiles lie on a grid that depends on the numbers of probes and references only, BLAS is
held to one thread, and our own threads take rows of tiles, or parts of the gallery where
probes are few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.comparison.kernel_native import native_kernel
from evaluation.comparison.search_best import (
    LAST_PLACE,
    NumpyBest,
    highest_keys,
    unpacked_scores,
)
from evaluation.comparison.search_native import NativeBest
from evaluation.comparison.search_scores import TILE_PROBES, TILE_REFERENCES
from evaluation.comparison.threads import share_out
from evaluation.errors import NonFiniteScoreError

if TYPE_CHECKING:
    from evaluation.arrays import Float32Array, IntArray
    from evaluation.comparison.search_best import Keys


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
    keys = np.concatenate(
        [highest_keys(part, k) for part in merged] or [np.empty((0, k), np.uint64)]
    )
    return _unpacked(keys)


def _pieces(n: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def _best_of_span(gallery: Float32Array, probes: Float32Array, k: int, span: list[slice]) -> Keys:
    """Score some tiles of the gallery in order and keep the best of each probe, in any order."""
    scores = np.empty(probes.shape[0] * TILE_REFERENCES, dtype=np.float32)
    best = _new_best(probes.shape[0], k)
    for tile in span:
        n = tile.stop - tile.start
        part = scores[: probes.shape[0] * n].reshape(probes.shape[0], n)
        np.matmul(probes, gallery[tile].T, out=part)
        best.add(part, tile.start)
    return best.leave()


def _new_best(n_probes: int, k: int) -> NativeBest | NumpyBest:
    kernel = native_kernel()
    return NumpyBest(n_probes, k) if kernel is None else NativeBest(kernel, n_probes, k)


def _unpacked(keys: Keys) -> Candidates:
    descending = np.ascontiguousarray(keys[:, ::-1])
    scores = unpacked_scores(descending)
    if not np.all(np.isfinite(scores)):
        raise NonFiniteScoreError("a comparison score of a search is not a finite number")
    places = LAST_PLACE - (descending & np.uint64(LAST_PLACE)).astype(np.int64)
    return Candidates(scores, places)
