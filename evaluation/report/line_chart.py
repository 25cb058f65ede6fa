"""Draws a part's line chart as SVG, with words for those who cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.ticker import FuncFormatter, NullLocator

from evaluation.metrics.evidence import format_target
from evaluation.report.charts import STYLE, described, new_figure, svg_text

if TYPE_CHECKING:
    from evaluation.report.markup import Html
    from evaluation.report.part import Axis, LineChart, Series

COLOURS = ("#1d70b8", "#b35500", "#00703c", "#912b88", "#0b0c0c", "#8a6800")
DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (3, 1, 1, 1)))


def line_chart(chart: LineChart, *, anchor: str) -> Html:
    """Draw the chart; ``anchor`` is unique in the page."""
    with mpl.rc_context(STYLE):
        figure, axes = new_figure()
        for number, series in enumerate(chart.series):
            _draw(axes, series, number, chart)
        axes.set(xlabel=chart.x.title, ylabel=chart.y.title)
        axes.set_xscale("log" if chart.x.is_log else "linear")
        axes.set_yscale("log" if chart.y.is_log else "linear")
        _dress(axes.xaxis, chart.x)
        _dress(axes.yaxis, chart.y)
        if chart.y.is_rate and not chart.y.is_log:
            axes.set_ylim(0, _top(chart))
        axes.grid(visible=True, color="#d0d0d0", lw=0.6)
        if len(chart.series) > 1:
            axes.legend(loc="best", frameon=True, framealpha=1, edgecolor="none")
        svg = svg_text(figure)
    return described(svg, chart.title, chart.sentence, anchor=anchor)


def _draw(axes: Any, series: Series, number: int, chart: LineChart) -> None:
    colour = COLOURS[number % len(COLOURS)]
    step = "post" if chart.steps else None
    if series.low:
        axes.fill_between(
            series.x, series.low, series.high, color=colour, alpha=0.15, lw=0, step=step
        )
    axes.plot(
        series.x,
        series.y,
        color=colour,
        ls=DASHES[number % len(DASHES)],
        lw=2,
        marker="o" if len(series.x) <= 20 else None,
        ms=4,
        label=series.name,
        drawstyle="steps-post" if chart.steps else "default",
    )


def _top(chart: LineChart) -> float:
    """Upper end of an axis of rates: a little above the highest, and not beyond 100%."""
    highest = max((y for one in chart.series for y in (*one.y, *one.high)), default=1.0)
    return min(1.02, 1.1 * highest) or 1.0


def _dress(axis: Any, wanted: Axis) -> None:
    if wanted.is_rate:
        axis.set_major_formatter(FuncFormatter(lambda value, _: format_target(value)))
    elif wanted.is_log:
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    if wanted.is_log:
        axis.set_minor_locator(NullLocator())
