"""How every chart looks: one palette, one font, no chrome; told apart without colour too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

if TYPE_CHECKING:
    from collections.abc import Sequence

# Okabe and Ito's palette for colour-blind readers, without its yellow, which is faint on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")
TEXT = "#0b0c0c"
GREY = "#505a5f"
GRID = "#dcdedf"
FONT = "Arial, Helvetica, sans-serif"
HEIGHT_PX = 480


def band_colour(colour: str) -> str:
    """Return the colour of an interval's band: the line's, faint."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis with its title in words."""
    return {
        "title": {"text": title, "font": {"size": 15, "color": TEXT}},
        "gridcolor": GRID,
        "linecolor": GREY,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": GREY,
        "automargin": True,
        "fixedrange": True,
    } | more


def rate_axis(title: str, low: float, high: float) -> dict[str, Any]:
    """Return a logarithmic axis of rates from ``low`` to ``high``, marked in percentages."""
    marks = {10.0**power: f"{10.0 ** (power + 2):.6f}" for power in range(-7, 1)}
    words = {value: text.rstrip("0").rstrip(".") + "%" for value, text in marks.items()}
    words |= {0.5: "50%", 0.2: "20%"} if low > 0.02 else {}
    return axis(
        title,
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickvals=list(words),
        ticktext=list(words.values()),
    )


def finish(
    traces: Sequence[Any], *, x: dict[str, Any], y: dict[str, Any], **layout: Any
) -> dict[str, Any]:
    """Return a checked figure as plain data for the browser."""
    figure = go.Figure(
        data=list(traces),
        layout={
            "xaxis": x,
            "yaxis": y,
            "height": HEIGHT_PX,
            "margin": {"l": 70, "r": 20, "t": 20, "b": 60},
            "font": {"family": FONT, "size": 14, "color": TEXT},
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "hovermode": "closest",
            "showlegend": False,
            "legend": {"orientation": "h", "y": -0.25, "x": 0, "yanchor": "top"},
        }
        | layout,
    )
    plain: dict[str, Any] = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return plain
