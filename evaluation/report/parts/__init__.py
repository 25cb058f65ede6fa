"""What a result says, kind by kind, as plain parts: one module for each section of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.report.parts.differentials import differential_part
from evaluation.report.parts.identification import identification_part
from evaluation.report.parts.robustness import robustness_part

if TYPE_CHECKING:
    from evaluation.report.part import Part
    from evaluation.results import EvaluationResult


def parts_of(result: EvaluationResult) -> list[Part]:
    """Every part of a result beside identity, verification, enrolment and provenance."""
    return [
        *(identification_part(found) for found in result.identification),
        *(differential_part(found) for found in result.differentials),
        *(robustness_part(found) for found in result.robustness),
    ]
