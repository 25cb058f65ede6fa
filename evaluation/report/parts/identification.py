"""Searches: how often a mate is missed, and how often somebody who is not enrolled is named."""

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
from evaluation.report.wording import (
    EVIDENCE_WORDS,
    count_text,
    interval_text,
    plural,
    threshold_text,
)
from evaluation.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.results import (
        Extrapolation,
        GalleryResult,
        IdentificationPoint,
        IdentificationResult,
        RankedRate,
    )

_MOST_CANDIDATES = 50
NOTES = (
    (
        "FPIR: share of searches for people who are not enrolled that return at least one "
        "candidate at or above the threshold. FNIR at rank R: share of searches for enrolled "
        "people whose mate is not among the R best candidates at or above the threshold."
    ),
    (
        "N is the number of people enrolled. A candidate's score is that of the best reference; "
        "candidates that tie with the mate stand before it. A search whose image yields no "
        "template misses its mate."
    ),
)


def identification_part(found: IdentificationResult) -> Part:
    """Say for each size of the gallery what a search misses and wrongly returns."""
    largest = found.galleries[-1]
    points = [gallery for gallery in found.galleries if gallery.operating_points]
    return Part(
        title=found.title,
        facts=(
            ("Protocol", found.protocol),
            ("People searched for", count_text(found.n_probe_subjects)),
            *_facts(largest),
        ),
        notes=(*NOTES, *not_extrapolated(found.extrapolated)),
        charts=tuple(
            chart for chart in (_cumulative_match(found), _trade_off(found)) if chart is not None
        ),
        tables=(
            _investigation(found),
            *(_identification(one, is_main=one is largest) for one in points),
            *_thresholds(found),
            *extrapolation_tables(found.extrapolated),
        ),
    )


def _facts(gallery: GalleryResult) -> tuple[tuple[str, str], ...]:
    smallest = gallery.smallest_printable_fpir
    return (
        ("References", _with_failed(gallery.n_references, gallery.n_references_failed)),
        ("Mated searches", _with_failed(gallery.n_mated, gallery.n_mated_failed)),
        ("Non-mated searches", _with_failed(gallery.n_non_mated, gallery.n_non_mated_failed)),
        (
            "Smallest FPIR that can be shown",
            NOT_ENOUGH_TEXT if smallest is None else format_percent(smallest),
        ),
    )


def _with_failed(n: int, n_failed: int) -> str:
    failed = f"; {count_text(n_failed)} without a template" if n_failed else ""
    return count_text(n) + failed


def _investigation(found: IdentificationResult) -> Table:
    ranks = [one.rank for one in found.galleries[-1].investigation]
    return Table(
        caption="Investigation mode: FNIR without a threshold, a person looks at R candidates",
        columns=("N", "Mated searches", *(f"R = {rank}" for rank in ranks)),
        rows=tuple(
            (
                count_text(gallery.gallery_size),
                count_text(gallery.n_mated),
                *(_cell(gallery.investigation, rank) for rank in ranks),
            )
            for gallery in found.galleries
        ),
        is_main=True,
    )


def _cell(rates: tuple[RankedRate, ...], rank: int) -> str:
    rate = next((one.fnir for one in rates if one.rank == rank), None)
    if rate is None:
        return ""
    interval = format_interval(rate)
    return format_rate(rate) + (f"; {interval}" if interval else "")


def _identification(gallery: GalleryResult, *, is_main: bool) -> Table:
    points = gallery.operating_points
    ranks = sorted({one.rank for point in points for one in point.fnir})
    own = gallery.recommended
    rows = [_point_row(point, ranks) for point in points]
    if own is not None:
        rows.append(
            (
                "Supplier's own",
                threshold_text(own.threshold),
                "" if own.fpir is None else format_rate(own.fpir),
                *(_cell(own.fnir, rank) for rank in ranks),
                "",
            )
        )
    return Table(
        caption=f"Identification mode, N = {count_text(gallery.gallery_size)}",
        columns=(
            "Target FPIR",
            "Threshold",
            "FPIR observed",
            *(f"FNIR, R = {rank}" for rank in ranks),
            "Evidence",
        ),
        rows=tuple(rows),
        muted=tuple(
            [point.evidence is not Evidence.SUFFICIENT for point in points]
            + [False] * (own is not None)
        ),
        is_main=is_main,
    )


def _point_row(point: IdentificationPoint, ranks: list[int]) -> tuple[str, ...]:
    target = format_target(point.target_fpir)
    if point.threshold is None:
        blanks = ("",) * len(ranks)
        return (target, "", NOT_ENOUGH_TEXT, *blanks, EVIDENCE_WORDS[point.evidence])
    return (
        target,
        threshold_text(point.threshold),
        "" if point.fpir is None else format_rate(point.fpir),
        *(_cell(point.fnir, rank) for rank in ranks),
        EVIDENCE_WORDS[point.evidence],
    )


