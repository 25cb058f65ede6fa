"""Lines, names and the legend that stand over the plots of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Transform, blended_transform_factory

from portal.core.drawing.traces import DASHES, look_of
from portal.core.drawing.words import colour, points, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.figure import Figure

    from portal.core.drawing.axes import Plots

LEGEND_COLUMNS = 3


def draw_shapes(plots: Plots, shapes: Iterable[Mapping[str, Any]]) -> None:
    """Draw the straight lines that mark a threshold or a target."""
    for shape in shapes:
        line = shape["line"]
        axes = _plot(plots, shape)
        axes.add_artist(
            Line2D(
                [shape["x0"], shape["x1"]],
                [shape["y0"], shape["y1"]],
                color=colour(line["color"]),
                lw=points(line["width"]),
                linestyle=DASHES[line.get("dash", "solid")],
                transform=_where(plots, shape),
                zorder=2 if shape.get("layer") == "below" else 4,
            )
        )


def draw_notes(plots: Plots, notes: Iterable[Mapping[str, Any]]) -> None:
    """Write names and values, each tied to its point by a line where it stands apart."""
    for note in notes:
        is_tied = bool(note.get("showarrow"))
        shift = (
            (note.get("ax", 0), -note.get("ay", 0))
            if is_tied
            else (note.get("xshift", 0), note.get("yshift", 0))
        )
        font = note.get("font", {})
        plots.paper.annotate(
            spoken(note["text"]),
            xy=_point(plots, note),
            xycoords=_where(plots, note),
            xytext=(points(shift[0]), points(shift[1])),
            textcoords="offset points",
            ha=note.get("xanchor", "center").replace("auto", "center"),
            va=note.get("yanchor", "middle").replace("middle", "center").replace("auto", "center"),
            color=colour(font.get("color", "#0b0c0c")),
            size=points(font.get("size", 14)),
            weight=font.get("weight", "normal"),
            arrowprops=_tie(note) if is_tied and shift != (0, 0) else None,
            annotation_clip=False,
            zorder=6,
        )


def draw_legend(
    figure: Figure, plots: Plots, traces: Sequence[Mapping[str, Any]], *, title: str
) -> None:
    """Name the lines above the plots."""
    named = [one for one in traces if one.get("name") and one.get("showlegend", True)]
    if not named:
        return
    box = plots.paper.get_position()
    height = figure.get_figheight() * figure.dpi
    figure.legend(
        [_sample(one) for one in named],
        [spoken(one["name"]) for one in named],
        loc="upper left",
        bbox_to_anchor=(box.x0 - 0.01, 1 - (36 if title else 4) / height),
        ncols=min(LEGEND_COLUMNS, len(named)),
        fontsize=points(14),
        frameon=False,
        borderaxespad=0,
    )


def _sample(trace: Mapping[str, Any]) -> Any:
    if trace["type"] == "bar":
        painted = trace.get("marker", {}).get("color", "#0072B2")
        return Patch(color=colour(painted[0] if isinstance(painted, list) else painted))
    return Line2D([], [], **look_of(trace) | {"drawstyle": "default"})


def _tie(note: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arrowstyle": "-",
        "color": colour(note.get("arrowcolor", "#505a5f")),
        "lw": points(note.get("arrowwidth", 1)),
        "shrinkB": 4,
    }


def _plot(plots: Plots, one: Mapping[str, Any]) -> Any:
    key = str(one.get("yref", "y")).removesuffix(" domain")
    return plots.by_key.get(key, next(iter(plots.by_key.values())))


def _where(plots: Plots, one: Mapping[str, Any]) -> Transform:
    """Return the coordinates of both directions: of the data, of one plot or of the paper."""
    plot, paper = _plot(plots, one), plots.paper.transAxes
    xref, yref = str(one.get("xref", "x")), str(one.get("yref", "y"))
    across = paper if xref == "paper" else plot.transData
    along = plot.transAxes if yref.endswith(" domain") else plot.transData
    return blended_transform_factory(across, paper if yref == "paper" else along)


def _point(plots: Plots, note: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return where a note points; on a logarithmic axis Plotly gives the power of ten."""
    x, y = note["x"], note["y"]
    if note.get("xref", "x") == "x" and plots.is_log("x"):
        x = 10**x
    yref = str(note.get("yref", "y"))
    if yref in plots.by_key and plots.is_log("y", yref):
        y = 10**y
    return x, y
