"""Thresholds for operators: which score keeps false matches at a target, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import (
    NOT_ENOUGH_TEXT,
    format_interval,
    format_rate,
    format_target,
)
from evaluation.report.part import Part, Table
from evaluation.report.wording import EVIDENCE_WORDS, interval_text, threshold_text
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.results import OperatingPoint, RecommendedThreshold, VerificationResult

NOTES = (
    (
        "A threshold is the lowest score at which the observed false match rate does not exceed "
        "the target. Its interval says where it may lie for other people of the same kind; a "
        "threshold for the street belongs to images from the street."
    ),
)


def thresholds_part(found: tuple[VerificationResult, ...]) -> Part:
    """One table for each one-to-one protocol, with the supplier's own threshold at the end."""
    return Part(
        title="Thresholds for operators", notes=NOTES, tables=tuple(_table(one) for one in found)
    )


def _table(found: VerificationResult) -> Table:
    rows = [_row(point) for point in found.operating_points]
    muted = [point.evidence is not Evidence.SUFFICIENT for point in found.operating_points]
    own = found.recommended
    if own is not None:
        rows.append(
            (
                "Supplier's own",
                threshold_text(own.threshold),
                "",
                format_rate(own.fmr),
                format_rate(own.fnmr),
                EVIDENCE_WORDS[own.fmr.evidence],
            )
        )
        muted.append(own.fmr.evidence is not Evidence.SUFFICIENT)
    return Table(
        caption=found.title,
        columns=(
            "Target FMR",
            "Threshold",
            "Threshold, 95% interval",
            "FMR it gives",
            "FNMR it gives",
            "Evidence",
        ),
        rows=tuple(rows),
        muted=tuple(muted),
        note=_own_in_words(own),
    )


def _own_in_words(own: RecommendedThreshold | None) -> str:
    """Say what false matches the supplier's own threshold really lets through, and how surely."""
    if own is None:
        return "The supplier recommends no threshold."
    interval = format_interval(own.fmr)
    within = f", 95% interval {interval}" if interval else ""
    return (
        f"At the threshold that the supplier recommends, {threshold_text(own.threshold)}, the FMR "
        f"is {format_rate(own.fmr)}{within}."
    )


def _row(point: OperatingPoint) -> tuple[str, ...]:
    target, evidence = format_target(point.target_fmr), EVIDENCE_WORDS[point.evidence]
    if point.threshold is None or point.fmr is None or point.fnmr is None:
        return (target, "", "", NOT_ENOUGH_TEXT, "", evidence)
    return (
        target,
        threshold_text(point.threshold),
        interval_text(point.threshold_low, point.threshold_high),
        format_rate(point.fmr),
        format_rate(point.fnmr),
        evidence,
    )
