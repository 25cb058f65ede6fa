"""Presentations to a presentation-attack detector, and the curves of their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.results.presentation_attack import DetectionErrorTradeoff, LivenessHistogram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray, FloatArray, IntArray

UNNAMED_SPECIES = "unnamed"
CURVE_POINTS = 200
HISTOGRAM_BINS = 50


@dataclass(frozen=True, slots=True)
class Presentations:
    """Bona fide presentations and attacks.

    Attributes
    ----------
    scores : ndarray of float64, shape (n,)
        Liveness; higher is more live. Minus infinity where the model gave no response.
    species : sequence of str, length n
        '' for bona fide presentations.
    attack : ndarray of bool, shape (n,)
    failed : ndarray of bool, shape (n,)
        The model gave no response.
    subjects : ndarray of int, shape (n,)
        Whose face it is, or is shown.
    """

    scores: FloatArray
    species: Sequence[str]
    attack: BoolArray
    failed: BoolArray
    subjects: IntArray

    @classmethod
    def of(
        cls,
        scores: FloatArray,
        *,
        attack: BoolArray,
        species: Sequence[str],
        failed: BoolArray,
        subjects: IntArray,
    ) -> Presentations:
        """Check presentations and give those without response a score that is never accepted.

        Raises
        ------
        EmptyTrialsError
            There is no attack, or no bona fide presentation.
        NonFiniteScoreError
            A score of a completed presentation is NaN or infinite.
        """
        if not attack.any() or attack.all():
            missing = "bona fide presentations" if attack.any() else "attacks"
            raise EmptyTrialsError(f"there are no {missing}")
        if not np.isfinite(scores[~failed]).all():
            raise NonFiniteScoreError("a liveness score is not a finite number")
        named = [
            (name or UNNAMED_SPECIES) if is_attack else ""
            for name, is_attack in zip(species, attack.tolist(), strict=True)
        ]
        return cls(np.where(failed, -np.inf, scores), named, attack, failed, subjects)

    def rows_of(self, species: str) -> BoolArray:
        """Whether each presentation is of a species; '' asks for the bona fide ones."""
        return np.array([name == species for name in self.species], dtype=np.bool_)

    @property
    def attack_species(self) -> list[str]:
        """Names of the species, in alphabetical order."""
        return sorted({name for name in self.species if name})


def tradeoff(presentations: Presentations) -> DetectionErrorTradeoff:
    """APCER and BPCER at up to 200 observed thresholds, evenly among all that differ."""
    completed = np.unique(presentations.scores[~presentations.failed])
    last = max(0, completed.size - 1)
    places = np.unique(np.linspace(0, last, CURVE_POINTS).astype(np.int64))
    thresholds = completed[places] if completed.size else completed
    accepted = [
        _share_at_or_above(presentations.scores[presentations.rows_of(name)], thresholds)
        for name in presentations.attack_species
    ]
    pooled = _share_at_or_above(presentations.scores[presentations.attack], thresholds)
    live = np.sort(presentations.scores[~presentations.attack])
    return DetectionErrorTradeoff(
        threshold=tuple(thresholds.tolist()),
        apcer=tuple(np.max(accepted, axis=0).tolist()),
        pooled_apcer=tuple(pooled.tolist()),
        bpcer=tuple((np.searchsorted(live, thresholds, side="left") / live.size).tolist()),
    )


def liveness_histogram(presentations: Presentations) -> LivenessHistogram:
    """Completed presentations in 50 equal bins from the lowest score to the highest."""
    made = ~presentations.failed
    scores = presentations.scores[made]
    low, high = (float(scores.min()), float(scores.max())) if scores.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, HISTOGRAM_BINS + 1)
    live, attack = (
        np.histogram(presentations.scores[rows & made], bins=edges)[0]
        for rows in (~presentations.attack, presentations.attack)
    )
    return LivenessHistogram(
        edges=tuple(edges.tolist()),
        bona_fide=tuple(live.tolist()),
        attack=tuple(attack.tolist()),
    )


def _share_at_or_above(scores: FloatArray, thresholds: FloatArray) -> FloatArray:
    reached = scores.size - np.searchsorted(np.sort(scores), thresholds, side="left")
    return np.asarray(reached / scores.size)
