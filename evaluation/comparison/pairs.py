"""Scores of listed pairs, in double precision.

A pair with a sample that has no template is not completed: its score is 0 and must
not be read. If mated it counts as a non-match; if non-mated it is no trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Similarity
from evaluation.comparison.storage import load_arrays, save_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evaluation.arrays import BoolArray, FloatArray
    from evaluation.comparison.normalisation import HasTemplates
    from evaluation.testsets import PairProtocol

_BLOCK = 256  # pairs at a time, so that they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class PairScores:
    """Comparison scores in the order of the protocol's rows.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_pairs,)
        Similarities; 0 where not completed.
    completed : ndarray of bool, shape (n_pairs,)
        Both samples have a template.
    """

    scores: FloatArray
    completed: BoolArray

    @classmethod
    def concatenate(cls, parts: Sequence[PairScores]) -> PairScores:
        """Join parts, given in the order of their rows."""
        return cls(
            scores=np.concatenate([part.scores for part in parts]),
            completed=np.concatenate([part.completed for part in parts]),
        )

    def save(self, path: Path) -> None:
        """Write to ``path``."""
        save_arrays(path, {"scores": self.scores, "completed": self.completed})

    @classmethod
    def load(cls, path: Path) -> PairScores:
        """Read back what ``save`` wrote; raises ResultError."""
        return cls(**load_arrays(path, ("scores", "completed")))


def pair_scores(
    templates: HasTemplates,
    protocol: PairProtocol,
    *,
    similarity: Similarity,
    rows: range | None = None,
) -> PairScores:
    """Score the protocol's pairs.

    Parameters
    ----------
    templates : Templates
        Embeddings of all samples of the test set, as the model gave them.
    protocol : PairProtocol
    similarity : Similarity
        Cosine of the two embeddings, or minus their Euclidean distance.
    rows : range, optional
        Only these rows of the protocol; all by default. A pair's score does not
        depend on the others.

    Returns
    -------
    PairScores
    """
    chosen = slice(None) if rows is None else slice(rows.start, rows.stop)
    reference, probe = protocol.reference[chosen], protocol.probe[chosen]
    completed = ~(templates.failed[reference] | templates.failed[probe])
    scores = np.zeros(reference.size, dtype=np.float64)
    for start in range(0, reference.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        left = templates.embeddings[reference[block]]
        right = templates.embeddings[probe[block]]
        scores[block] = _similarities(left.astype(np.float64), right.astype(np.float64), similarity)
    scores[~completed] = 0.0
    return PairScores(scores=scores, completed=completed)


def _similarities(left: FloatArray, right: FloatArray, similarity: Similarity) -> FloatArray:
    """Compare row by row; squares of single-precision numbers never leave double precision."""
    if similarity is Similarity.COSINE:
        lengths = np.sqrt(_row_products(left, left) * _row_products(right, right))
        return _row_products(left, right) / np.where(lengths > 0, lengths, 1.0)
    left -= right
    return -np.sqrt(_row_products(left, left))


def _row_products(left: FloatArray, right: FloatArray) -> FloatArray:
    products: FloatArray = np.einsum("ij,ij->i", left, right)
    return products
