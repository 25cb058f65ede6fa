"""Small multiples: one plot for each model, below one another over one common axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.figures.theme import COLOURS, HEIGHT_PX, TEXT, as_text, finish

if TYPE_CHECKING:
    from collections.abc import Sequence

PLOT_PX = 150
GAP_PX = 42
"""Between two plots; the name of the lower one stands in it."""
MARGINS_PX = 140
LEGEND_ABOVE = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}


def axis_key(place: int) -> str:
    """Return the name of a plot's own axis as traces have it: "y", "y2" ..."""
    return "y" if place == 0 else f"y{place + 1}"


def stacked(
    names: Sequence[str],
    traces: Sequence[dict[str, Any]],
    *,
    x: dict[str, Any],
    y: dict[str, Any],
    are_coloured: bool = True,
    **layout: Any,
) -> dict[str, Any]:
    """Return the figure of one plot for each name; a trace says by its ``yaxis`` in which it is.

    The first name stands on top. All plots have the same two axes. ``are_coloured``
    says that the names are those of models, in their colours.
    """
    inner = len(names) * PLOT_PX + (len(names) - 1) * GAP_PX
    axes, titles = {}, []
    for place, name in enumerate(names):
        top = 1 - place * (PLOT_PX + GAP_PX) / inner
        axes[place] = y | {"domain": [max(0.0, top - PLOT_PX / inner), top]}
        titles.append(_title(name, COLOURS[place % len(COLOURS)] if are_coloured else TEXT, top))
    more = {f"yaxis{place + 1}": one for place, one in axes.items() if place}
    return finish(
        traces,
        x=x | {"anchor": axis_key(len(names) - 1)},
        y=axes[0],
        **(
            {
                "height": max(HEIGHT_PX, inner + MARGINS_PX),
                "showlegend": True,
                "legend": LEGEND_ABOVE,
                "margin": {"l": 70, "r": 20, "t": 70, "b": 60},
                "annotations": titles,
            }
            | more
            | layout
        ),
    )


def _title(name: str, colour: str, top: float) -> dict[str, Any]:
    return {
        "text": as_text(name),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": top,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
        "font": {"color": colour, "size": 14, "weight": 700},
    }
