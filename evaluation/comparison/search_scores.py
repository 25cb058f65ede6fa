"""Scores of references against probes, tile by tile, into memory that is used again.

A matrix product rounds differently for tiles of another shape and for another number of
BLAS threads. Tiles therefore lie on a grid that depends on the probes and the gallery
only, and the caller holds BLAS to one thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Similarity
from evaluation.comparison.normalisation import normalise

if TYPE_CHECKING:
    from evaluation.arrays import Float32Array, FloatArray, IntArray

TILE_PROBES = 512
TILE_REFERENCES = 2048
"""A tile of float32 scores fills 4 MiB; part of the scores' last bits, so never tuned per run."""


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Templates ready to be multiplied.

    Attributes
    ----------
    rows : ndarray, shape (n, dim)
        Cosine: float32 of unit length. Euclidean: float64 as the model gave them, because
        a small distance is the difference of large numbers.
    squares : ndarray of float64, shape (n,), or None
        Squared lengths; None for cosine.
    """

    rows: Float32Array | FloatArray
    squares: FloatArray | None

    @classmethod
    def of(
        cls,
        embeddings: Float32Array,
        similarity: Similarity,
        which: IntArray | None = None,
        *,
        threads: int = 1,
    ) -> Vectors:
        """Prepare embeddings, shape (n, dim), as the model gave them; ``which`` picks rows."""
        if similarity is Similarity.COSINE:
            return cls(normalise(embeddings, which, threads=threads), None)
        rows = (embeddings if which is None else embeddings[which]).astype(np.float64)
        return cls(rows, np.einsum("ij,ij->i", rows, rows))

    def part(self, start: int, stop: int) -> Vectors:
        """Rows from ``start`` to before ``stop``, not copied."""
        squares = None if self.squares is None else self.squares[start:stop]
        return Vectors(self.rows[start:stop], squares)

    def new_tile(self, n_references: int) -> Float32Array | FloatArray:
        """Memory for scores of the most probes of a tile, shape (512 * n_references,)."""
        return np.empty(TILE_PROBES * n_references, dtype=self.rows.dtype)


def score_tile(
    probes: Vectors, references: Vectors, tile: Float32Array | FloatArray
) -> Float32Array | FloatArray:
    """Scores of a tile, higher is more alike.

    A row belongs to a reference, so that what is summed up over references is summed up
    over rows, which a processor does for many probes at once.

    Parameters
    ----------
    probes : Vectors
        At most 512.
    references : Vectors
    tile : ndarray
        Memory from ``new_tile`` that is large enough; overwritten.

    Returns
    -------
    ndarray, shape (n_references, n_probes)
        Cosine, or minus the Euclidean distance; lies in ``tile``.
    """
    shape = (references.rows.shape[0], probes.rows.shape[0])
    scores: Float32Array | FloatArray = tile[: shape[0] * shape[1]].reshape(shape)
    np.matmul(references.rows, probes.rows.T, out=scores)
    if probes.squares is None or references.squares is None:
        return scores
    scores *= -2.0
    scores += references.squares[:, None]
    scores += probes.squares[None, :]
    np.maximum(scores, 0.0, out=scores)
    np.sqrt(scores, out=scores)
    return np.negative(scores, out=scores)
