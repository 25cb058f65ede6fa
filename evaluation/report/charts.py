"""Charts as SVG text: no fonts, scripts or network, the same bytes for the same result."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from evaluation.metrics.evidence import format_target
from evaluation.report.markup import Html, element, join

if TYPE_CHECKING:
    from evaluation.results import ScoreHistogram, VerificationResult

_BLUE, _ORANGE, _GREY, _DARK = "#1d70b8", "#b35500", "#e8e8e8", "#0b0c0c"
STYLE = {
    "svg.hashsalt": "assay",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["arial", "DejaVu Sans"],
    "font.size": 11,
    "path.simplify": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_SIZE_INCHES = (7.2, 4.6)
_LEAST_DRAWN = 1e-9


def det_chart(result: VerificationResult, *, anchor: str) -> Html:
    """FNMR against FMR on logarithmic axes, with its 95% band and operating points.

    Parameters
    ----------
    result : VerificationResult
    anchor : str
        Prefix of the ids of the chart's title and description, unique in the page.

    Returns
    -------
    Html
        An ``svg`` element with title and description.
    """
    with mpl.rc_context(STYLE):
        figure, axes = new_figure()
        _draw_det(axes, result)
        svg = svg_text(figure)
    shown = [
        f"at FMR {format_target(point.target_fmr)} FNMR is {point.fnmr.value * 100:.2f}%"
        for point in result.operating_points
        if point.fnmr is not None
    ]
    description = (
        "Line falling from left to right: the lower the false match rate, the higher the "
        "false non-match rate. " + "; ".join(shown) + ". The same numbers stand in the table."
    )
    return described(svg, f"DET curve of {result.title}", description, anchor=anchor)


def score_chart(result: VerificationResult, *, anchor: str) -> Html:
    """Share of mated and of non-mated comparisons by score.

    Parameters
    ----------
    result : VerificationResult
    anchor : str
        Prefix of the ids of the chart's title and description, unique in the page.

    Returns
    -------
    Html
        An ``svg`` element with title and description.
    """
    with mpl.rc_context(STYLE):
        figure, axes = new_figure()
        _draw_scores(axes, result.scores)
        svg = svg_text(figure)
    description = (
        "Two distributions: non-mated comparisons, drawn dashed, at lower scores and mated "
        f"comparisons, drawn solid, at higher scores. They meet near {result.eer_threshold:.3f}."
    )
    return described(svg, f"Scores of {result.title}", description, anchor=anchor)


def new_figure() -> tuple[Figure, Any]:
    """Return an empty figure of the one size, and its axes."""
    figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.add_subplot()


def _draw_det(axes: Any, result: VerificationResult) -> None:
    curve = result.curve
    drawn = [k for k in range(len(curve.fmr)) if curve.fmr[k] > 0]
    fmr = [curve.fmr[k] for k in drawn]
    lowest = max(_LEAST_DRAWN, 0.3 / result.n_mated)
    fnmr = [max(curve.fnmr[k], lowest) for k in drawn]
    low = [max(curve.fnmr_low[k], lowest) for k in drawn]
    high = [max(curve.fnmr_high[k], lowest) for k in drawn]
    right = min(1.0, 30 / result.n_non_mated)
    axes.axvspan(result.smallest_printable_fmr, right, color=_GREY, lw=0, label="indicative")
    axes.fill_between(fmr, low, high, color=_BLUE, alpha=0.2, lw=0, label="95% interval")
    axes.plot(fmr, fnmr, color=_BLUE, lw=2, label="FNMR")
    points = [
        (point.fmr.value, max(point.fnmr.value, lowest))
        for point in result.operating_points
        if point.fmr is not None and point.fnmr is not None and point.fmr.errors
    ]
    axes.plot(
        [fmr for fmr, _ in points],
        [fnmr for _, fnmr in points],
        "o",
        color=_DARK,
        ms=6,
        label="operating points",
    )
    axes.set(xscale="log", yscale="log", xlim=(result.smallest_printable_fmr, 1))
    axes.set_ylim(lowest, 1)
    axes.set(xlabel="False match rate (FMR)", ylabel="False non-match rate (FNMR)")
    percent = FuncFormatter(lambda value, _: format_target(value))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(percent)
        axis.set_minor_locator(NullLocator())
    axes.grid(visible=True, color="#d0d0d0", lw=0.6)
    axes.legend(loc="upper right", frameon=True, framealpha=1, edgecolor="none")


def _draw_scores(axes: Any, scores: ScoreHistogram) -> None:
    for label, counts, colour, dash in (
        ("non-mated", scores.non_mated, _ORANGE, "--"),
        ("mated", scores.mated, _BLUE, "-"),
    ):
        total = max(1, sum(counts))
        shares = [count / total for count in counts]
        axes.stairs(shares, scores.edges, color=colour, lw=2, ls=dash, label=label)
    axes.set(xlabel="Comparison score (higher is more alike)", ylabel="Share of comparisons")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g}%"))
    axes.set_ylim(bottom=0)
    axes.legend(loc="best", frameon=False)


def svg_text(figure: Figure) -> str:
    """Draw a figure as a standalone SVG file."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg")
    return stream.getvalue()


def described(svg: str, title: str, description: str, *, anchor: str) -> Html:
    """Make a standalone SVG file part of a page, with words for those who cannot see it."""
    viewbox = re.search(r'viewBox="([^"]*)"', svg)
    start = re.search(r"<svg[^>]*>", svg)
    if viewbox is None or start is None:
        raise ValueError("matplotlib wrote no svg element")
    # The metadata hold the time of drawing.
    drawing = re.sub(r"<metadata>.*?</metadata>", "", svg[start.end() :], flags=re.DOTALL)
    drawing = drawing[: drawing.rindex("</svg>")]
    # Two charts of one page would otherwise share ids for their clip paths.
    drawing = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{anchor}-", drawing)
    words = join(
        [
            element("title", title, id=f"{anchor}-title"),
            element("desc", description, id=f"{anchor}-desc"),
        ]
    )
    return Html(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{viewbox.group(1)}" role="img" '
        f'aria-labelledby="{anchor}-title {anchor}-desc">{words.text}{drawing}</svg>'
    )
