"""Live video: alerts for people who pass a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import (
    NOT_ENOUGH_TEXT,
    format_interval,
    format_percent,
    format_rate,
    format_target,
)
from evaluation.report.part import Part, Table
from evaluation.report.parts.identification import extrapolation_tables, not_extrapolated
from evaluation.report.wording import (
    EVIDENCE_WORDS,
    count_text,
    figure_text,
    interval_text,
    threshold_text,
)
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.results import LivePoint, LiveResult, Rate, WatchlistResult

NOTES = (
    (
        "A passage is one person walking past; its score is the best over its frames. FPIR: share "
        "of passages of people who are not on the watchlist that raise an alert. Missed (FNIR): "
        "share of passages of people on it without an alert for them; alerted (TPIR) is the rest. "
        "The time to alert counts from the beginning of a passage."
    ),
    (
        "False alerts are shown out of all passages and out of all alerts: a rate that is small "
        "for those who pass can be large for those who are stopped."
    ),
)


def live_part(found: LiveResult) -> Part:
    """Say for each size of the watchlist who is missed and who is falsely stopped."""
    largest = found.watchlists[-1]
    smallest = largest.smallest_printable_fpir
    return Part(
        title=f"Live video: {found.title}",
        facts=(
            ("Protocol", found.protocol),
            ("Passages", count_text(found.n_passages)),
            ("People who pass", count_text(found.n_passage_subjects)),
            ("Frames", count_text(found.n_frames)),
            ("Frames without a template", count_text(found.n_frames_failed)),
            ("Mated passages", count_text(largest.n_mated)),
            ("Non-mated passages", count_text(largest.n_non_mated)),
            (
                "Smallest FPIR that can be shown",
                NOT_ENOUGH_TEXT if smallest is None else format_percent(smallest),
            ),
        ),
        notes=(*NOTES, *not_extrapolated(found.extrapolated)),
        tables=tuple(
            table
            for watchlist in found.watchlists
            for table in (
                _points(watchlist, is_main=watchlist is largest),
                _alerts(watchlist),
            )
        )
        + tuple(extrapolation_tables(found.extrapolated)),
    )  # fmt: skip


def _all_points(watchlist: WatchlistResult) -> list[tuple[str, LivePoint]]:
    named = [(format_target(one.target_fpir or 0.0), one) for one in watchlist.operating_points]
    own = watchlist.recommended
    return named if own is None else [*named, ("Supplier's own", own)]


def _points(watchlist: WatchlistResult, *, is_main: bool) -> Table:
    points = _all_points(watchlist)
    return Table(
        caption=f"Passages at a fixed FPIR, {count_text(watchlist.gallery_size)} on the watchlist",
        columns=(
            "Target FPIR",
            "Threshold",
            "Threshold, 95% interval",
            "FPIR",
            "Alerted (TPIR)",
            "Missed (FNIR)",
            "Missed, 95% interval",
            "Evidence",
        ),
        rows=tuple(_row(name, point) for name, point in points),
        muted=tuple(point.evidence is not Evidence.SUFFICIENT for _, point in points),
        is_main=is_main,
    )


def _row(name: str, point: LivePoint) -> tuple[str, ...]:
    if point.threshold is None:
        return (name, "", "", NOT_ENOUGH_TEXT, "", "", "", EVIDENCE_WORDS[point.evidence])
    return (
        name,
        threshold_text(point.threshold),
        interval_text(point.threshold_low, point.threshold_high),
        "" if point.fpir is None else format_rate(point.fpir),
        "" if point.fnir is None else _alerted(point.fnir),
        "" if point.fnir is None else format_rate(point.fnir),
        "" if point.fnir is None else format_interval(point.fnir),
        EVIDENCE_WORDS[point.evidence],
    )


def _alerted(missed: Rate) -> str:
    """TPIR, which no test can show to be 100%."""
    if missed.evidence is Evidence.NOT_ENOUGH:
        return NOT_ENOUGH_TEXT
    if missed.errors == 0:
        return f"≥ {format_percent(1 - missed.high)}"
    return format_percent(1 - missed.value)


def _alerts(watchlist: WatchlistResult) -> Table:
    rows = []
    for name, point in _all_points(watchlist):
        alerts, time = point.alerts, point.time_to_alert
        if alerts is None:
            continue
        seconds = (
            ("no right alert", "")
            if time is None
            else (f"{figure_text(time.median_seconds)} s", f"{figure_text(time.p90_seconds)} s")
        )
        rows.append(
            (
                name,
                count_text(alerts.right),
                count_text(alerts.false_non_mated + alerts.false_mated),
                format_rate(alerts.false_per_passage),
                "" if alerts.false_per_alert is None else format_rate(alerts.false_per_alert),
                *seconds,
            )
        )
    return Table(
        caption=f"Alerts, {count_text(watchlist.gallery_size)} on the watchlist",
        columns=(
            "Target FPIR",
            "Right alerts",
            "False alerts",
            "False, of all passages",
            "False, of all alerts",
            "Half alerted within",
            "90% alerted within",
        ),
        rows=tuple(rows),
    )
