"""Lines, bands, marks and bars of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.core.drawing.words import colour, points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    Trace = Mapping[str, Any]

DASHES: dict[str, Any] = {
    "solid": "-",
    "dash": (0, (5, 2.5)),
    "dot": (0, (1.2, 1.8)),
    "dashdot": (0, (5, 2, 1.2, 2)),
    "longdash": (0, (9, 3)),
    "longdashdot": (0, (9, 3, 1.2, 3)),
}
SYMBOLS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "x": "X",
    "cross": "P",
    "star": "*",
}
STEPS = {"hv": "steps-post", "vh": "steps-pre"}
STEPS_OF_FILL: dict[str, Any] = {"hv": "post", "vh": "pre"}


def draw_trace(axes: Axes, trace: Trace, place: int) -> None:
    """Draw one trace; later ones lie on top."""
    order = 3 + place / 100
    if trace["type"] == "bar":
        _bars(axes, trace, order)
        return
    if trace.get("fill") in ("toself", "tozeroy"):
        _fill(axes, trace, order)
    mode = trace.get("mode", "lines")
    if "error_x" in trace or "error_y" in trace:
        _errors(axes, trace, order)
    if trace.get("line", {}).get("width") != 0 or "markers" in mode:
        axes.plot(trace["x"], trace["y"], zorder=order, **look_of(trace))


def look_of(trace: Trace) -> dict[str, Any]:
    """Return how the line and the marks of a trace look."""
    mode, line, marker = trace.get("mode", "lines"), trace.get("line", {}), trace.get("marker", {})
    look: dict[str, Any] = {
        "color": colour(str(line.get("color") or marker.get("color") or "#000000")),
        "linestyle": "none",
        "drawstyle": STEPS.get(line.get("shape", ""), "default"),
    }
    if "lines" in mode:
        look |= {"linestyle": DASHES[line.get("dash", "solid")], "lw": points(line.get("width", 2))}
    if "markers" in mode:
        symbol = str(marker.get("symbol", "circle"))
        look |= {
            "marker": SYMBOLS.get(symbol.removesuffix("-open"), "o"),
            "ms": points(marker.get("size", 6)),
        }
        if symbol.endswith("-open"):
            look["markerfacecolor"] = "white"
    return look


def _fill(axes: Axes, trace: Trace, order: float) -> None:
    look: dict[str, Any] = {"facecolor": colour(trace["fillcolor"]), "lw": 0, "zorder": order - 1}
    if trace["fill"] == "toself":
        axes.fill(trace["x"], trace["y"], **look)
        return
    step = STEPS_OF_FILL.get(trace.get("line", {}).get("shape", ""))
    axes.fill_between(trace["x"], trace["y"], step=step, **look)


def _errors(axes: Axes, trace: Trace, order: float) -> None:
    sizes: dict[str, Any] = {}
    look: dict[str, Any] = {}
    for name in ("x", "y"):
        if given := trace.get(f"error_{name}"):
            sizes[f"{name}err"] = [given.get("arrayminus", given["array"]), given["array"]]
            look = {
                "ecolor": colour(given.get("color", trace.get("marker", {}).get("color", "black"))),
                "elinewidth": points(given.get("thickness", 2)),
                "capsize": points(given.get("width", 4)) / 1.5,
            }
    axes.errorbar(trace["x"], trace["y"], fmt="none", zorder=order, **sizes, **look)


def _bars(axes: Axes, trace: Trace, order: float) -> None:
    painted = trace.get("marker", {}).get("color", "#0072B2")
    shade = [colour(one) for one in painted] if isinstance(painted, list) else colour(painted)
    look: dict[str, Any] = {"color": shade, "zorder": order}
    if trace.get("orientation") == "h":
        axes.barh(trace["y"], trace["x"], left=trace.get("base"), **look)
    else:
        axes.bar(trace["x"], trace["y"], bottom=trace.get("base"), **look)
