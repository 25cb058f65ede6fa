"""Every printed figure of a result as a flat list: one module for each section.

Tables, exports and the portal's database are filled from this list, so that a figure has
one name everywhere.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure, of_rate
from evaluation.results.figures.detection import detection_figures
from evaluation.results.figures.differentials import (
    differential_figures,
    search_differential_figures,
)
from evaluation.results.figures.identification import identification_figures
from evaluation.results.figures.live import live_figures
from evaluation.results.figures.presentation_attack import presentation_attack_figures
from evaluation.results.figures.quality import quality_figures
from evaluation.results.figures.robustness import robustness_figures
from evaluation.results.figures.throughput import model_figures, speed_figures
from evaluation.results.figures.verification import verification_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.document import EvaluationResult

__all__ = ["Figure", "figures_of"]


def figures_of(result: EvaluationResult) -> Iterator[Figure]:
    """Yield every figure; no two have the same metric, protocol, condition and target."""
    yield of_rate("failure_to_enrol", result.failure_to_enrol.rate)
    yield from chain.from_iterable(map(verification_figures, result.verification))
    yield from chain.from_iterable(map(differential_figures, result.differentials))
    yield from chain.from_iterable(map(identification_figures, result.identification))
    yield from chain.from_iterable(map(live_figures, result.live))
    yield from chain.from_iterable(map(search_differential_figures, result.search_differentials))
    yield from chain.from_iterable(map(robustness_figures, result.robustness))
    yield from chain.from_iterable(map(quality_figures, result.quality))
    yield from chain.from_iterable(map(presentation_attack_figures, result.presentation_attack))
    yield from chain.from_iterable(map(detection_figures, result.detection))
    yield from speed_figures(result)
    yield from model_figures(result.model)
