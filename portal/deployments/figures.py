"""The calculator's chart: false alerts an hour against the size of the watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison.figures.theme import (
    COLOURS,
    GREY,
    axis,
    band_colour,
    finish,
    round_marks,
    scatter,
)
from portal.core import wording
from portal.core.charts import Chart
from portal.deployments.calculator import Deployment, outcome
from portal.deployments.words import sizes_table

if TYPE_CHECKING:
    from portal.deployments.calculation import Calculation
    from portal.deployments.calculator import Outcome
    from portal.deployments.laboratory import LaboratoryRates

POINTS = 25


def watchlist_chart(calculation: Calculation) -> Chart | None:
    """Return how false alerts grow with the watchlist, measured and extrapolated apart."""
    chosen, rates = calculation.chosen, calculation.rates
    if chosen is None or rates is None:
        return None
    sizes = [one.deployment.watchlist for one in calculation.sizes]
    low, high = min(*sizes, rates.measured_size or sizes[0]) / 2, max(sizes) * 2
    grid = sorted({round(low * (high / low) ** (k / POINTS)) for k in range(POINTS + 1)} - {0})
    grown = [_at(rates, chosen.deployment, size) for size in grid]
    per_hour = [one.false_alerts_per_hour for one in grown]
    band = scatter(
        x=grid + grid[::-1],
        y=[one.high for one in per_hour] + [one.low for one in reversed(per_hour)],
        fill="toself",
        fillcolor=band_colour(COLOURS[0]),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    line = scatter(
        x=grid,
        y=[one.value for one in per_hour],
        mode="lines",
        name="Extrapolated",
        line={"color": COLOURS[0], "width": 2.5, "dash": "dash"},
        hovertemplate="%{x:,} people: %{y:.2f} an hour<extra></extra>",
    )
    marks = round_marks(low, high)
    figure = finish(
        [band, line, *_points(calculation, rates)],
        x=axis("People on the watchlist", type="log", tickvals=marks,
               ticktext=[wording.grouped(mark) for mark in marks]),
        y=axis("False alerts an hour", rangemode="tozero", tickformat=","),
        showlegend=True,
    )  # fmt: skip
    return Chart(
        name="chart-watchlist",
        title="False alerts against the size of the watchlist",
        sentence=_sentence(rates),
        figure=figure,
        table=sizes_table(calculation.sizes, rates),
    )


def _at(rates: LaboratoryRates, deployment: Deployment, size: int) -> Outcome:
    sized = Deployment(size, deployment.faces_per_hour, deployment.hours, deployment.share)
    return outcome(sized, fpir=rates.fpir(size), tpir=rates.tpir)


def _points(calculation: Calculation, rates: LaboratoryRates) -> list[dict[str, object]]:
    chosen = calculation.chosen
    if chosen is None:
        return []
    points = [("The chosen watchlist", chosen, "circle", COLOURS[1])]
    if rates.measured_size is not None:
        measured = _at(rates, chosen.deployment, rates.measured_size)
        points.append(("Measured", measured, "square", GREY))
    return [
        scatter(
            x=[one.deployment.watchlist],
            y=[one.false_alerts_per_hour.value],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 11},
            hovertemplate="%{x:,} people: %{y:.2f} an hour<extra>%{fullData.name}</extra>",
        )
        for name, one, symbol, colour in points
    ]


def _sentence(rates: LaboratoryRates) -> str:
    if rates.measured_size is None:
        return (
            "Every point is extrapolated from comparisons of two images, as if comparisons were"
            " independent. The band is the 95% interval of the measured rate."
        )
    return (
        f"Measured with {wording.grouped(rates.measured_size)} people enrolled; every other size is"
        " extrapolated, as if comparisons were independent. The band is the 95% interval of the"
        " measured rate."
    )
