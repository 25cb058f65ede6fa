"""Image quality: what discarding poor images saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import (
    format_interval,
    format_percent,
    format_rate,
    format_target,
    format_upper_bound,
)
from evaluation.report.part import Axis, LineChart, Part, Series, Table
from evaluation.report.wording import EVIDENCE_WORDS, count_text, figure_text, threshold_text
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.results import DiscardArea, QualityPoint, QualityResult

NOTES = (
    (
        "Mated comparisons are discarded by the lower quality of their two images. FNMR of the "
        "rest is measured at the threshold that was fixed before anything was discarded."
    ),
    (
        "The area is the mean FNMR while up to a share is discarded. As a part of what is "
        "possible, 0 is the best order and 1 an order that does not help."
    ),
)


def quality_part(found: QualityResult) -> Part:
    """Say how the misses of a recognition model fall as poor images are discarded."""
    return Part(
        title=f"Image quality: {found.title}",
        facts=(
            ("Judged by the misses of", found.recogniser),
            ("Comparisons of the protocol", found.base),
            ("Mated comparisons", count_text(found.n_mated)),
            ("Subjects", count_text(found.n_subjects)),
            ("Mated comparisons without a quality value", count_text(found.n_without_quality)),
        ),
        notes=NOTES,
        charts=() if not found.points else (_chart(found),),
        tables=tuple(
            table
            for place, point in enumerate(found.points)
            for table in (_discards(point, is_main=place == 0), _areas(point))
        ),
    )


def _discards(point: QualityPoint, *, is_main: bool) -> Table:
    return Table(
        caption=(
            f"Error versus discard at the threshold for FMR {format_target(point.target_fmr)} "
            f"({threshold_text(point.threshold)}); {EVIDENCE_WORDS[point.evidence].lower()}"
        ),
        columns=("Discarded", "Comparisons discarded", "FNMR of the rest", "95% interval"),
        rows=tuple(
            (
                format_target(one.discard),
                count_text(one.discarded),
                format_rate(one.fnmr),
                format_interval(one.fnmr),
            )
            for one in point.points
        ),
        muted=tuple(one.fnmr.evidence is not Evidence.SUFFICIENT for one in point.points),
        is_main=is_main,
    )


def _areas(point: QualityPoint) -> Table:
    return Table(
        caption=f"Area under the curve at FMR {format_target(point.target_fmr)}",
        columns=("Discarding up to", "Area", "95% interval", "Best possible", "Part of possible"),
        rows=tuple(
            (
                format_target(one.up_to),
                _area_text(one),
                ""
                if one.area_low is None or one.area_high is None
                else f"{format_percent(one.area_low)} to {format_percent(one.area_high)}",
                format_percent(one.best),
                "not defined" if one.normalised is None else figure_text(one.normalised),
            )
            for one in point.areas
        ),
    )


def _area_text(one: DiscardArea) -> str:
    """Put an area into words: without an error as an upper bound, never as nought."""
    if one.area > 0 or one.area_high is None:
        return format_percent(one.area)
    return f"≤ {format_upper_bound(one.area_high)}"


def _chart(found: QualityResult) -> LineChart:
    first = found.points[0]
    return LineChart(
        title="Error versus discard",
        sentence=(
            "FNMR of what is left as more of the poorest images are discarded. A line that falls "
            "says that the model knows poor images; at FMR "
            f"{format_target(first.target_fmr)} it begins at {format_percent(first.curve_fnmr[0])}."
        ),
        x=Axis("Share of mated comparisons discarded", is_rate=True),
        y=Axis("FNMR of the rest", is_rate=True),
        series=tuple(
            Series(f"FMR {format_target(point.target_fmr)}", point.curve_discard, point.curve_fnmr)
            for point in found.points
        ),
        steps=True,
    )
