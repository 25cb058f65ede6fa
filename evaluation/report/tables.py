"""Tables of a verification result, with counts and intervals in every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import (
    METHOD_NAMES,
    NOT_ENOUGH_TEXT,
    evidence_of_point,
    format_interval,
    format_percent,
    format_rate,
    format_target,
    format_without_counts,
)
from evaluation.report.markup import Content, Html, element, join, table
from evaluation.report.wording import (
    EVIDENCE_WORDS,
    count_text,
    threshold_text,
)
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.report.part import Table
    from evaluation.results import (
        FoldAccuracy,
        OperatingPoint,
        Rate,
        VerificationResult,
    )

_RATE_COLUMNS = ("FMR", "FMR, 95% interval", "FNMR", "FNMR, 95% interval")
_CURVE_ROWS = 25


def plain(content: Table) -> Html:
    """Table of a part, with its note."""
    made = table(content.caption, content.columns, content.rows, muted=content.muted or None)
    return join([made, element("p", content.note)]) if content.note else made


def operating_points(result: VerificationResult) -> Html:
    """FNMR at each target FMR."""
    points = result.operating_points
    return table(
        f"FNMR at fixed FMR: {result.title}",
        ("Target FMR", "Threshold", *_RATE_COLUMNS, "Evidence"),
        [_point_row(point) for point in points],
        muted=[evidence_of_point(point) is not Evidence.SUFFICIENT for point in points],
    )


def recommended_threshold(result: VerificationResult) -> Html | None:
    """Measure of the supplier's threshold; None where the card names none."""
    if result.recommended is None:
        return None
    own = result.recommended
    return table(
        f"At the supplier's recommended threshold: {result.title}",
        ("Threshold", *_RATE_COLUMNS),
        [(threshold_text(own.threshold), *_rate_cells(own.fmr), *_rate_cells(own.fnmr))],
    )


def folds_table(title: str, folds: FoldAccuracy) -> Html:
    """Accuracy of each fold with the threshold chosen on the others."""
    return table(
        f"Accuracy by fold: {title}",
        ("Fold", "Threshold chosen on the other folds", "Accuracy"),
        [
            (str(number), threshold_text(threshold), format_percent(accuracy))
            for number, (threshold, accuracy) in enumerate(
                zip(folds.thresholds, folds.per_fold, strict=True), start=1
            )
        ],
    )


def curve_table(result: VerificationResult) -> Html:
    """Points of the DET curve, thinned to what a person can read."""
    curve = result.curve
    n = len(curve.threshold)
    chosen = sorted({round(k * (n - 1) / max(1, _CURVE_ROWS - 1)) for k in range(_CURVE_ROWS)})
    return table(
        f"Points of the DET curve: {result.title}",
        ("Threshold", "FMR", "FNMR", "FNMR, 95% interval"),
        [
            (
                threshold_text(curve.threshold[k]),
                format_percent(curve.fmr[k]),
                format_without_counts(curve.fnmr[k], fewest_trials=result.n_mated),
                f"{format_percent(curve.fnmr_low[k])} to {format_percent(curve.fnmr_high[k])}",
            )
            for k in chosen
            if k < n
        ],
    )


def score_table(result: VerificationResult) -> Html:
    """Tell the number of comparisons behind each step of the chart of scores."""
    scores = result.scores
    return table(
        f"Comparisons by score: {result.title}",
        ("Score from", "Score below", "Mated", "Non-mated"),
        [
            (f"{low:.4f}", f"{high:.4f}", count_text(mated), count_text(non_mated))
            for low, high, mated, non_mated in zip(
                scores.edges[:-1], scores.edges[1:], scores.mated, scores.non_mated, strict=True
            )
            if mated + non_mated
        ],
    )


def _point_row(point: OperatingPoint) -> tuple[Content, ...]:
    target = format_target(point.target_fmr)
    if point.threshold is None or point.fmr is None or point.fnmr is None:
        return (target, "", "", "", NOT_ENOUGH_TEXT, "", EVIDENCE_WORDS[evidence_of_point(point)])
    return (
        target,
        threshold_text(point.threshold),
        *_rate_cells(point.fmr),
        *_rate_cells(point.fnmr),
        EVIDENCE_WORDS[evidence_of_point(point)],
    )


def _rate_cells(rate: Rate) -> tuple[str, str]:
    interval = format_interval(rate)
    return format_rate(rate), interval and f"{interval}, {METHOD_NAMES[rate.method]}"
