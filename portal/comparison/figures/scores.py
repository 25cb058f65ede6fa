"""One model's scores: where mated and non-mated comparisons lie, and the thresholds between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.basis import target_words
from portal.comparison.figures.multiples import LEGEND_ABOVE
from portal.comparison.figures.theme import COLOURS, GREY, axis, band_colour, finish, scatter
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel

TABLE_ROWS = 20


def score_chart(
    model: MeasuredModel, points: dict[str, list[float]] | None, basis: Basis
) -> Chart | None:
    """Return the distribution of one-to-one scores; shares, because non-mated far outnumber."""
    if not points:
        return None
    mated, non_mated = shares_of(points["mated"]), shares_of(points["non_mated"])
    edges = points["edges"]
    point = model.missed(basis)
    threshold = point.threshold if point else None
    figure = finish(
        [
            steps("Different people", edges, non_mated, COLOURS[1], "dash"),
            steps("Same person", edges, mated, COLOURS[0], "solid"),
        ],
        x=axis("Comparison score (higher is more alike)"),
        y=axis("Share of comparisons", tickformat=".1~%", rangemode="tozero"),
        shapes=[] if threshold is None else [threshold_line(threshold)],
        annotations=[] if threshold is None else [_threshold_label(threshold, edges)],
        showlegend=True,
        legend=LEGEND_ABOVE,
    )
    return Chart(
        name="chart-scores",
        title="Scores of the same person and of different people",
        sentence=_sentence(threshold, basis),
        figure=figure,
        table=_table(edges, points["mated"], points["non_mated"]),
    )


def shares_of(counts: Sequence[float]) -> list[float]:
    total = sum(counts) or 1
    return [float(f"{count / total:.4g}") for count in counts]


def steps(
    name: str, edges: Sequence[float], shares: list[float], colour: str, dash: str
) -> dict[str, Any]:
    return scatter(
        x=[float(f"{edge:.4g}") for edge in edges],
        y=[*shares, shares[-1]],
        mode="lines",
        name=name,
        line={"color": colour, "width": 2, "shape": "hv", "dash": dash},
        fill="tozeroy",
        fillcolor=band_colour(colour),
        hovertemplate="score %{x:.3f}: %{y:.1%}<extra>%{fullData.name}</extra>",
    )


def threshold_line(threshold: float, axis_key: str = "") -> dict[str, Any]:
    """Return a line over the height of the chart, or of the plot with that axis."""
    return {
        "type": "line",
        "x0": threshold,
        "x1": threshold,
        "yref": f"{axis_key} domain" if axis_key else "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": GREY, "width": 2},
    }


def _threshold_label(threshold: float, edges: Sequence[float]) -> dict[str, Any]:
    is_right = threshold > (edges[0] + edges[-1]) / 2
    return {
        "text": f"threshold {threshold:.3f}",
        "x": threshold,
        "y": 1,
        "yref": "paper",
        "xanchor": "right" if is_right else "left",
        "yanchor": "top",
        "xshift": -5 if is_right else 5,
        "showarrow": False,
        "bgcolor": "rgba(255,255,255,0.8)",
    }


def _sentence(threshold: float | None, basis: Basis) -> str:
    if threshold is None:
        return (
            "How often each score was given to two images of the same person and of different"
            " people; the less the two overlap, the better the model tells people apart."
        )
    return (
        f"At the threshold of {threshold:.3f}, which holds false matches to"
        f" {target_words(basis.target)}, a score equal to the threshold or above it is a match."
    )


def _table(edges: Sequence[float], mated: Sequence[float], non_mated: Sequence[float]) -> Table:
    """Return the counts with neighbouring bins put together, so that a person can read them."""
    step = max(1, -(-len(mated) // TABLE_ROWS))
    rows = []
    for first in range(0, len(mated), step):
        stop = min(first + step, len(mated))
        rows.append(
            (
                f"{edges[first]:.3f} to {edges[stop]:.3f}",
                wording.grouped(sum(mated[first:stop])),
                wording.grouped(sum(non_mated[first:stop])),
            )
        )
    return Table(
        caption="Number of comparisons by score",
        header=("Score", "Same person", "Different people"),
        rows=tuple(rows),
    )
