"""Presentation attacks: which get through, and how many live faces are turned away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import (
    NOT_ENOUGH_TEXT,
    format_interval,
    format_percent,
    format_rate,
    format_target,
)
from evaluation.report.part import Axis, LineChart, Part, Series, Table
from evaluation.report.wording import EVIDENCE_WORDS, count_text, threshold_text
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.results import AttackPoint, PresentationAttackResult

NOTES = (
    (
        "A species is a kind of attack, as prints or masks. APCER: share of attacks of one "
        "species that are accepted as live; the worst species counts. BPCER: share of live faces "
        "that are rejected. A face is accepted when its score is equal to or above the threshold."
    ),
)


def presentation_attack_part(found: PresentationAttackResult) -> Part:
    """Say what gets through, species by species."""
    whose = "the supplier's" if found.is_recommended else "0.5, for want of the supplier's"
    facts = [
        ("Live faces", count_text(found.n_bona_fide)),
        ("Attacks", count_text(found.n_attacks)),
        ("Subjects", count_text(found.n_subjects)),
        ("Threshold", f"{threshold_text(found.threshold)} ({whose})"),
        ("APCER of the worst species", f"{format_rate(found.apcer)}, {found.worst_species}"),
        ("BPCER", format_rate(found.bpcer)),
        ("Mean of the two (ACER)", format_percent(found.acer)),
    ]
    if found.auc is not None:
        facts.append(("Area under the curve (secondary)", f"{found.auc:.4f}"))
    return Part(
        title=f"Presentation attacks: {found.title}",
        facts=tuple(facts),
        notes=NOTES,
        charts=(_chart(found),),
        tables=(_rates(found), _points(found.operating_points, "of the worst species"),
                _points(found.pooled_points, "over all attacks")),
    )  # fmt: skip


def _rates(found: PresentationAttackResult) -> Table:
    rows = [(f"APCER, {one.species}", one.apcer) for one in found.species]
    rows += [("APCER, all attacks", found.pooled_apcer), ("BPCER", found.bpcer)]
    rows += [(f"No response, {one.species}", one.apnrr) for one in found.species]
    rows.append(("No response, live faces", found.bpnrr))
    return Table(
        caption=f"Errors at the threshold {threshold_text(found.threshold)}",
        columns=("Error", "Rate", "95% interval"),
        rows=tuple((name, format_rate(rate), format_interval(rate)) for name, rate in rows),
        muted=tuple(rate.evidence is not Evidence.SUFFICIENT for _, rate in rows),
        is_main=True,
    )


def _points(points: tuple[AttackPoint, ...], of_what: str) -> Table:
    return Table(
        caption=f"BPCER at a fixed APCER {of_what}",
        columns=(
            "Target APCER",
            "Threshold",
            "APCER observed",
            "BPCER",
            "95% interval",
            "Evidence",
        ),
        rows=tuple(_point(point) for point in points),
        muted=tuple(point.evidence is not Evidence.SUFFICIENT for point in points),
    )


def _point(point: AttackPoint) -> tuple[str, ...]:
    target, evidence = format_target(point.target_apcer), EVIDENCE_WORDS[point.evidence]
    if point.threshold is None or point.bpcer is None or point.apcer is None:
        return (target, "", "", NOT_ENOUGH_TEXT, "", evidence)
    species = f", {point.species}" if point.species else ""
    return (
        target,
        threshold_text(point.threshold),
        f"{format_rate(point.apcer)}{species}",
        format_rate(point.bpcer),
        format_interval(point.bpcer),
        evidence,
    )


def _chart(found: PresentationAttackResult) -> LineChart:
    det = found.det
    return LineChart(
        title="Errors by threshold",
        sentence=(
            "A higher threshold lets fewer attacks through and rejects more live faces. At the "
            f"threshold of this result the worst species gets through in {format_rate(found.apcer)}"
            f" and live faces are rejected in {format_rate(found.bpcer)}."
        ),
        x=Axis("Threshold", is_score=True),
        y=Axis("Error rate", is_rate=True),
        series=(
            Series("APCER, worst species", det.threshold, det.apcer),
            Series("APCER, all attacks", det.threshold, det.pooled_apcer),
            Series("BPCER", det.threshold, det.bpcer),
        ),
        steps=True,
    )
