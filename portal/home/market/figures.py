"""The chart of coverage: products for each use, by readiness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison.figures.theme import COLOURS, as_text, axis, finish
from portal.core.charts import Chart

if TYPE_CHECKING:
    from portal.core.charts import Table


FEW_PRODUCTS = 10


def whole_steps(table: Table) -> dict[str, int]:
    """Return the step of an axis of few products, which has no halves to be rounded."""
    longest = max((sum(int(cell) for cell in row[1:]) for row in table.rows), default=0)
    return {"dtick": 1} if longest <= FEW_PRODUCTS else {}


def coverage_chart(table: Table) -> Chart:
    """Return stacked bars, one for each use; the table has the same numbers."""
    uses = [as_text(row[0]) for row in table.rows]
    bands = table.header[1:]
    # From faint to full: maturity is an order, and is told without colour too by its place.
    shades = ("#a9cfe6", "#4f9fcf", COLOURS[0], "#b1b4b6")
    figure = finish(
        [
            {
                "type": "bar",
                "orientation": "h",
                "name": band,
                "x": [int(row[place + 1]) for row in table.rows],
                "y": uses,
                "marker": {"color": shades[place]},
                "hovertemplate": "%{y}: %{x} with %{fullData.name}<extra></extra>",
            }
            for place, band in enumerate(bands)
            if any(int(row[place + 1]) for row in table.rows)
        ],
        x=axis("Products", rangemode="tozero", tickformat=",d", **whole_steps(table)),
        y=axis("", type="category", autorange="reversed"),
        barmode="stack",
        height=320,
        showlegend=True,
    )
    figure["layout"]["legend"]["traceorder"] = "normal"
    mature = sum(int(row[3]) for row in table.rows)
    total = sum(int(cell) for row in table.rows for cell in row[1:])
    return Chart(
        name="chart-coverage",
        title="What is offered for each use, and how mature it is",
        sentence=(
            f"Of {total} offers of a product for a use, {mature} stand at technology readiness"
            " level 7 or above. A product that is offered for two uses counts twice."
        ),
        figure=figure,
        table=table,
    )
