"""How every chart looks: one palette, one font, no chrome; told apart without colour too."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

from portal.core.wording import short_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

# Okabe and Ito's hues for colour-blind readers, darkened until a name in them is readable on white.
COLOURS = ("#0072B2", "#C04E00", "#007A5A", "#A23E7E", "#000000", "#8A6800")
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
        "title": {"text": title, "font": {"size": 15, "color": TEXT}, "standoff": 12},
        "gridcolor": GRID,
        "linecolor": GREY,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": GREY,
        "automargin": True,
        "fixedrange": True,
    } | more


def rate_axis(title: str, low: float, high: float, *, gutter: float = 0.0) -> dict[str, Any]:
    """Return a logarithmic axis of rates from ``low`` to ``high``, marked in percentages.

    ``gutter`` is room before ``low``, as a part of the whole axis, where nothing is drawn.
    """
    first, last = math.log10(low), math.log10(high)
    marks = round_marks(low, min(high, 1.0)) if high / low < 50 else _decades(low, high)
    return axis(
        title,
        type="log",
        range=[first - (last - first) * gutter / (1 - gutter), last],
        tickvals=marks,
        ticktext=[short_percent(mark) for mark in marks],
    )


def _decades(low: float, high: float) -> list[float]:
    return [mark for mark in (10.0**power for power in range(-9, 4)) if low <= mark <= high]


def round_marks(low: float, high: float) -> list[float]:
    """Return the marks of a logarithmic axis: 1, 2 and 5 of each power of ten, or fewer."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    bases = (1, 2, 5) if high / low < 1_000 else (1,)
    marks = [float(base * 10**power) for power in powers for base in bases]
    return [mark for mark in marks if low <= mark <= high]


def rounded(values: Sequence[float], figures: int = 4) -> list[float]:
    """Return the values with four significant figures: a chart shows no more, and pages load."""
    return [float(f"{value:.{figures}g}") for value in values]


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return ascending heights pushed apart by at least ``gap``, none above 1."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap) if placed else height)
    ceiling = 1.0
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = min(placed[place], ceiling)
        ceiling = placed[place] - gap
    return placed


def wide_label(text: str, colour: str, **more: Any) -> dict[str, Any]:
    """Return a direct label; narrow screens leave it out and show a legend instead."""
    return {
        "name": "wide",
        "text": as_text(text),
        "showarrow": False,
        "yanchor": "middle",
        "font": {"color": colour, "size": 14},
    } | more


def as_text(words: str) -> str:
    """Return words that people entered as a chart shows them: it would read tags in them."""
    return html.escape(words, quote=False)


def scatter(**fields: Any) -> dict[str, Any]:
    """Return a trace of points or of a line, in Plotly's own words."""
    named = {"name": as_text(fields["name"])} if "name" in fields else {}
    return {"type": "scatter"} | fields | named


def finish(
    traces: Sequence[dict[str, Any]], *, x: dict[str, Any], y: dict[str, Any], **layout: Any
) -> dict[str, Any]:
    """Return a figure as plain data for the browser.

    Tests have Plotly check the figures: to do so for each page took longer than all else of it.
    """
    frame: dict[str, Any] = {
        "xaxis": x,
        "yaxis": y,
        "height": HEIGHT_PX,
        "margin": {"l": 70, "r": 20, "t": 20, "b": 60},
        "font": {"family": FONT, "size": 14, "color": TEXT},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "hovermode": "closest",
        "showlegend": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
        },
    }
    return {"data": list(traces), "layout": frame | layout}