def _thresholds(found: IdentificationResult) -> list[Table]:
    rows = [
        (
            count_text(gallery.gallery_size),
            format_target(point.target_fpir),
            threshold_text(point.threshold),
            interval_text(point.threshold_low, point.threshold_high),
        )
        for gallery in found.galleries
        for point in gallery.operating_points
        if point.threshold is not None
    ]
    if not rows:
        return []
    columns = ("N", "Target FPIR", "Threshold", "Threshold, 95% interval")
    return [Table("Thresholds for operators", columns, tuple(rows))]


def extrapolation_tables(found: Sequence[Extrapolation]) -> list[Table]:
    """Larger galleries than measured, for the targets with evidence for at least one of them."""
    return [_extrapolation(one) for one in found if _has_evidence(one)]


def not_extrapolated(found: Sequence[Extrapolation]) -> tuple[str, ...]:
    """Say in a sentence for which targets nothing is known of larger galleries."""
    without = [format_target(one.target_fpir) for one in found if not _has_evidence(one)]
    if not without:
        return ()
    named = " and ".join(filter(None, (", ".join(without[:-1]), without[-1])))
    return (f"There is not enough evidence to extrapolate to larger galleries at FPIR {named}.",)


def _has_evidence(found: Extrapolation) -> bool:
    return any(point.evidence is not Evidence.NOT_ENOUGH for point in found.points)


def _extrapolation(found: Extrapolation) -> Table:
    return Table(
        caption=(
            f"Extrapolated to larger galleries, FPIR {format_target(found.target_fpir)}: "
            "not measured"
        ),
        columns=("N", "FMR", "Threshold", "FPIR at N measured", "FNIR at N measured", "Evidence"),
        rows=tuple(
            (
                count_text(point.gallery_size),
                f"{point.fmr:.3g}",
                NOT_ENOUGH_TEXT if point.threshold is None else threshold_text(point.threshold),
                "" if point.measured_fpir is None else format_rate(point.measured_fpir),
                "" if point.measured_fnir is None else format_rate(point.measured_fnir),
                EVIDENCE_WORDS[point.evidence],
            )
            for point in found.points
        ),
        muted=tuple(point.evidence is not Evidence.SUFFICIENT for point in found.points),
        note=(
            f"From {plural(found.measured_gallery_size, 'enrolled person')} by "
            "FPIR(N) = 1 - (1 - FMR)^N, which takes comparisons for independent. The searches "
            f"made support this target up to N = {count_text(found.largest_gallery_size)}."
        ),
    )


def _cumulative_match(found: IdentificationResult) -> LineChart | None:
    matches = [
        (gallery.gallery_size, match)
        for gallery in found.galleries
        if (match := gallery.cumulative_match) is not None and match.searches
    ]
    if not matches:
        return None
    series = tuple(
        Series(
            f"N = {count_text(size)}",
            tuple(float(rank) for rank in range(1, 1 + len(match.found[:_MOST_CANDIDATES]))),
            tuple(count / match.searches for count in match.found[:_MOST_CANDIDATES]),
        )
        for size, match in matches
    )
    size, whole = matches[-1]
    return LineChart(
        title="Mates found among the best candidates (CMC)",
        sentence=(
            "Share of mated searches with the mate among the R best candidates, without a "
            f"threshold. Of {count_text(size)} people it comes first in "
            f"{count_text(whole.found[0])} of {count_text(whole.searches)} searches."
        ),
        x=Axis("Candidates looked at (R)"),
        y=Axis("Mated searches with the mate among them", is_rate=True),
        series=series,
        steps=True,
    )


def _trade_off(found: IdentificationResult) -> LineChart | None:
    series = []
    for gallery in found.galleries:
        curve = gallery.curve
        drawn = (
            []
            if curve is None
            else [k for k in range(len(curve.fpir)) if curve.fpir[k] > 0 and curve.fnir[k] > 0]
        )
        if curve is None or not drawn:
            continue
        series.append(
            Series(
                f"N = {count_text(gallery.gallery_size)}",
                tuple(curve.fpir[k] for k in drawn),
                tuple(curve.fnir[k] for k in drawn),
                tuple(max(curve.fnir_low[k], min(curve.fnir[k], 1e-4)) for k in drawn),
                tuple(curve.fnir_high[k] for k in drawn),
            )
        )
    if not series:
        return None
    return LineChart(
        title="Missed against falsely returned (FNIR and FPIR at rank 1)",
        sentence="The lower the share of false candidates, the higher the share of missed mates.",
        x=Axis("FPIR", is_rate=True, is_log=True),
        y=Axis("FNIR at rank 1", is_rate=True, is_log=True),
        series=tuple(series),
    )
