"""Every two samples of a test set compared, by tiles, without storing the scores.

The same bits come out whatever the number of threads and however the rows are cut
into shards. A matrix product rounds differently for tiles of another shape and for
another number of BLAS threads, so tiles lie on one fixed grid over the samples that
have a template, BLAS is held to one thread while our own threads take tiles, and a
shard whose rows cut a tile computes the whole tile and counts its own rows only.

Cosine scores are products of unit rows in single precision (error below 1e-6).
Euclidean scores are computed in double precision, because a small distance is the
difference of large numbers.

Where samples are in groups, those of a group stand next to each other in the order of
comparison. A score may then differ in its last bit from the one without groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.binning import Bins
from evaluation.comparison.counting import Counting
from evaluation.comparison.order import Order, comparison_order, ranked_groups
from evaluation.comparison.parts import AllPairsPart
from evaluation.comparison.search_scores import Vectors
from evaluation.errors import NonFiniteScoreError

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Int32Array, IntArray
    from evaluation.card import Similarity
    from evaluation.comparison.normalisation import HasTemplates

TAIL_SIZE = 1 << 20
"""Non-mated scores kept one by one: 16 MiB."""


def compare_all_pairs(
    templates: HasTemplates,
    subject_index: Int32Array,
    rows: range,
    *,
    similarity: Similarity,
    groups: Int32Array | IntArray | None = None,
    n_groups: int = 0,
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
        The first sample of each pair, by its place in the order of comparison: by
        group, samples in no group last, and then by number. Ranges that together cover
        all samples give, merged, the same part as one call over all, bit for bit.
    similarity : Similarity
        Cosine, or minus the Euclidean distance of the embeddings as given.
    groups : ndarray of int, shape (n_samples,), optional
        Group of each sample in 0..n_groups - 1, or -1 for none: non-mated scores are
        counted for each two groups as well.
    n_groups : int
        At most 16.
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
        ``threads`` or ``tail_size`` is below 1, or ``groups`` are not as described.
    NonFiniteScoreError
        An embedding holds NaN or infinity.
    """
    if threads < 1 or tail_size < 1:
        raise ValueError(f"threads and tail_size are at least 1, got {threads} and {tail_size}")
    ranked = ranked_groups(groups, templates.failed.size, n_groups)
    everyone, failed = comparison_order(ranked, templates.failed)
    kept = np.flatnonzero(~failed)
    order = Order.of(everyone[kept], subject_index, ranked, n_groups)
    first, last = np.searchsorted(kept, [rows.start, rows.stop])
    vectors = Vectors.of(templates.embeddings, similarity, everyone[kept], threads=threads)
    counting = Counting(vectors, order, _bins(vectors, similarity), tail_size)
    part = counting.count(range(int(first), int(last)), threads=threads)
    return _with_failures(part, failed, subject_index[everyone], rows)


def _bins(vectors: Vectors, similarity: Similarity) -> Bins:
    """Bins that do not depend on the shard."""
    squares = vectors.squares
    if squares is None:
        squares = np.einsum("ij,ij->i", vectors.rows, vectors.rows)
    longest = float(np.sqrt(np.max(squares, initial=0.0)))
    if not np.isfinite(longest):
        raise NonFiniteScoreError("an embedding that is compared is not of finite numbers")
    return Bins.for_scores(similarity, longest=longest)


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
        group_histograms=part.group_histograms,
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
