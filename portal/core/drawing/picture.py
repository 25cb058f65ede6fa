"""From a figure's data to the bytes of a picture."""

from __future__ import annotations

import io
import threading
from enum import StrEnum
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from portal.core.drawing.axes import room_for_marks, set_axes
from portal.core.drawing.notes import draw_legend, draw_notes, draw_shapes
from portal.core.drawing.traces import draw_trace

PX_PER_INCH = 100
WIDTH_PX = 960
MARGIN_PX = {"l": 90, "r": 30, "t": 24, "b": 80}
"""At least this much around the plots, for words that the browser would make room for."""
SHARPNESS_DPI = 200
STYLE = {
    "svg.hashsalt": "assay",
    "svg.fonttype": "path",
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Liberation Sans", "DejaVu Sans"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify": False,
}
_STYLE_LOCK = threading.Lock()  # the style is the whole process's, and web threads are many


class Kind(StrEnum):
    PNG = "png"
    SVG = "svg"


def picture(figure: dict[str, Any], kind: Kind, *, title: str = "") -> bytes:
    """Return a figure as a picture; the same figure always gives the same bytes.

    Parameters
    ----------
    figure : dict
        Plotly's ``data`` and ``layout``, as ``portal.core.charts.Chart`` holds it.
    kind : Kind
        PNG with 200 dots an inch, or SVG whose letters are outlines, which needs no fonts.
    title : str
        Stands above the chart, for a picture that leaves its page.
    """
    stream = io.BytesIO()
    with _STYLE_LOCK, mpl.rc_context(STYLE):
        drawn = _drawn(figure["data"], figure["layout"], title)
        metadata = {"Date": None} if kind is Kind.SVG else {"Software": None}
        drawn.savefig(stream, format=kind.value, dpi=SHARPNESS_DPI, metadata=metadata)
    return stream.getvalue()


def _drawn(traces: list[dict[str, Any]], layout: dict[str, Any], title: str) -> Figure:
    margin = {side: max(px, layout["margin"].get(side, 0)) for side, px in MARGIN_PX.items()}
    margin["l"] = max(margin["l"], room_for_marks(layout, traces))
    margin["t"] += 34 if title else 0
    height = layout["height"] + (34 if title else 0)
    figure = Figure(figsize=(WIDTH_PX / PX_PER_INCH, height / PX_PER_INCH), dpi=PX_PER_INCH)
    FigureCanvasAgg(figure)
    plots = set_axes(figure, layout, traces, margin, height)
    for place, trace in enumerate(traces):
        draw_trace(plots.of(trace), trace, place)
    plots.finish()
    draw_shapes(plots, layout.get("shapes", ()))
    draw_notes(plots, layout.get("annotations", ()))
    if layout.get("showlegend"):
        draw_legend(figure, plots, traces, title=title)
    if title:
        left = margin["l"] / WIDTH_PX
        figure.text(left, 1 - 8 / height, title, size=12, weight="bold", va="top")
    return figure
