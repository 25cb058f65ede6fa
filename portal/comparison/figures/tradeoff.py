"""The error trade-off (DET) of models side by side, with its sentence and its table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from portal.comparison.basis import TARGET_FMRS
from portal.comparison.figures.theme import (
    COLOURS,
    DASHES,
    GREY,
    SYMBOLS,
    band_colour,
    finish,
    rate_axis,
    scatter,
    spread,
    wide_label,
)
from portal.comparison.measured import separable_best
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement

Points = dict[str, list[float]]
LABEL_GAP = 0.05
"""Least distance of two labels, as a part of the axis's height."""
LABEL_GUTTER = 0.3
"""Room left of the curves for their labels, as a part of the axis's length."""
LOWEST_RATE = 1e-4
"""Where a rate of nought is drawn on a logarithmic axis, unless smaller rates are shown."""


def rounded(values: Sequence[float], figures: int = 4) -> list[float]:
    """Return the values with four significant figures: a chart shows no more, and pages load."""
    return [float(f"{value:.{figures}g}") for value in values]


def error_tradeoff_chart(
    models: Sequence[MeasuredModel], curves: Mapping[UUID, Points], basis: Basis
) -> Chart | None:
    """Return the DET chart: FNMR against FMR, both logarithmic, with bands of 95% intervals."""
    drawn = [
        (place, model)
        for place, model in enumerate(models)
        if any(rate > 0 for rate in curves.get(model.run.pk, {}).get("fnmr", ()))
    ]
    if not drawn:
        return None
    lowest_fmr, lowest_fnmr = _lowest([curves[model.run.pk] for _, model in drawn])
    traces: list[dict[str, Any]] = []
    for place, model in drawn:
        traces += _curve_traces(place, model, curves[model.run.pk], basis, lowest_fnmr)
    figure = finish(
        traces,
        x=rate_axis("False match rate (FMR)", lowest_fmr, 1.0, gutter=LABEL_GUTTER),
        y=rate_axis("False non-match rate (FNMR)", lowest_fnmr, 1.0),
        meta={"narrowRange": [math.log10(lowest_fmr), 0.0]},
        shapes=[
            _target_line(target, is_chosen=target == basis.target)
            for target in TARGET_FMRS
            if target >= lowest_fmr
        ],
        annotations=_labels_of_curves(drawn, curves, (lowest_fmr, lowest_fnmr)),
    )
    return Chart(
        name="chart-error-tradeoff",
        title="Error trade-off (DET)",
        sentence=tradeoff_sentence([model for _, model in drawn], basis),
        figure=figure,
        table=_tradeoff_table([model for _, model in drawn], curves),
    )


def _lowest(curves: Sequence[Points]) -> tuple[float, float]:
    fmrs = [fmr for points in curves for fmr in points["fmr"] if fmr > 0]
    fnmrs = [fnmr for points in curves for fnmr in points["fnmr"] if fnmr > 0]
    return min(fmrs, default=LOWEST_RATE) * 0.9, max(
        min(fnmrs, default=LOWEST_RATE) / 2, LOWEST_RATE
    )


def _curve_traces(
    place: int, model: MeasuredModel, points: Points, basis: Basis, floor: float
) -> list[dict[str, Any]]:
    colour, look = COLOURS[place], {"width": 2.5, "dash": DASHES[place], "shape": "hv"}
    # Without a missed match there is nothing to draw on a logarithmic axis: the curve ends there.
    keys = ("fmr", "fnmr", "fnmr_low", "fnmr_high")
    seen = [at for at in zip(*(points[key] for key in keys), strict=True) if at[0] > 0 < at[1]]
    fmr, fnmr, low, high = (rounded(values) for values in zip(*seen, strict=True))
    low = [max(value, floor) for value in low]
    band = scatter(
        x=fmr + fmr[::-1],
        y=high + low[::-1],
        fill="toself",
        fillcolor=band_colour(colour),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=model.name,
    )
    line = scatter(
        x=fmr,
        y=fnmr,
        mode="lines",
        name=model.name,
        legendgroup=model.name,
        line=look | {"color": colour},
        hovertemplate="FMR %{x:.3%}, FNMR %{y:.2%}<extra>%{fullData.name}</extra>",
    )
    return [band, line, _marks(place, model, basis)]


