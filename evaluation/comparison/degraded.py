"""The trials of a clean protocol made again with degraded probes, counted at fixed thresholds.

References stay clean. Of a list of pairs, every trial is made again. Of all pairs, every
mated pair is (the later sample is the probe), and each degraded probe is compared with
all clean samples of other subjects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from evaluation.card import Similarity
from evaluation.comparison.normalisation import normalise
from evaluation.comparison.pairs import pair_scores
from evaluation.testsets.protocols import AllPairsProtocol, PairProtocol

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray
    from evaluation.comparison.normalisation import HasTemplates

_BLOCK_ROWS = 512


@dataclass(frozen=True, slots=True)
class JoinedTemplates:
    """Clean templates of all samples, with those of one variant's probes behind them."""

    embeddings: Float32Array
    failed: BoolArray


@dataclass(frozen=True, slots=True)
class VariantCounts:
    """What one variant gave.

    Attributes
    ----------
    missed : ndarray of bool, shape (n_thresholds, n_mated)
        Non-matches, trials without a template among them.
    failures : int
        Mated trials without a template.
    false_matches : ndarray of int64, shape (n_thresholds,)
    non_mated : int
        Completed non-mated trials.
    """

    missed: BoolArray
    failures: int
    false_matches: IntArray
    non_mated: int


def mated_pairs(subject_index: Int32Array) -> tuple[Int32Array, Int32Array]:
    """All pairs of samples i < j of one subject, by rising i, then j."""
    order = np.argsort(subject_index, kind="stable")
    bounds = np.flatnonzero(np.diff(subject_index[order])) + 1
    found = [np.empty((0, 2), dtype=np.int32)]
    for samples in np.split(order, bounds):
        first, second = np.triu_indices(samples.size, k=1)
        found.append(np.stack([samples[first], samples[second]], axis=1).astype(np.int32))
    pairs = np.concatenate(found)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return pairs[:, 0], pairs[:, 1]


def mated_trials_of(
    base: PairProtocol | AllPairsProtocol, subject_index: Int32Array
) -> tuple[Int32Array, Int32Array]:
    """Return references and probes of the base's mated trials, as indices of samples."""
    if isinstance(base, PairProtocol):
        return base.reference[base.mated], base.probe[base.mated]
    return mated_pairs(subject_index)


def probes_of(base: PairProtocol | AllPairsProtocol, subject_index: Int32Array) -> Int32Array:
    """Return the samples that are degraded: every probe of the base, ascending."""
    if isinstance(base, PairProtocol):
        return np.unique(base.probe)
    return np.unique(mated_pairs(subject_index)[1])


def count_variant(
    clean: HasTemplates,
    probes: HasTemplates,
    base: PairProtocol | AllPairsProtocol,
    subject_index: Int32Array,
    thresholds: FloatArray,
    *,
    similarity: Similarity,
) -> VariantCounts:
    """Make the base's trials with one variant of its probes.

    Parameters
    ----------
    clean : Templates
        Of all samples of the test set.
    probes : Templates
        Of the samples that `probes_of` names, in this order, degraded.
    base : PairProtocol or AllPairsProtocol
    subject_index : ndarray of int32, shape (n_samples,)
    thresholds : ndarray of float64, shape (n_thresholds,)
    similarity : Similarity

    Returns
    -------
    VariantCounts
    """
    n_samples = subject_index.size
    joined = JoinedTemplates(
        np.concatenate([clean.embeddings, probes.embeddings]),
        np.concatenate([clean.failed, probes.failed]),
    )
    behind = np.zeros(n_samples, dtype=np.int32)
    names = probes_of(base, subject_index)
    behind[names] = n_samples + np.arange(names.size)
    reference, probe = mated_trials_of(base, subject_index)
    missed, failures = _missed(joined, reference, behind[probe], thresholds, similarity)
    if isinstance(base, PairProtocol):
        other = ~base.mated
        scores = _scores(joined, base.reference[other], behind[base.probe[other]], similarity)
        made = scores[np.isfinite(scores)]
        counts = np.sum(made[None, :] >= thresholds[:, None], axis=1)
        return VariantCounts(missed, failures, counts, int(made.size))
    counts, n = _others(clean, probes, names, subject_index, thresholds, similarity)
    return VariantCounts(missed, failures, counts, n)


def _missed(
    joined: JoinedTemplates,
    reference: Int32Array,
    probe: Int32Array,
    thresholds: FloatArray,
    similarity: Similarity,
) -> tuple[BoolArray, int]:
    scores = _scores(joined, reference, probe, similarity)
    failures = int(np.sum(np.isneginf(scores)))
    return scores[None, :] < thresholds[:, None], failures


def _scores(
    joined: JoinedTemplates, reference: Int32Array, probe: Int32Array, similarity: Similarity
) -> FloatArray:
    """Scores of trials; minus infinity where a template is missing, so a non-match anywhere."""
    listed = PairProtocol("", "", reference, probe, np.ones(reference.size, dtype=np.bool_))
    made = pair_scores(joined, listed, similarity=similarity)
    return np.where(made.completed, made.scores, -np.inf)


def _others(
    clean: HasTemplates,
    probes: HasTemplates,
    names: Int32Array,
    subject_index: Int32Array,
    thresholds: FloatArray,
    similarity: Similarity,
) -> tuple[IntArray, int]:
    """Count the scores of each probe with all clean samples of other subjects."""
    kept, made = np.flatnonzero(~clean.failed), np.flatnonzero(~probes.failed)
    counts = np.zeros(thresholds.size, dtype=np.int64)
    n = 0
    with threadpool_limits(limits=1):  # BLAS rounds otherwise with other numbers of threads
        for start in range(0, made.size, _BLOCK_ROWS):
            rows = made[start : start + _BLOCK_ROWS]
            scores = _product(probes.embeddings[rows], clean.embeddings[kept], similarity)
            same = subject_index[names[rows], None] == subject_index[None, kept]
            scores[same] = -np.inf
            n += scores.size - int(same.sum())
            counts += [int(np.sum(scores >= threshold)) for threshold in thresholds.tolist()]
    return counts, n


def _product(
    left: Float32Array, right: Float32Array, similarity: Similarity
) -> Float32Array | FloatArray:
    if similarity is Similarity.COSINE:
        return normalise(left) @ normalise(right).T
    a, b = left.astype(np.float64), right.astype(np.float64)
    squares = np.add.outer(np.einsum("ij,ij->i", a, a), np.einsum("ij,ij->i", b, b))
    squares -= 2.0 * (a @ b.T)
    distances: FloatArray = np.sqrt(np.maximum(squares, 0.0))
    return -distances
