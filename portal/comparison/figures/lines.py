"""Draws the line charts of a report's parts, with their numbers in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.figures.theme import (
    COLOURS,
    DASHES,
    SYMBOLS,
    axis,
    band_colour,
    finish,
    rate_axis,
    scatter,
)
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.report.part import Axis, LineChart, Series

FEW_POINTS = 25
"""Lines of no more points than this show each of them."""
SHOWN_ROWS = 25


def line_chart(chart: LineChart, *, name: str) -> Chart:
    """Return the chart for the page; ``name`` is unique on it."""
    figure = finish(
        [trace for place, one in enumerate(chart.series) for trace in _traces(place, one, chart)],
        x=_axis(chart.x, [x for one in chart.series for x in one.x]),
        y=_axis(chart.y, [y for one in chart.series for y in (*one.y, *one.low, *one.high)]),
        showlegend=len(chart.series) > 1,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    return Chart(name, chart.title, chart.sentence, figure, _table(chart))


def _traces(place: int, series: Series, chart: LineChart) -> list[dict[str, Any]]:
    colour = COLOURS[place % len(COLOURS)]
    shape = "hv" if chart.steps else "linear"
    line = scatter(
        x=series.x,
        y=series.y,
        name=series.name,
        mode="lines+markers" if len(series.x) <= FEW_POINTS else "lines",
        line={
            "color": colour,
            "width": 2.5,
            "dash": DASHES[place % len(DASHES)],
            "shape": shape,
        },
        marker={"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 7},
    )
    if not series.low:
        return [line]
    band = scatter(
        x=[*series.x, *reversed(series.x)],
        y=[*series.high, *reversed(series.low)],
        mode="lines",
        fill="toself",
        fillcolor=band_colour(colour),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    return [band, line]


def _axis(wanted: Axis, values: Sequence[float]) -> dict[str, Any]:
    positive = [value for value in values if value > 0]
    if wanted.is_rate and wanted.is_log and positive:
        return rate_axis(wanted.title, min(positive) * 0.9, max(*positive, min(positive) * 2))
    spread = max(values, default=1.0)
    more: dict[str, Any] = (
        {"tickformat": ".0%" if spread > 0.1 else ".1%"} if wanted.is_rate else {}
    )
    if wanted.is_log:
        more["type"] = "log"
    elif wanted.is_rate:
        more["range"] = [0, min(1.02, 1.1 * max(values, default=1.0)) or 1.0]
    return axis(wanted.title, **more)


def _table(chart: LineChart) -> Table:
    """Every point as a row; long lines are thinned to what a person can read."""
    rows = []
    for series in chart.series:
        last = len(series.x) - 1
        chosen = sorted({round(k * last / (SHOWN_ROWS - 1)) for k in range(SHOWN_ROWS)})
        for k in chosen if last >= SHOWN_ROWS else range(last + 1):
            interval = ""
            if series.low:
                interval = f"{_text(series.low[k], chart.y)} to {_text(series.high[k], chart.y)}"
            rows.append(
                (series.name, _text(series.x[k], chart.x), _text(series.y[k], chart.y), interval)
            )
    columns = 4 if any(row[3] for row in rows) else 3
    header = ("Line", chart.x.title, chart.y.title, "95% interval")[:columns]
    return Table(chart.title, header, tuple(row[:columns] for row in rows))


def _text(value: float, on: Axis) -> str:
    if on.is_rate:
        return wording.percent(value)
    return f"{value:.6f}" if on.is_score else wording.grouped(value)
