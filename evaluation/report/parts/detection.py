"""Face detection: what is found, missed and invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_percent, format_rate
from evaluation.report.part import Axis, LineChart, Part, Series, Table
from evaluation.report.wording import count_text, figure_text, threshold_text

if TYPE_CHECKING:
    from evaluation.results import DetectionResult, PerImage

NOTES = (
    (
        "A box is right when its overlap with a marked face that is still free (intersection over "
        "union) is at least 0.5. Average precision is the area under precision over recall."
    ),
)


def detection_part(found: DetectionResult) -> Part:
    """Say how many faces are found, missed and invented."""
    whose = "the card's" if found.is_recommended else "the card names none"
    return Part(
        title=f"Face detection: {found.title}",
        facts=(
            ("Images", f"{count_text(found.n_images)}, {count_text(found.n_images_failed)} failed"),
            ("Images without a face", count_text(found.n_images_without_faces)),
            ("Faces", count_text(found.n_faces)),
            ("Faces that do not count", count_text(found.n_ignored)),
            ("Average precision", f"{found.average_precision:.4f}" + _between(
                found.average_precision_low, found.average_precision_high)),
            ("Score from which a box counts", f"{threshold_text(found.threshold)} ({whose})"),
        ),
        notes=NOTES,
        charts=() if len(found.curve.recall) < 2 else (_chart(found),),
        tables=tuple(table for table in (_errors(found), _by_height(found), _landmarks(found))
                     if table.rows),
    )  # fmt: skip


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({low:.4f} to {high:.4f}, 95% interval)"


def _errors(found: DetectionResult) -> Table:
    rows = [("Faces missed", format_rate(found.missed), format_interval(found.missed))]
    if found.false_boxes is not None:
        rows.append(
            (
                "Boxes that are no face",
                format_rate(found.false_boxes),
                format_interval(found.false_boxes),
            )
        )
    rows += [
        ("Misses an image", *_per_image(found.misses_per_image)),
        ("False boxes an image", *_per_image(found.false_positives_per_image)),
    ]
    return Table(
        caption=f"Errors with boxes from score {threshold_text(found.threshold)}",
        columns=("Error", "Value", "95% interval"),
        rows=tuple(rows),
        is_main=True,
    )


def _per_image(one: PerImage) -> tuple[str, str]:
    interval = ""
    if one.low is not None and one.high is not None:
        interval = f"{figure_text(one.low)} to {figure_text(one.high)}"
    return f"{figure_text(one.value)} ({count_text(one.total)} in all)", interval


def _by_height(found: DetectionResult) -> Table:
    return Table(
        caption="Faces missed by their height",
        columns=("Height of the face, pixels", "Missed", "95% interval"),
        rows=tuple(
            (
                f"{one.at_least:g} and more"
                if one.below is None
                else f"{one.at_least:g} to {one.below:g}",
                format_rate(one.missed),
                format_interval(one.missed),
            )
            for one in found.missed_by_height
        ),
    )


def _landmarks(found: DetectionResult) -> Table:
    error = found.landmarks
    rows: tuple[tuple[str, ...], ...] = ()
    if error is not None:
        rows = (
            (
                count_text(error.faces),
                format_percent(error.mean),
                format_percent(error.median),
                format_percent(error.percentile_95),
                format_rate(error.above_tenth),
            ),
        )
    return Table(
        caption="Error of the five landmarks, as a part of the distance between the eyes",
        columns=("Faces", "Mean", "Median", "95th percentile", "Above one tenth"),
        rows=rows,
    )


def _chart(found: DetectionResult) -> LineChart:
    return LineChart(
        title="Precision against recall",
        sentence=(
            "As more faces are found, more boxes are no face. Average precision is "
            f"{found.average_precision:.4f}."
        ),
        x=Axis("Recall: share of faces found", is_rate=True),
        y=Axis("Precision: share of boxes that are faces", is_rate=True),
        series=(Series("Model", found.curve.recall, found.curve.precision),),
    )