def _marks(place: int, model: MeasuredModel, basis: Basis) -> dict[str, Any]:
    """Return the marks at the target FMRs, drawn at the observed FMR of each."""
    name = basis.protocol.name
    found = [
        (
            model.find("fmr_at_fmr", protocol=name, target=target),
            model.find("fnmr_at_fmr", protocol=name, target=target),
        )
        for target in model.targets(name)
    ]
    shown = [(fmr, fnmr) for fmr, fnmr in found if fmr and fnmr and fmr.value and fnmr.value]
    return scatter(
        x=[fmr.value for fmr, _ in shown],
        y=[fnmr.value for _, fnmr in shown],
        mode="markers",
        name=model.name,
        legendgroup=model.name,
        showlegend=False,
        marker={"color": COLOURS[place], "symbol": SYMBOLS[place], "size": 9},
        hoverinfo="skip",
    )


def _target_line(target: float, *, is_chosen: bool) -> dict[str, Any]:
    line = {"color": GREY, "width": 2 if is_chosen else 1, "dash": "solid" if is_chosen else "dot"}
    return {
        "type": "line",
        "x0": target,
        "x1": target,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": line,
        "layer": "below",
    }


def _labels_of_curves(
    drawn: Sequence[tuple[int, MeasuredModel]],
    curves: Mapping[UUID, Points],
    lowest: tuple[float, float],
) -> list[dict[str, Any]]:
    """Return each model's name left of the start of its curve, pushed apart where they meet."""
    ends = []
    for place, model in drawn:
        points = curves[model.run.pk]
        shown = [(x, y) for x, y in zip(points["fmr"], points["fnmr"], strict=True) if x > 0]
        x, y = min(shown)
        height = 1 - math.log10(max(y, lowest[1])) / math.log10(lowest[1])
        ends.append((height, math.log10(x), place, model))
    ends.sort(key=lambda end: end[0])
    heights = spread([height for height, *_ in ends], LABEL_GAP)
    return [
        wide_label(
            model.name, COLOURS[place], x=x, y=height, yref="paper", xanchor="right", xshift=-8
        )
        for height, (_, x, place, model) in zip(heights, ends, strict=True)
    ]


def tradeoff_sentence(models: Sequence[MeasuredModel], basis: Basis) -> str:
    """Say in one sentence what the chart shows at the chosen operating point."""
    name, target = basis.protocol.name, basis.target
    rates = [model.find("fnmr_at_fmr", protocol=name, target=target) for model in models]
    said = [
        f"{wording.rate(rate)} for {model.name}"
        for model, rate in zip(models, rates, strict=True)
        if rate and rate.evidence != "not_enough"
    ]
    if not said:
        return (
            f"At a false match rate of {basis.target_words} the test set does not hold enough"
            " evidence to say how many true matches are missed."
        )
    start = (
        f"With false matches held to {basis.target_words}, the share of true matches missed is"
        f" {wording.listed(said)}"
    )
    return f"{start}{_verdict(models, rates)}."


def _verdict(models: Sequence[MeasuredModel], rates: Sequence[Measurement | None]) -> str:
    if len(models) < 2:
        return ""
    best = separable_best(rates)
    if best is None:
        return "; the lowest is not separable from every other at 95%"
    return f"; {models[best].name} is lower than every other beyond its 95% interval"


def _tradeoff_table(models: Sequence[MeasuredModel], curves: Mapping[UUID, Points]) -> Table:
    rows = []
    for half_step in range(12):
        fmr = float(f"{10 ** (-half_step / 2):.1g}")
        cells = [_fnmr_at(curves[model.run.pk], fmr) for model in models]
        if any(cells):
            shown = tuple(cell or "Not enough evidence" for cell in cells)
            rows.append((wording.short_percent(fmr), *shown))
    return Table(
        caption="False non-match rate at each false match rate, with its 95% interval",
        header=("FMR at most", *(model.name for model in models)),
        rows=tuple(rows),
    )


def _fnmr_at(points: Points, fmr: float) -> str:
    """Return FNMR and its interval where the observed FMR is at most ``fmr``; "" below the curve.

    Points ascend in threshold, so the first that fits has the lowest threshold.
    """
    keys = ("fmr", "fnmr", "fnmr_low", "fnmr_high")
    for observed, fnmr, low, high in zip(*(points[key] for key in keys), strict=True):
        if observed > fmr:
            continue
        if fnmr == 0:
            return f"≤ {wording.upper_bound(high)}"
        return f"{wording.percent(fnmr)} ({wording.percent(low)} to {wording.percent(high)})"
    return ""
