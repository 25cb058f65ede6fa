"""What is kept of searches: the mate's score and rank, and the best of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.storage import load_arrays, save_arrays
from evaluation.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evaluation.arrays import BoolArray, FloatArray, IntArray

_ARRAYS = ("failed", "mate_score", "rank", "top_other")


@dataclass(frozen=True, slots=True, eq=False)
class SearchOutcomes:
    """Outcomes in the order of the searches; a subject's score is its best reference's.

    Attributes
    ----------
    failed : ndarray of bool, shape (n_searches,)
        The probe yielded no template, so nobody was a candidate.
    mate_score : ndarray of float64, shape (n_searches,)
        Minus infinity where the mate is no candidate: the search is not mated, the probe
        failed, or all of the mate's references did.
    rank : ndarray of int64, shape (n_searches, n_sizes)
        1 + other subjects of the gallery that score at least as high as the mate, so that
        a tie counts against it. To be read only where the mate is a candidate and the
        gallery holds it.
    top_other : ndarray of float64, shape (n_searches, n_sizes)
        Best score of a subject of the gallery that is not the mate; minus infinity where
        there is none.
    """

    failed: BoolArray
    mate_score: FloatArray
    rank: IntArray
    top_other: FloatArray

    def save(self, path: Path) -> None:
        """Write to ``path``."""
        save_arrays(path, {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def load(cls, path: Path) -> SearchOutcomes:
        """Read back what ``save`` wrote; raises ResultError."""
        return cls(**load_arrays(path, _ARRAYS))

    @classmethod
    def concatenate(cls, parts: Sequence[SearchOutcomes]) -> SearchOutcomes:
        """Join parts, given in the order of their searches.

        Raises
        ------
        ResultError
            No part, or parts with different galleries.
        """
        if not parts or len({part.rank.shape[1] for part in parts}) != 1:
            raise ResultError("searches that do not belong together")
        return cls(
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
        )
