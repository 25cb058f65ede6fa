"""The scores of several models: mated and non-mated, one plot for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.basis import target_words
from portal.comparison.figures.multiples import axis_key, stacked
from portal.comparison.figures.scores import shares_of, steps, threshold_line
from portal.comparison.figures.theme import COLOURS, GREY, axis
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel

    Histogram = Mapping[str, Sequence[float]]


def distributions_chart(
    models: Sequence[MeasuredModel], histograms: Mapping[UUID, Histogram], basis: Basis
) -> Chart | None:
    """Return where each model's scores lie; shares, because non-mated far outnumber."""
    drawn = [model for model in models if model.run.pk in histograms]
    if not drawn:
        return None
    thresholds = [point.threshold if (point := one.missed(basis)) else None for one in drawn]
    figure = stacked(
        [model.name for model in drawn],
        [
            trace
            for place, model in enumerate(drawn)
            for trace in _traces(place, histograms[model.run.pk])
        ],
        x=axis("Comparison score (higher is more alike)"),
        y=axis("", tickformat=".1~%", rangemode="tozero", nticks=4),
        shapes=[
            threshold_line(threshold, axis_key(place))
            for place, threshold in enumerate(thresholds)
            if threshold is not None
        ],
    )
    return Chart(
        name="chart-distributions",
        title="Scores of the same person and of different people",
        sentence=(
            "The less the two overlap, the better a model tells people apart. The vertical lines"
            f" are the thresholds that hold false matches to {target_words(basis.target)}; scores"
            " of different models have different scales."
        ),
        figure=figure,
        table=_table(drawn, thresholds, histograms),
    )


def _traces(place: int, histogram: Histogram) -> list[dict[str, Any]]:
    edges, where = histogram["edges"], {"yaxis": axis_key(place), "showlegend": place == 0}
    return [
        steps("Different people", edges, shares_of(histogram["non_mated"]), GREY, "dash") | where,
        steps("Same person", edges, shares_of(histogram["mated"]), COLOURS[place], "solid") | where,
    ]


def _table(
    drawn: Sequence[MeasuredModel],
    thresholds: Sequence[float | None],
    histograms: Mapping[UUID, Histogram],
) -> Table:
    """Return where the middle half of each kind of score lies, to the width of a bar."""
    rows = []
    for model, threshold in zip(drawn, thresholds, strict=True):
        histogram = histograms[model.run.pk]
        rows.append(
            (
                model.name,
                _middle_half(histogram["edges"], histogram["mated"]),
                _middle_half(histogram["edges"], histogram["non_mated"]),
                wording.NOT_MEASURED if threshold is None else f"{threshold:.3f}",
            )
        )
    return Table(
        caption="Between which scores the middle half of the comparisons lies",
        header=("Model", "Same person", "Different people", "Threshold"),
        rows=tuple(rows),
    )


def _middle_half(edges: Sequence[float], counts: Sequence[float]) -> str:
    return f"{_edge(edges, counts, 0.25):.3f} to {_edge(edges, counts, 0.75, upper=1):.3f}"


def _edge(
    edges: Sequence[float], counts: Sequence[float], share: float, *, upper: int = 0
) -> float:
    """Return an edge of the bar in which the cumulated share is reached."""
    wanted, seen = share * sum(counts), 0.0
    for at, count in enumerate(counts):
        seen += count
        if seen >= wanted and count:
            return edges[at + upper]
    return edges[-1]
