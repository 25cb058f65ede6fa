"""The error trade-off (DET) of models side by side, with its sentence and its table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.comparison.figures.theme import (
    COLOURS,
    DASHES,
    GREY,
    SYMBOLS,
    band_colour,
    finish,
    rate_axis,
    rounded,
    scatter,
    spread,
    wide_label,
)
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.comparison.rates import ErrorRates

LABEL_GAP = 0.05
"""Least distance of two labels, as a part of the axis's height."""
LABEL_GUTTER = 0.3
"""Room left of the curves for their labels, as a part of the axis's length."""
LOWEST_RATE = 1e-4
"""Where a rate of nought is drawn on a logarithmic axis, unless smaller rates are shown."""


class Point(NamedTuple):
    """A threshold of a curve, with the 95% interval of what is missed."""

    false: float
    missed: float
    low: float
    high: float


def error_tradeoff_chart(
    models: Sequence[MeasuredModel], curves: Mapping[UUID, dict[str, list[float]]], basis: Basis
) -> Chart | None:
    """Return the DET chart: what is missed against what is wrongly matched, both logarithmic.

    Bands are 95% intervals. A model without a single point of both errors is left out.
    """
    points = {pk: _points(curve, basis.rates) for pk, curve in curves.items()}
    drawn = [
        (place, model)
        for place, model in enumerate(models)
        if any(at.false > 0 < at.missed for at in points.get(model.run.pk, ()))
    ]
    if not drawn:
        return None
    lowest = _lowest([at for _, model in drawn for at in points[model.run.pk]])
    traces: list[dict[str, Any]] = []
    for place, model in drawn:
        traces += _curve_traces(place, model, points[model.run.pk], basis, lowest[1])
    figure = finish(
        traces,
        x=rate_axis(basis.rates.false_words, lowest[0], 1.0, gutter=LABEL_GUTTER),
        y=rate_axis(basis.rates.missed_words, lowest[1], 1.0),
        meta={"narrowRange": [math.log10(lowest[0]), 0.0]},
        shapes=[
            _target_line(target, is_chosen=target == basis.target)
            for target in basis.rates.targets
            if target >= lowest[0]
        ],
        annotations=_labels_of_curves(drawn, points, lowest),
    )
    return Chart(
        name="chart-error-tradeoff",
        title="Error trade-off (DET)",
        sentence=tradeoff_sentence([model for _, model in drawn], basis),
        figure=figure,
        table=_tradeoff_table([model for _, model in drawn], points, basis),
    )


def _points(curve: Mapping[str, Sequence[float]], rates: ErrorRates) -> list[Point]:
    keys = (
        rates.false_key,
        rates.missed_key,
        f"{rates.missed_key}_low",
        f"{rates.missed_key}_high",
    )
    return [Point(*at) for at in zip(*(curve[key] for key in keys), strict=True)]


def _lowest(points: Sequence[Point]) -> tuple[float, float]:
    """Return where the axes of the false and of the missed rate begin."""
    missed = min(at.missed for at in points if at.missed > 0)
    return min(at.false for at in points if at.false > 0) * 0.9, max(missed / 2, LOWEST_RATE)


def _curve_traces(
    place: int, model: MeasuredModel, points: Sequence[Point], basis: Basis, floor: float
) -> list[dict[str, Any]]:
    colour, look = COLOURS[place], {"width": 2.5, "dash": DASHES[place], "shape": "hv"}
    # Without a miss there is nothing to draw on a logarithmic axis: the curve ends there.
    seen = [at for at in points if at.false > 0 < at.missed]
    false, missed, low, high = (rounded(values) for values in zip(*seen, strict=True))
    low = [max(value, floor) for value in low]
    band = scatter(
        x=false + false[::-1],
        y=high + low[::-1],
        fill="toself",
        fillcolor=band_colour(colour),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=model.name,
    )
    line = scatter(
        x=false,
        y=missed,
        mode="lines",
        name=model.name,
        legendgroup=model.name,
        line=look | {"color": colour},
        hovertemplate=(
            f"{basis.rates.false} %{{x:.3%}}, {basis.rates.missed} %{{y:.2%}}"
            "<extra>%{fullData.name}</extra>"
        ),
    )
    return [band, line, _marks(place, model, basis)]


def _marks(place: int, model: MeasuredModel, basis: Basis) -> dict[str, Any]:
    """Return the marks at the targets, drawn at the false rate that was observed at each."""
    found = [
        (model.false(basis, target), model.missed(basis, target)) for target in model.targets(basis)
    ]
    shown = [(false, missed) for false, missed in found if false and missed]
    shown = [(false, missed) for false, missed in shown if false.value and missed.value]
    return scatter(
        x=[false.value for false, _ in shown],
        y=[missed.value for _, missed in shown],
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
    points: Mapping[UUID, Sequence[Point]],
    lowest: tuple[float, float],
) -> list[dict[str, Any]]:
    """Return each model's name left of the start of its curve, pushed apart where they meet."""
    ends = []
    for place, model in drawn:
        x, y = min((at.false, at.missed) for at in points[model.run.pk] if at.false > 0)
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
    said = [
        f"{wording.rate(rate)} for {model.name}"
        for model in models
        if (rate := model.missed(basis)) and rate.evidence != "not_enough"
    ]
    if not said:
        return (
            f"At a {basis.rates.false_name.lower()} of {basis.target_words} the test set does not"
            f" hold enough evidence to say {basis.rates.missing}."
        )
    return f"{basis.held}, {basis.rates.share} {wording.listed(said)}."


def _tradeoff_table(
    models: Sequence[MeasuredModel], points: Mapping[UUID, Sequence[Point]], basis: Basis
) -> Table:
    rates, rows = basis.rates, []
    for most in _steps_of_table(basis):
        cells = [_missed_at(model, points[model.run.pk], most, basis) for model in models]
        if any(cells):
            shown = tuple(cell or "Not enough evidence" for cell in cells)
            rows.append((wording.short_percent(most), *shown))
    where = f" {basis.where}," if basis.is_search else ""
    return Table(
        caption=(
            f"{rates.missed_name}{where} at each {rates.false_name.lower()}, with its 95% interval;"
            " between the rates of the figures above, at the nearest drawn point of the curve"
        ),
        header=(f"{rates.false} at most", *(model.name for model in models)),
        rows=tuple(rows),
    )


def _steps_of_table(basis: Basis) -> list[float]:
    """Return the targets and two steps for each power of ten between them, highest first."""
    half_steps = (float(f"{10 ** (-half_step / 2):.1g}") for half_step in range(12))
    return sorted({*half_steps, *basis.rates.targets}, reverse=True)


def _missed_at(model: MeasuredModel, points: Sequence[Point], most: float, basis: Basis) -> str:
    """Return the missed rate where the observed false rate is at most so high; "" without evidence.

    At a target it is the figure itself, as everywhere. Elsewhere it is read off the drawn points,
    which are only some of the thresholds: they ascend, so the first that fits is the lowest.
    """
    if measured := model.missed(basis, most):
        interval = wording.interval(measured)
        return f"{wording.rate(measured)} ({interval})" if interval else ""
    at = next((at for at in points if at.false <= most), None)
    if at is None:
        return ""
    if at.missed == 0:
        return f"≤ {wording.upper_bound(at.high)}"
    return f"{wording.percent(at.missed)} ({wording.percent(at.low)} to {wording.percent(at.high)})"
