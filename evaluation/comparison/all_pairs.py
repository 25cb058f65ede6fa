"""Every two samples of a test set compared, by tiles, without storing the scores.

The same bits come out whatever the number of threads and however the rows are cut
into shards. A matrix product rounds differently for tiles of another shape and for
another number of BLAS threads, so tiles lie on one fixed grid over the samples that
have a template, BLAS is held to one thread while our own threads take tiles, and a
shard whose rows cut a tile computes the whole tile and counts its own rows only.

Cosine scores are products of unit rows in single precision (error below 1e-6).
Euclidean scores are computed in double precision, because a small distance is the
difference of large numbers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from evaluation.card import Similarity
from evaluation.comparison.binning import Bins
from evaluation.comparison.normalisation import normalise
from evaluation.comparison.parts import AllPairsPart, merge_parts
from evaluation.comparison.tiles import Tile, TileCounter, tile_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray
    from evaluation.comparison.normalisation import HasTemplates

TAIL_SIZE = 1 << 20
"""Non-mated scores kept one by one: 16 MiB."""


def compare_all_pairs(
    templates: HasTemplates,
    subject_index: Int32Array,
    rows: range,
    *,
    similarity: Similarity,
    threads: int = 1,
    tail_size: int = TAIL_SIZE,
) -> AllPairsPart:
    """Compare each sample of ``rows`` with every later sample of the test set.

    Parameters
    ----------
    templates : Templates
        Embeddings of all samples of the test set, as the model gave them.
    subject_index : ndarray of int32, shape (n_samples,)
        Equal numbers mean the same subject; two samples of one subject are mated.
    rows : range
        The first sample of each pair. Ranges that together cover all samples give,
        merged, the same part as one call over all samples, bit for bit.
    similarity : Similarity
        Cosine, or minus the Euclidean distance of the embeddings as given.
    threads : int
        Threads of our own; does not show in the outcome.
    tail_size : int
        How many of the highest non-mated scores to keep one by one.

    Returns
    -------
    AllPairsPart

    Raises
    ------
    ValueError
        ``threads`` or ``tail_size`` is below 1.
    """
    if threads < 1 or tail_size < 1:
        raise ValueError(f"threads and tail_size are at least 1, got {threads} and {tail_size}")
    kept = np.flatnonzero(~templates.failed)
    vectors, bins = _vectors(templates.embeddings[kept], similarity)
    first, last = np.searchsorted(kept, [rows.start, rows.stop])
    tiles = tile_grid(kept.size, rows=range(int(first), int(last)))
    samples = kept.astype(np.int32)
    subjects = subject_index[kept]

    def count(share: Sequence[Tile]) -> AllPairsPart:
        counter = TileCounter(samples, subjects, bins, tail_size)
        for tile in share:
            counter.add(tile, _scores(vectors, tile, similarity))
        return counter.part()

    shares = [tiles[k::threads] for k in range(threads)]
    with threadpool_limits(limits=1), ThreadPoolExecutor(max_workers=threads) as pool:
        merged = merge_parts(pool.map(count, shares))
    return _with_failures(merged, templates.failed, subject_index, rows)


def _vectors(
    embeddings: Float32Array, similarity: Similarity
) -> tuple[Float32Array | FloatArray, Bins]:
    """Prepare what the tiles multiply, and bins that do not depend on the shard."""
    if similarity is Similarity.COSINE:
        return normalise(embeddings), Bins.for_scores(similarity, longest=1.0)
    vectors = embeddings.astype(np.float64)
    longest = np.sqrt(np.max(np.einsum("ij,ij->i", vectors, vectors), initial=0.0))
    return vectors, Bins.for_scores(similarity, longest=float(longest))


def _scores(
    vectors: Float32Array | FloatArray, tile: Tile, similarity: Similarity
) -> Float32Array | FloatArray:
    left, right = vectors[tile.top : tile.bottom], vectors[tile.left : tile.right]
    products: Float32Array | FloatArray = left @ right.T
    if similarity is Similarity.COSINE:
        return products
    squares: FloatArray = np.add.outer(
        np.einsum("ij,ij->i", left, left), np.einsum("ij,ij->i", right, right)
    )
    squares -= 2.0 * products
    np.maximum(squares, 0.0, out=squares)
    return -np.sqrt(squares)


def _with_failures(
    part: AllPairsPart, failed: BoolArray, subject_index: Int32Array, rows: range
) -> AllPairsPart:
    """Add the comparisons of ``rows`` with later samples that could not be made."""
    everyone = np.arange(failed.size)
    kept = np.flatnonzero(~failed)
    mated_all, later_all = _later(everyone, subject_index, rows)
    mated_made, later_made = _later(kept, subject_index, rows)
    n_mated_failed = mated_all - mated_made
    return AllPairsPart(
        bins=part.bins,
        histogram=part.histogram,
        mated_scores=part.mated_scores,
        mated_i=part.mated_i,
        mated_j=part.mated_j,
        tail_scores=part.tail_scores,
        tail_i=part.tail_i,
        tail_j=part.tail_j,
        tail_size=part.tail_size,
        n_mated_failed=n_mated_failed,
        n_non_mated_failed=(later_all - later_made) - n_mated_failed,
    )


def _later(samples: IntArray, subject_index: Int32Array, rows: range) -> tuple[int, int]:
    """Pairs (first in ``rows``, second later) among the samples: mated ones, and all."""
    subjects = subject_index[samples]
    order = np.argsort(subjects, kind="stable")
    _, start, size = np.unique(subjects[order], return_index=True, return_counts=True)
    later_mated = np.empty(samples.size, dtype=np.int64)
    # In stable order a subject's samples ascend: the k-th of m has m - 1 - k later mates.
    later_mated[order] = np.repeat(start + size, size) - 1 - np.arange(samples.size)
    ours = (samples >= rows.start) & (samples < rows.stop)
    later = samples.size - 1 - np.flatnonzero(ours)
    return int(later_mated[ours].sum()), int(later.sum())
