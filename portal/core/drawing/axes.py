"""Axes of a picture: where each plot lies, its scale, its marks and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FuncFormatter, NullLocator

from portal.core import wording
from portal.core.drawing.words import points, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Layout = dict[str, Any]
LETTER_PX, MARK_PX = 7.6, 24
"""Of a letter of a mark, and of the mark itself."""
_PERCENT = re.compile(r"^\.(\d)(~?)%$")


@dataclass(frozen=True, slots=True)
class Plots:
    """The plots of a picture by the name of their vertical axis, and the paper below them."""

    paper: Axes
    by_key: Mapping[str, Axes]
    layout: Layout

    def of(self, trace: Mapping[str, Any]) -> Axes:
        return self.by_key[str(trace.get("yaxis", "y"))]

    def is_log(self, letter: str, key: str = "") -> bool:
        return bool(self.layout[_name(key or letter)].get("type") == "log")

    def finish(self) -> None:
        """Set scales and marks, once everything is drawn that they follow from."""
        lowest = self.layout["xaxis"].get("anchor", "y")
        for key, axes in self.by_key.items():
            vertical = self.layout[_name(key)]
            _set_axis(axes.xaxis, axes.set_xscale, axes.set_xlim, self.layout["xaxis"])
            _set_axis(axes.yaxis, axes.set_yscale, axes.set_ylim, vertical)
            if vertical.get("rangemode") == "tozero" and "range" not in vertical:
                axes.set_ylim(bottom=0)
            if key != lowest and len(self.by_key) > 1:
                axes.set_xlabel("")
                axes.tick_params(labelbottom=False)
            axes.grid(visible=True, color="#dcdedf", lw=0.6)
            axes.set_axisbelow(True)
        _share_range(list(self.by_key.values()), self.layout["xaxis"])


def set_axes(
    figure: Figure,
    layout: Layout,
    traces: Sequence[Mapping[str, Any]],
    margin: Mapping[str, float],
    height: float,
) -> Plots:
    """Return empty plots for every vertical axis that a trace names."""
    width = figure.get_figwidth() * figure.dpi
    left, right = margin["l"] / width, 1 - margin["r"] / width
    bottom, top = margin["b"] / height, 1 - margin["t"] / height
    paper = figure.add_axes((left, bottom, right - left, top - bottom))
    paper.set_axis_off()
    paper.set_zorder(10)  # names lie over the plots
    keys = dict.fromkeys(["y", *(str(trace.get("yaxis", "y")) for trace in traces)])
    plots = {}
    for key in keys:
        low, high = layout[_name(key)].get("domain", (0.0, 1.0))
        box = (left, bottom + low * (top - bottom), right - left, (high - low) * (top - bottom))
        plots[key] = figure.add_axes(box)
    return Plots(paper, plots, layout)


def room_for_marks(layout: Layout, traces: Sequence[Mapping[str, Any]]) -> float:
    """Return how many pixels the words beside the vertical axes take."""
    said = [text for key, one in layout.items() if key.startswith("yaxis")
            for text in one.get("ticktext", ())]  # fmt: skip
    said += [text for trace in traces for text in trace["y"] if isinstance(text, str)]
    return MARK_PX + LETTER_PX * max((len(spoken(text)) for text in said), default=0)


def _name(key: str) -> str:
    """Return the layout's name of an axis: "y2" is "yaxis2"."""
    return f"{key[0]}axis{key[1:]}"


def _set_axis(
    axis: Any, set_scale: Callable[[str], None], set_limits: Callable[..., Any], wanted: Layout
) -> None:
    is_log = wanted.get("type") == "log"
    if is_log:
        set_scale("log")
        axis.set_minor_locator(NullLocator())
    if "range" in wanted:
        set_limits(*(10**end if is_log else end for end in wanted["range"]))
    if "tickvals" in wanted:
        said = wanted.get("ticktext") or [wording.grouped(mark) for mark in wanted["tickvals"]]
        axis.set_ticks(wanted["tickvals"], [spoken(text) for text in said])
    elif not axis.have_units():
        axis.set_major_formatter(FuncFormatter(_format(str(wanted.get("tickformat", "")))))
    if wanted.get("autorange") == "reversed":
        axis.set_inverted(True)
    title = wanted.get("title", {})
    axis.set_label_text(spoken(title.get("text", "")), size=points(15))
    axis.set_tick_params(labelsize=points(14), color="#505a5f")


def _format(wanted: str) -> Callable[[float, int], str]:
    found = _PERCENT.match(wanted)
    if not found:
        return lambda value, _: wording.grouped(round(value, 6))
    digits, trims = int(found[1]), bool(found[2])

    def percent(value: float, _: int) -> str:
        text = f"{value * 100:.{digits}f}"
        return f"{text.rstrip('0').rstrip('.') if trims and '.' in text else text}%"

    return percent


def _share_range(plots: Sequence[Axes], wanted: Layout) -> None:
    """Give plots over one common axis one range of it."""
    if "range" in wanted or len(plots) < 2:
        return
    ends = [plot.get_xlim() for plot in plots]
    for plot in plots:
        plot.set_xlim(min(low for low, _ in ends), max(high for _, high in ends))
