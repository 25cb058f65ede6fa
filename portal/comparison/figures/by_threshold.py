"""Both error rates of each model against its threshold, one plot below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from portal.comparison.figures.multiples import axis_key, stacked
from portal.comparison.figures.scores import threshold_line
from portal.comparison.figures.theme import (
    COLOURS,
    axis,
    band_colour,
    rate_axis,
    rounded,
    scatter,
)
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.comparison.rates import ErrorRates

    Points = Mapping[str, Sequence[float]]

TABLE_ROWS = 12
LOWEST_RATE = 1e-4
"""Where the axis of rates begins, unless smaller rates were seen."""


class Drawn(NamedTuple):
    model: MeasuredModel
    points: Points


def threshold_chart(
    models: Sequence[MeasuredModel], curves: Mapping[UUID, Points], basis: Basis
) -> Chart | None:
    """Return how the false and the missed rate change with the threshold, for each model."""
    drawn = [
        Drawn(model, curves[model.run.pk])
        for model in models
        if model.run.pk in curves and curves[model.run.pk]["threshold"]
    ]
    if not drawn:
        return None
    rates = basis.rates
    names = [one.model.name for one in drawn]
    traces = [trace for place, one in enumerate(drawn) for trace in _traces(place, one, rates)]
    figure = stacked(
        names,
        traces,
        x=axis("Threshold (a score equal or above is a match)"),
        y=rate_axis("", _lowest(drawn, rates), 1.0),
        shapes=[
            threshold_line(threshold, axis_key(place))
            for place, one in enumerate(drawn)
            if (threshold := _threshold_of(one.model, basis)) is not None
        ],
    )
    return Chart(
        name="chart-threshold",
        title=f"{rates.false} and {rates.missed} against the threshold",
        sentence=_sentence(drawn, basis),
        figure=figure,
        table=_table(drawn, basis),
    )


def _lowest(drawn: Sequence[Drawn], rates: ErrorRates) -> float:
    seen = [
        rate
        for one in drawn
        for key in (rates.false_key, rates.missed_key)
        for rate in one.points[key]
        if rate > 0
    ]
    return min(LOWEST_RATE, min(seen, default=LOWEST_RATE) * 0.9)


def _traces(place: int, one: Drawn, rates: ErrorRates) -> list[dict[str, Any]]:
    """Return the missed rate with its interval as a band, and the false rate dashed."""
    missed = rates.missed_key
    rate = _seen(one, missed, missed)
    floor = min((at for _, at in rate), default=1.0) / 3
    high = _seen(one, f"{missed}_high", missed)
    low = [(threshold, max(at, floor)) for threshold, at in _seen(one, f"{missed}_low", missed)]
    band = scatter(
        x=[threshold for threshold, _ in [*high, *reversed(low)]],
        y=[at for _, at in [*high, *reversed(low)]],
        fill="toself",
        fillcolor=band_colour(COLOURS[place]),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        yaxis=axis_key(place),
    )
    return [
        band,
        _line(rates.missed_words, rate, "solid", place),
        _line(rates.false_words, _seen(one, rates.false_key, rates.false_key), "dash", place),
    ]


def _seen(one: Drawn, key: str, rate: str) -> list[tuple[float, float]]:
    """Return thresholds with a value, where a rate is not nought: that has no logarithm."""
    columns = (one.points["threshold"], one.points[key], one.points[rate])
    seen = [(x, y) for x, y, at in zip(*columns, strict=True) if at > 0]
    return list(zip(*(rounded(values) for values in zip(*seen, strict=True)), strict=True))


def _line(name: str, seen: list[tuple[float, float]], dash: str, place: int) -> dict[str, Any]:
    return scatter(
        x=[threshold for threshold, _ in seen],
        y=[rate for _, rate in seen],
        mode="lines",
        name=name,
        legendgroup=name,
        showlegend=place == 0,
        line={"color": COLOURS[place], "width": 2, "dash": dash},
        hovertemplate="threshold %{x:.3f}: %{y:.3%}<extra>%{fullData.name}</extra>",
        yaxis=axis_key(place),
    )


def _threshold_of(model: MeasuredModel, basis: Basis) -> float | None:
    point = model.missed(basis)
    return point.threshold if point else None


def _sentence(drawn: Sequence[Drawn], basis: Basis) -> str:
    said = [
        f"{threshold:.3f} for {one.model.name}"
        for one in drawn
        if (threshold := _threshold_of(one.model, basis)) is not None
    ]
    scale = "Scores of different models have different scales, so thresholds cannot be compared."
    if not said:
        return scale
    return (
        f"The vertical lines are the thresholds that hold the {basis.rates.false} to"
        f" {basis.target_words}: {wording.listed(said)}. {scale}"
    )


def _table(drawn: Sequence[Drawn], basis: Basis) -> Table:
    """Return points of each curve, evenly chosen."""
    rates, rows = basis.rates, []
    for one in drawn:
        last = len(one.points["threshold"]) - 1
        for at in sorted({round(k * last / (TABLE_ROWS - 1)) for k in range(TABLE_ROWS)}):
            missed = one.points[rates.missed_key][at]
            most = one.points[f"{rates.missed_key}_high"][at]
            rows.append(
                (
                    one.model.name,
                    f"{one.points['threshold'][at]:.3f}",
                    _words(one.points[rates.false_key][at], 3 / max(basis.protocol.n_non_mated, 3)),
                    _words(missed, most),
                )
            )
    return Table(
        caption=f"{rates.false} and {rates.missed} at thresholds of each model",
        header=("Model", "Threshold", rates.false, rates.missed),
        rows=tuple(rows),
    )


def _words(rate: float, most: float) -> str:
    return wording.percent(rate) if rate else f"≤ {wording.upper_bound(most)}"
