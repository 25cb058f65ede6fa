"""Accuracy against speed: one point per model, with the interval of its error rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from portal.comparison.figures.front import front_line, front_sentence, on_front
from portal.comparison.figures.theme import (
    COLOURS,
    SYMBOLS,
    axis,
    finish,
    rate_axis,
    round_marks,
    scatter,
    spread,
    wide_label,
)
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement

    Found = tuple[int, MeasuredModel, Measurement, float]

LABEL_GAP = 0.055
"""Least distance of two labels, as a part of the axis's height."""
LABEL_LENGTH = 0.2
"""Length of a label, as a part of the axis's length."""
PLOT_HEIGHT_PX = 400
ROOM_LEFT, ROOM_RIGHT = 1.6, 6.0
"""How far the axis runs beyond the slowest and the fastest model; right of it stands a name."""
HIGHEST = 1.6
"""Where the axis of rates ends, so that points near 100% have room for their names."""


def accuracy_speed_chart(models: Sequence[MeasuredModel], basis: Basis) -> Chart | None:
    """Return misses at the operating point against images a second; up is worse, right faster."""
    found: list[Found] = []
    for place, model in enumerate(models):
        rate = model.missed(basis)
        speed = model.find("offline_samples_per_second")
        if rate and speed and rate.value is not None and speed.value:
            found.append((place, model, rate, speed.value))
    if not found:
        return None
    speeds = [speed for *_, speed in found]
    lowest = min(_lower_end(rate) for _, _, rate, _ in found)
    marks = round_marks(min(speeds) / ROOM_LEFT, max(speeds) * ROOM_RIGHT)
    heights = [_height(rate, lowest) for _, _, rate, _ in found]
    drawn = [_drawn_value(rate) for _, _, rate, _ in found]
    front = on_front(drawn, speeds)
    figure = finish(
        [
            *([front_line(front, drawn, speeds)] if len(front) > 1 else []),
            *(_point(place, model, rate, speed, basis) for place, model, rate, speed in found),
        ],
        x=axis(
            "Images a second",
            type="log",
            range=[math.log10(min(speeds) / ROOM_LEFT), math.log10(max(speeds) * ROOM_RIGHT)],
            tickvals=marks,
            ticktext=[wording.grouped(mark) for mark in marks],
        ),
        y=rate_axis(f"{basis.rates.missed_name} (lower is better)", lowest, HIGHEST),
        annotations=_labels(found, heights),
        meta={
            "narrowRange": [
                math.log10(min(speeds) / ROOM_LEFT),
                math.log10(max(speeds) * ROOM_LEFT),
            ]
        },
    )
    return Chart(
        name="chart-accuracy-speed",
        title="Accuracy against speed",
        sentence=_sentence(found, front, basis),
        figure=figure,
        table=_table(found, front, basis),
    )


def _sentence(found: Sequence[Found], front: Sequence[int], basis: Basis) -> str:
    fastest = max(found, key=lambda one: one[3])
    return (
        f"{_operating_point(basis)} against speed:"
        f" {fastest[1].name} is the fastest of these with {wording.grouped(fastest[3])} images"
        f" a second and misses {wording.rate(fastest[2])}."
        f"{front_sentence([found[place][1].name for place in front], len(found))}"
    )


def _table(found: Sequence[Found], front: Sequence[int], basis: Basis) -> Table:
    rows = tuple(
        (
            model.name,
            wording.rate(rate),
            wording.interval(rate),
            wording.grouped(speed),
            "No" if place in front else "Yes",
        )
        for place, (_, model, rate, speed) in enumerate(found)
    )
    said = (
        "Model",
        basis.rates.missed,
        "95% interval",
        "Images a second",
        "Another is better in both",
    )
    return Table(f"{_operating_point(basis)}, and speed", said, rows)


def _operating_point(basis: Basis) -> str:
    return f"{basis.operating_point} {basis.target_words}"


def _drawn_value(rate: Measurement) -> float:
    """Return where a rate is drawn: no error at all stands at its upper bound."""
    return rate.value or rate.high or 1.0


def _lower_end(rate: Measurement) -> float:
    return (rate.low or _drawn_value(rate)) * 0.7


def _height(rate: Measurement, lowest: float) -> float:
    """Return the height of a rate as a part of the logarithmic axis."""
    above = math.log10(_drawn_value(rate) / lowest)
    return above / math.log10(HIGHEST / lowest)


def _labels(found: Sequence[Found], heights: Sequence[float]) -> list[dict[str, Any]]:
    """Return each model's name right of its point, tied to it by a line where it had to move."""
    speeds = [math.log10(speed) for *_, speed in found]
    axis_length = max(speeds) - min(speeds) + math.log10(ROOM_RIGHT * ROOM_LEFT)
    labels = []
    for crowd in crowds(speeds, axis_length * LABEL_LENGTH):
        order = sorted(crowd, key=lambda at: heights[at])
        placed = spread([heights[at] for at in order], LABEL_GAP)
        labels += [
            _label(found[at], round((heights[at] - height) * PLOT_HEIGHT_PX))
            for height, at in zip(placed, order, strict=True)
        ]
    return labels


def crowds(places: Sequence[float], reach: float) -> list[list[int]]:
    """Return the indices in groups whose labels may meet: each within reach of the next."""
    groups: list[list[int]] = []
    for at in sorted(range(len(places)), key=lambda at: places[at]):
        if groups and places[at] - places[groups[-1][-1]] < reach:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _label(one: Found, moved_px: int) -> dict[str, Any]:
    place, model, rate, speed = one
    return wide_label(
        model.name,
        COLOURS[place],
        x=math.log10(speed),
        y=math.log10(_drawn_value(rate)),
        ax=24,
        ay=moved_px,
        xanchor="left",
        showarrow=True,
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=COLOURS[place],
    )


def _point(
    place: int, model: MeasuredModel, rate: Measurement, speed: float, basis: Basis
) -> dict[str, Any]:
    value = _drawn_value(rate)
    up = (rate.high if rate.high is not None else value) - value
    down = value - (rate.low if rate.low else value)
    return scatter(
        x=[speed],
        y=[value],
        mode="markers",
        name=model.name,
        marker={"color": COLOURS[place], "symbol": SYMBOLS[place], "size": 12},
        error_y={
            "type": "data",
            "array": [up],
            "arrayminus": [down],
            "color": COLOURS[place],
            "thickness": 1.5,
            "width": 6,
        },
        hovertemplate=(
            f"%{{x:.0f}} images a second, {basis.rates.missed} %{{y:.2%}}"
            "<extra>%{fullData.name}</extra>"
        ),
    )
