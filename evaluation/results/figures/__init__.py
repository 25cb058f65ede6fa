"""Every printed figure of a result as a flat list: one module for each section.

Tables, exports and the portal's database are filled from this list, so that a figure has
one name everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure, of_rate
from evaluation.results.figures.detection import detection_figures
from evaluation.results.figures.differentials import differential_figures
from evaluation.results.figures.identification import identification_figures
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
    for verification in result.verification:
        yield from verification_figures(verification)
    for differential in result.differentials:
        yield from differential_figures(differential)
    for identification in result.identification:
        yield from identification_figures(identification)
    for robustness in result.robustness:
        yield from robustness_figures(robustness)
    for quality in result.quality:
        yield from quality_figures(quality)
    for attacks in result.presentation_attack:
        yield from presentation_attack_figures(attacks)
    for detection in result.detection:
        yield from detection_figures(detection)
    yield from speed_figures(result)
    yield from model_figures(result.model)
