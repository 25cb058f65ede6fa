"""Every rate along the axis as rows, for CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.comparison.thresholds.explorer import Explorer
    from portal.comparison.thresholds.figure import Figure

HEADER = (
    "protocol", "rate", "group", "threshold", "value", "low", "high", "errors", "trials",
    "evidence", "note", "verdict_on_groups",
)  # fmt: skip
SEARCHED = ("FPIR", "TPIR", "Yield")


def rows_of(explorer: Explorer) -> Iterator[list[object]]:
    """Yield one row for each rate of everybody and of each group, at each threshold."""
    pairs = explorer.pairs.protocol if explorer.pairs else ""
    searches = explorer.searches.protocol if explorer.searches else pairs
    for threshold in explorer.thresholds:
        for rate, figure in explorer.rates_at(threshold).items():
            protocol = searches if rate in SEARCHED else pairs
            yield [protocol, rate, "", threshold, *_cells(figure), ""]
    for axis in explorer.axes:
        for point in axis.points:
            for name, of_group in zip(axis.groups, point.figures, strict=True):
                if of_group:
                    yield [axis.protocol, axis.rate, name, point.threshold, *_cells(of_group),
                           point.verdict.value]  # fmt: skip


def _cells(figure: Figure) -> list[object]:
    return [
        figure.value,
        figure.low,
        figure.high,
        figure.errors,
        figure.trials,
        figure.evidence,
        figure.note,
    ]
