"""Accuracy against speed: one point per model, with the interval of its error rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from portal.comparison.figures.theme import COLOURS, SYMBOLS, axis, finish
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement


def accuracy_speed_chart(models: Sequence[MeasuredModel], basis: Basis) -> Chart | None:
    """Return FNMR at the operating point against images a second; up is worse, right is faster."""
    found = []
    for place, model in enumerate(models):
        rate = model.find("fnmr_at_fmr", protocol=basis.protocol.name, target=basis.target)
        speed = model.find("offline_samples_per_second")
        if rate and speed and rate.value is not None and speed.value:
            found.append((place, model, rate, speed.value))
    if not found:
        return None
    traces = [_point(place, model, rate, speed) for place, model, rate, speed in found]
    speeds = [speed for *_, speed in found]
    figure = finish(
        traces,
        x=axis(
            "Images a second (more is faster)",
            type="log",
            range=[math.log10(min(speeds) / 2), math.log10(max(speeds) * 4)],
            dtick="D2" if max(speeds) / min(speeds) < 30 else 1,
        ),
        y=axis("FNMR (lower is better)", tickformat=".1~%", rangemode="tozero"),
    )
    fastest = max(found, key=lambda one: one[3])
    sentence = (
        f"Missed true matches at a false match rate of {basis.target_words} against speed:"
        f" {fastest[1].name} is the fastest of these with {wording.grouped(fastest[3])} images"
        f" a second and misses {wording.rate(fastest[2])}."
    )
    rows = tuple(
        (model.name, wording.rate(rate), wording.interval(rate), wording.grouped(speed))
        for _, model, rate, speed in found
    )
    return Chart(
        name="chart-accuracy-speed",
        title="Accuracy against speed",
        sentence=sentence,
        figure=figure,
        table=Table(
            caption=f"FNMR at FMR {basis.target_words} and speed",
            header=("Model", "FNMR", "95% interval", "Images a second"),
            rows=rows,
        ),
    )


def _point(place: int, model: MeasuredModel, rate: Measurement, speed: float) -> Any:
    value = rate.value or 0.0
    up = (rate.high if rate.high is not None else value) - value
    down = value - (rate.low if rate.low is not None else value)
    return go.Scatter(
        x=[speed],
        y=[value],
        mode="markers+text",
        name=model.name,
        text=[model.name],
        textposition="middle right",
        textfont={"color": COLOURS[place]},
        marker={"color": COLOURS[place], "symbol": SYMBOLS[place], "size": 12},
        error_y={
            "type": "data",
            "array": [up],
            "arrayminus": [down],
            "color": COLOURS[place],
            "thickness": 1.5,
            "width": 6,
        },
        cliponaxis=False,
        hovertemplate="%{x:.0f} images a second, FNMR %{y:.2%}<extra>%{fullData.name}</extra>",
    )
