"""The chart of groups: a point with its interval for each, and a line at the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.differentials.heat_map import NOT_ENOUGH
from portal.comparison.figures.theme import (
    COLOURS,
    SYMBOLS,
    as_text,
    axis,
    finish,
    rate_axis,
    scatter,
)
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from portal.comparison.differentials.division import AtThreshold, RateKind

ROW_PX, FRAME_PX = 34, 150
DIGITS = 5
SENTENCE = (
    "Each point is the rate of one group and its line the 95% interval. Lines that overlap do not"
    " show that groups are treated alike; the statements above say what was found."
)


def groups_chart(at: AtThreshold, kind: RateKind) -> Chart | None:
    """Return one rate of every group with enough evidence; None without two of them."""
    shown = {
        name: rate
        for name, rate in at.rates(kind).items()
        if rate is not None and rate.evidence != NOT_ENOUGH
    }
    if len(shown) < 2:
        return None
    values = [rate.value or rate.high for rate in shown.values()]
    lows = [rate.low for rate in shown.values() if rate.low > 0]
    lowest = min([*values, *lows]) * 0.7
    highest = min(1.0, max(rate.high for rate in shown.values()) * 1.3)
    names = [as_text(name) for name in shown]
    point = scatter(
        x=values,
        y=names,
        mode="markers",
        name=kind.short,
        marker={"color": COLOURS[0], "symbol": SYMBOLS[0], "size": 10},
        error_x={
            "type": "data",
            "array": _rounded(
                rate.high - at for rate, at in zip(shown.values(), values, strict=True)
            ),
            "arrayminus": _rounded(
                at - max(rate.low, lowest) for rate, at in zip(shown.values(), values, strict=True)
            ),
            "color": COLOURS[0],
            "thickness": 1.5,
            "width": 5,
        },
        hovertemplate="%{y}: %{x:.3%}<extra></extra>",
    )
    figure = finish(
        [point],
        x=rate_axis(f"{kind.name} ({kind.short})", lowest, max(highest, lowest * 3)),
        y=axis("", type="category", autorange="reversed"),
        height=FRAME_PX + ROW_PX * len(shown),
    )
    return Chart(
        name=f"chart-groups-{kind.key}",
        title=f"{kind.name} of each group",
        sentence=SENTENCE,
        figure=figure,
        table=_table(at, kind, shown),
    )


def _rounded(values: Any) -> list[float]:
    return [max(0.0, round(value, DIGITS + 3)) for value in values]


def _table(at: AtThreshold, kind: RateKind, shown: dict[str, Any]) -> Table:
    rows = tuple(
        (name, wording.rate(rate), wording.interval(rate), wording.counts(rate))
        for name, rate in shown.items()
    )
    return Table(
        f"{kind.name} by {at.division.attributes}",
        ("Group", kind.short, "95% interval", "Counts"),
        rows,
    )
