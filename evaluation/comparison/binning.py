"""The one rounding of streamed scores: 65,536 bins whose edges are exact numbers.

Bin k holds the scores with ``edge(k) <= score < edge(k + 1)``. The width is a power
of two, so dividing by it, taking the floor and every edge are exact in floating
point: "score >= edge(k)" and "the score lies in bin k or above" never disagree.
Scores outside the range, possible only by rounding, go to the first or last bin.

Cosine scores lie in [-1, 1]: the width is 2**-15. A negative Euclidean distance
lies in [-2 * longest embedding, 0] by the triangle inequality: the width is the
least power of two whose 65,536 bins reach that far down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Similarity

if TYPE_CHECKING:
    from evaluation.arrays import Float32Array, FloatArray, IntArray

N_BINS = 65_536


@dataclass(frozen=True, slots=True)
class Bins:
    """Where the bins lie.

    Attributes
    ----------
    exponent : int
        A bin is ``2**exponent`` score units wide.
    zero_bin : int
        Number of the bin whose lower edge is score 0.
    """

    exponent: int
    zero_bin: int

    @classmethod
    def for_scores(cls, similarity: Similarity, *, longest: float) -> Bins:
        """Bins for the scores of embeddings that are at most ``longest`` long."""
        if similarity is Similarity.COSINE:
            return cls(exponent=-15, zero_bin=N_BINS // 2)
        reach = max(2.0 * longest * (1 + 1e-9), 2.0**-100)
        return cls(exponent=math.ceil(math.log2(reach / N_BINS)), zero_bin=N_BINS)

    @property
    def width(self) -> float:
        """Width of a bin in score units."""
        return math.ldexp(1.0, self.exponent)

    def edge(self, k: int | IntArray) -> FloatArray:
        """Lower edge of bin ``k``, exactly."""
        return np.ldexp(np.asarray(k, dtype=np.float64) - self.zero_bin, self.exponent)

    def index(self, scores: FloatArray | Float32Array) -> IntArray:
        """Bin number of each score, in 0..65,535."""
        steps = scores * scores.dtype.type(math.ldexp(1.0, -self.exponent))
        np.floor(steps, out=steps)
        steps += self.zero_bin
        np.clip(steps, 0, N_BINS - 1, out=steps)
        return steps.astype(np.int64)

    def count(self, scores: FloatArray | Float32Array) -> IntArray:
        """Histogram of the scores, int64, shape (65536,)."""
        return np.bincount(self.index(scores).ravel(), minlength=N_BINS)
