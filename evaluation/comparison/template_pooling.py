"""Templates that are each made of several images, and their comparison scores.

As in the protocols IJB-B and IJB-C: a template holds media, each a photograph or the
frames of one video. The embeddings of a medium are averaged first, so that a long video
weighs no more than a photograph; the media are then averaged and the outcome is brought
to unit length. An embedding that is asked for is brought to unit length and multiplied
by the detector's score before. A sample that gave no embedding is left out, as if its
template had never held it; a template of which nothing is left has failed.

References: Maze et al. 2018, IARPA Janus Benchmark C, doi:10.1109/ICB2018.2018.00033;
the averaging is that of InsightFace's evaluation script for IJB.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from evaluation.card import Similarity
from evaluation.comparison.normalisation import normalise
from evaluation.comparison.pairs import PairScores, pair_scores

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray
    from evaluation.comparison.normalisation import HasTemplates
    from evaluation.testsets.protocols import PairProtocol, TemplateProtocol

_ROWS = 2048  # embeddings at a time: 8 MiB of 512 numbers in double precision
_TRIALS = 1024  # trials at a time: twice 2 MiB of 512 numbers in single precision
_SHARE = 1 << 16  # trials that a thread takes at a time


@dataclass(frozen=True, slots=True)
class PooledTemplates:
    """One row per template.

    Attributes
    ----------
    embeddings : ndarray of float32, shape (n_templates, dim)
        Of unit length; zeros where failed.
    failed : ndarray of bool, shape (n_templates,)
        No sample of the template gave an embedding, or they cancel each other out.
    """

    embeddings: Float32Array
    failed: BoolArray


def pool_templates(
    samples: HasTemplates, protocol: TemplateProtocol, *, weights: FloatArray | None = None
) -> PooledTemplates:
    """Average the embeddings of each template's samples, medium by medium.

    Parameters
    ----------
    samples : Templates
        Embeddings of all samples of the test set, as the model gave them.
    protocol : TemplateProtocol
        Whose members are pooled, as its ``pooling`` says.
    weights : ndarray of float64, shape (n_samples,), optional
        What each sample's embedding is multiplied by, not negative; 1 by default.

    Returns
    -------
    PooledTemplates
        The same bits however often and wherever they are made.
    """
    members = _Members.that_gave(samples, protocol)
    factor = 1.0 / members.in_medium
    if weights is not None:
        factor *= weights[members.sample]
    shape = (len(protocol.template_names), samples.embeddings.shape[1])
    total = np.zeros(shape, dtype=np.float64)
    for start in range(0, members.sample.size, _ROWS):
        rows = slice(start, start + _ROWS)
        taken = samples.embeddings[members.sample[rows]].astype(np.float64)
        scale = factor[rows]
        if protocol.pooling.normalise_first:
            scale = scale / _lengths(taken)
        _add_runs(total, members.template[rows], scale, taken)
    embeddings = np.empty(shape, dtype=np.float32)
    for start in range(0, shape[0], _ROWS):
        rows = slice(start, start + _ROWS)
        embeddings[rows] = normalise(total[rows])
    failed = np.ones(len(protocol.template_names), dtype=np.bool_)
    failed[embeddings.any(axis=1)] = False
    return PooledTemplates(embeddings, failed)


def template_scores(
    templates: PooledTemplates,
    trials: PairProtocol,
    *,
    similarity: Similarity,
    rows: range,
    threads: int = 1,
) -> PairScores:
    """Score a range of the trials between templates.

    Cosine scores are products of unit rows in single precision (error below 1e-6), as
    between all pairs; Euclidean ones, of the unit rows, are in double precision.

    Parameters
    ----------
    templates : PooledTemplates
    trials : PairProtocol
        Whose ``reference`` and ``probe`` are indices into the templates.
    similarity : Similarity
    rows : range
        Only these trials. A trial's score does not depend on the others.
    threads : int
        Does not show in the outcome.

    Returns
    -------
    PairScores
    """
    if similarity is not Similarity.COSINE:
        return pair_scores(templates, trials, similarity=similarity, rows=rows)
    reference = trials.reference[rows.start : rows.stop]
    probe = trials.probe[rows.start : rows.stop]
    scores = np.empty(reference.size, dtype=np.float64)

    def score(share: range) -> None:
        for start in range(share.start, share.stop, _TRIALS):
            block = slice(start, min(start + _TRIALS, share.stop))
            left = templates.embeddings[reference[block]]
            right = templates.embeddings[probe[block]]
            scores[block] = np.einsum("ij,ij->i", left, right)

    shares = [
        range(start, min(start + _SHARE, scores.size)) for start in range(0, scores.size, _SHARE)
    ]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(score, shares))
    completed = ~templates.failed[reference]
    completed &= ~templates.failed[probe]
    scores[~completed] = 0.0
    return PairScores(scores=scores, completed=completed)


@dataclass(frozen=True, slots=True)
class _Members:
    """Rows of a protocol whose samples gave an embedding, sorted by template, then medium."""

    template: Int32Array
    sample: Int32Array
    in_medium: IntArray

    @classmethod
    def that_gave(cls, samples: HasTemplates, protocol: TemplateProtocol) -> _Members:
        gave = ~samples.failed[protocol.member_sample]
        template, media = protocol.member_template[gave], protocol.member_media[gave]
        begins = np.ones(template.size, dtype=np.bool_)
        begins[1:] = (template[1:] != template[:-1]) | (media[1:] != media[:-1])
        size = np.diff(np.append(np.flatnonzero(begins), template.size))
        return cls(template, protocol.member_sample[gave], np.repeat(size, size))


def _lengths(rows: FloatArray) -> FloatArray:
    """Length of each row, 1 for a row of zeros; no square of a float32 overflows a float64."""
    lengths: FloatArray = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    lengths[lengths == 0] = 1.0
    return lengths


def _add_runs(total: FloatArray, template: Int32Array, scale: FloatArray, rows: FloatArray) -> None:
    """Add scaled rows to their templates, one after the other; ``template`` is ascending."""
    begins = np.flatnonzero(np.diff(template, prepend=-1))
    bounds = np.append(begins, template.size)
    by_template = sparse.csr_array(
        (scale, np.arange(template.size), bounds), shape=(begins.size, template.size)
    )
    total[template[begins]] += by_template @ rows
