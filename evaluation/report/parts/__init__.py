"""What a result says, kind by kind, as plain parts: one module for each section of a result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evaluation.report.parts.detection import detection_part
from evaluation.report.parts.groups_overview import group_parts
from evaluation.report.parts.identification import identification_part
from evaluation.report.parts.live import live_part
from evaluation.report.parts.presentation_attack import presentation_attack_part
from evaluation.report.parts.quality import quality_part
from evaluation.report.parts.robustness import robustness_part
from evaluation.report.parts.speed import speed_part
from evaluation.report.parts.thresholds import thresholds_part

if TYPE_CHECKING:
    from evaluation.report.part import Part
    from evaluation.results import DifferentialResult, EvaluationResult


def best_differentials(result: EvaluationResult) -> list[DifferentialResult]:
    """Divisions into groups of the protocol with the most non-mated comparisons.

    Those of other protocols say the same with less evidence; the result holds them all.
    """
    strength = {one.protocol: one.n_non_mated for one in result.verification}
    best = max(
        (found.protocol for found in result.differentials),
        key=lambda name: strength.get(name, 0),
        default="",
    )
    return [found for found in result.differentials if found.protocol == best]


def parts_of(result: EvaluationResult) -> list[Part]:
    """Every part of a result beside identity, verification, enrolment and provenance."""
    return [
        *([thresholds_part(result.verification)] if result.verification else []),
        *_together("Searches", [identification_part(found) for found in result.identification]),
        *_together("Live video", [live_part(found) for found in result.live]),
        *group_parts(best_differentials(result), result.search_differentials),
        *(robustness_part(found) for found in result.robustness),
        *(presentation_attack_part(found) for found in result.presentation_attack),
        *(quality_part(found) for found in result.quality),
        *(detection_part(found) for found in result.detection),
        speed_part(result),
    ]


def _together(heading: str, parts: list[Part]) -> list[Part]:
    """Put several parts of one kind under a heading; one alone has its own."""
    if len(parts) < 2:
        return parts
    return [replace(part, heading=heading, name=part.title) for part in parts]
