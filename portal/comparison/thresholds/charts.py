"""The axis as charts: the rates of everybody, then one chart for each rate of the groups.

The first shape of every chart is the present threshold, which the browser moves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

from evaluation.results import Verdict
from portal.comparison.figures.theme import (
    COLOURS,
    DASHES,
    GREY,
    TEXT,
    axis,
    band_colour,
    finish,
    rate_axis,
    rounded,
    scatter,
    wide_label,
)
from portal.comparison.thresholds.groups import stretches
from portal.comparison.thresholds.words import rate_text, threshold_text
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.comparison.thresholds.explorer import Explorer
    from portal.comparison.thresholds.figure import Figure
    from portal.comparison.thresholds.groups import GroupAxis
    from portal.comparison.thresholds.requirement import Requirement

    Series = tuple[str, list[float], list[Figure | None]]

_Item = TypeVar("_Item")
SHOWN_ROWS = 20
FEW_POINTS = 8
"""Fewer are too far apart to be joined by a line."""
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
MARK = COLOURS[2]


def charts_of(explorer: Explorer, threshold: float, required: Requirement) -> Iterator[Chart]:
    """Yield the chart of everybody, and one for each rate of the groups that was followed."""
    yield _overall(explorer, threshold, required)
    for number, groups in enumerate(explorer.axes):
        if len(groups.points) > 1:
            meaning = explorer.names.meaning(groups.rate)
            yield _of_groups(f"chart-groups-{number}", groups, threshold, meaning)


def _overall(explorer: Explorer, threshold: float, required: Requirement) -> Chart:
    at = [(t, explorer.rates_at(t)) for t in explorer.thresholds]
    names = [rate for rate in at[0][1] if rate != "Yield"]
    series: list[Series] = [
        (rate, [t for t, _ in at], [rates[rate] for _, rates in at]) for rate in names
    ]
    lines = [_vertical(threshold, TEXT, "solid"), *_marks(explorer)]
    lines += [_horizontal(most) for most in required.highest.values()]
    return Chart(
        name="chart-thresholds",
        title="Error rates along the threshold",
        sentence=_sentence(explorer, required),
        figure=_figure(series, lines, _required_labels(required)),
        table=_overall_table(at, names),
    )


def _marks(explorer: Explorer) -> Iterator[dict[str, Any]]:
    if explorer.recommended is not None:
        yield _vertical(explorer.recommended, GREY, "dash")
    for rates in (("FMR", "FNMR"), ("FPIR", "FNIR")):
        found = explorer.highest_without_difference(rates)
        if found is not None:
            yield _vertical(found, MARK, "dot")


def _sentence(explorer: Explorer, required: Requirement) -> str:
    said = ["A higher threshold matches fewer people falsely and misses more."]
    said.append("The solid upright line is the threshold that is shown")
    if explorer.recommended is not None:
        said[-1] += ", the dashed one the supplier's"
    if any(
        explorer.highest_without_difference(rates) is not None
        for rates in (("FMR", "FNMR"), ("FPIR", "FNIR"))
    ):
        said[-1] += ", a dotted green one the highest at which no group differs significantly"
    said[-1] += "."
    if required.highest:
        said.append("The level lines are the requirement's highest rates.")
    return " ".join(said)


def _overall_table(at: Sequence[tuple[float, dict[str, Figure]]], names: Sequence[str]) -> Table:
    return Table(
        caption="Rates at measured thresholds",
        header=("Threshold", *names),
        rows=tuple(
            (threshold_text(t), *(_cell(rate, rates[rate]) for rate in names))
            for t, rates in _thinned(at)
        ),
    )


def _of_groups(name: str, groups: GroupAxis, threshold: float, meaning: str) -> Chart:
    thresholds = groups.thresholds
    series: list[Series] = [
        (group, thresholds, [point.figures[number] for point in groups.points])
        for number, group in enumerate(groups.groups)
    ]
    runs = stretches(groups, Verdict.DIFFERS) if groups.is_followed else []
    shades = [_shade(*run) for run in runs]
    sentence = f"{meaning}; {groups.title}."
    if shades:
        sentence += " Where the background is shaded, a group differs significantly."
    return Chart(
        name=name,
        title=f"{groups.rate} of each group along the threshold",
        sentence=sentence,
        figure=_figure(series, [_vertical(threshold, TEXT, "solid"), *shades]),
        table=Table(
            caption=f"{groups.rate} of each group at measured thresholds",
            header=("Threshold", *groups.groups),
            rows=tuple(
                (
                    threshold_text(point.threshold),
                    *(_cell(groups.rate, one) for one in point.figures),
                )
                for point in _thinned(groups.points)
            ),
        ),
    )


def _required_labels(required: Requirement) -> list[dict[str, Any]]:
    return [
        wide_label(
            f"{rate} at most {wording.short_percent(most)}",
            GREY,
            xref="paper",
            x=0.01,
            xanchor="left",
            y=math.log10(most),
            yanchor="bottom",
        )
        for rate, most in required.highest.items()
    ]


def _figure(
    series: Sequence[Series], shapes: list[dict[str, Any]], labels: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    shown = [(name, *_drawn(thresholds, figures)) for name, thresholds, figures in series]
    every = [value for _, _, values in shown for value in values]
    lowest = min(every, default=0.01)
    return finish(
        [_line(place, *one) for place, one in enumerate(shown) if one[1]],
        x=axis("Threshold (comparison score, higher is more alike)"),
        y=rate_axis("Rate", lowest * 0.9, 1.0),
        shapes=shapes,
        annotations=list(labels),
        showlegend=True,
        legend=LEGEND,
    )


def _drawn(
    thresholds: Sequence[float], figures: Sequence[Figure | None]
) -> tuple[list[float], list[float]]:
    """Return what is drawn: rates with evidence, and none of nought on a logarithmic axis."""
    seen = [
        (t, one.value)
        for t, one in zip(thresholds, figures, strict=True)
        if one and one.says_something and one.value > 0
    ]
    return [float(f"{t:.6g}") for t, _ in seen], rounded([value for _, value in seen])


def _line(place: int, name: str, x: list[float], y: list[float]) -> dict[str, Any]:
    return scatter(
        x=x,
        y=y,
        mode="markers" if len(x) < FEW_POINTS else "lines",
        name=name,
        line={
            "color": COLOURS[place % len(COLOURS)],
            "dash": DASHES[place % len(DASHES)],
            "width": 2.5,
            "shape": "vh",
        },
        hovertemplate="threshold %{x:.4f}: %{y:.2%}<extra>%{fullData.name}</extra>",
    )


def _vertical(threshold: float, colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": threshold,
        "x1": threshold,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 2, "dash": dash},
    }


def _horizontal(rate: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": rate,
        "y1": rate,
        "line": {"color": GREY, "width": 2, "dash": "longdash"},
    }


def _shade(first: float, last: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": first,
        "x1": last,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"width": 1, "color": band_colour(COLOURS[1])},
        "fillcolor": band_colour(COLOURS[1]),
        "layer": "below",
    }


def _cell(rate: str, figure: Figure | None) -> str:
    if figure is None:
        return "Not measured"
    said = rate_text(rate, figure)
    interval = wording.interval(figure)
    return f"{said} ({interval})" if interval else said


def _thinned(items: Sequence[_Item]) -> list[_Item]:
    if len(items) <= SHOWN_ROWS:
        return list(items)
    last = len(items) - 1
    return [items[round(k * last / (SHOWN_ROWS - 1))] for k in range(SHOWN_ROWS)]
