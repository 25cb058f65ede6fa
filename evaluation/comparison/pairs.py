"""Scores of listed pairs, in double precision.

A pair with a sample that has no template is not completed: its score is 0 and must
not be read. If mated it counts as a non-match; if non-mated it is no trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Similarity
from evaluation.comparison.normalisation import unit_rows
from evaluation.comparison.storage import load_arrays, save_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evaluation.arrays import BoolArray, FloatArray
    from evaluation.comparison.normalisation import HasTemplates
    from evaluation.testsets import PairProtocol

_BLOCK = 8192  # pairs at a time, so that memory stays small


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
        if similarity is Similarity.COSINE:
            scores[block] = np.einsum("ij,ij->i", unit_rows(left), unit_rows(right))
        else:
            apart = left.astype(np.float64) - right.astype(np.float64)
            scores[block] = -np.sqrt(np.einsum("ij,ij->i", apart, apart))
    scores[~completed] = 0.0
    return PairScores(scores=scores, completed=completed)
