"""Rates of many models one below the other, each with its 95% interval, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison.figures.theme import COLOURS, GREY, SYMBOLS, axis, finish, rate_axis, scatter
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.core.wording import MeasuredRate

ROW_PX = 26
FRAME_PX = 110
"""Height of what stands above and below the rows."""
LONGEST_NAME = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart."""

    name: str
    rate: MeasuredRate
    is_marked: bool = False


def interval_bars(
    bars: Sequence[Bar], *, title: str, marked: str, unmarked: str
) -> dict[str, Any] | None:
    """Draw each rate as a point with its interval; ``marked`` and ``unmarked`` name the two kinds.

    No error at all is drawn at its upper bound, with a line down to the edge.
    """
    drawn = [bar for bar in bars if bar.rate.value is not None]
    if not drawn:
        return None
    lowest = min(_low(bar) for bar in drawn) * 0.8
    highest = min(max(bar.rate.high or _value(bar) for bar in drawn) * 1.25, 1.1)
    places = list(range(len(drawn)))
    traces = [
        _trace(drawn, [at for at in places if drawn[at].is_marked == kind], lowest, name, kind)
        for kind, name in ((True, marked), (False, unmarked))
    ]
    return finish(
        [trace for trace in traces if trace["y"]],
        x=rate_axis(title, lowest, highest),
        y=axis(
            "",
            tickvals=places,
            ticktext=[_short(bar.name) for bar in drawn],
            range=[len(drawn) - 0.5, -0.5],
            ticks="",
        ),
        height=FRAME_PX + ROW_PX * len(drawn),
    )


def _trace(
    bars: Sequence[Bar], places: Sequence[int], lowest: float, name: str, is_marked: bool
) -> dict[str, Any]:
    chosen = [bars[at] for at in places]
    values = [_value(bar) for bar in chosen]
    colour = COLOURS[0] if is_marked else GREY
    return scatter(
        x=values,
        y=list(places),
        mode="markers",
        name=name,
        text=[
            f"{bar.name}: {wording.rate(bar.rate)} ({wording.interval(bar.rate)})" for bar in chosen
        ],
        hovertemplate="%{text}<extra></extra>",
        marker={"color": colour, "symbol": SYMBOLS[0 if is_marked else 2], "size": 10},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [
                max((bar.rate.high or value) - value, 0.0)
                for bar, value in zip(chosen, values, strict=True)
            ],
            "arrayminus": [
                value - max(bar.rate.low or 0.0, lowest)
                for bar, value in zip(chosen, values, strict=True)
            ],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
    )


def _value(bar: Bar) -> float:
    """Return where a rate is drawn: no error at all stands at its upper bound."""
    return bar.rate.value or bar.rate.high or 1.0


def _low(bar: Bar) -> float:
    return bar.rate.low or _value(bar) / 3


def _short(name: str) -> str:
    """Return a name that leaves room for the drawing; the table has it whole."""
    return (
        name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}\N{HORIZONTAL ELLIPSIS}"
    )
