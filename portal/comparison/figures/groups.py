"""One rate of each group of people, for several models: how far groups lie apart in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.figures.theme import COLOURS, SYMBOLS, axis, finish, rate_axis, scatter
from portal.core import wording
from portal.core.charts import Chart, Table
from portal.runs.models import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement

    Group = tuple[str, str]
    Rates = Mapping[UUID, Mapping[Group, Measurement]]

ROW_PX, FRAME_PX = 46, 170
SPREAD = 0.6
"""Part of a group's row over which the models' points are spread."""
MOST_GROUPS = 24


def group_differences_chart(
    models: Sequence[MeasuredModel], rates: Rates, basis: Basis
) -> Chart | None:
    """Return the false rate of each group at each model's threshold of the basis."""
    every = dict.fromkeys(group for model in models for group in rates[model.run.pk])
    groups = [group for group in every if _known(models, rates, group)][:MOST_GROUPS]
    if len(groups) < 2:
        return None
    ends = [end for group in groups for one in _known(models, rates, group) for end in _ends(one)]
    lowest = min(end for end in ends if end > 0) * 0.7
    figure = finish(
        [
            _points(place, model, groups, rates, count=len(models), lowest=lowest)
            for place, model in enumerate(models)
        ],
        x=rate_axis(basis.rates.false_words, lowest, min(1.0, max(ends)) * 1.2),
        y=axis(
            "",
            tickvals=list(range(len(groups))),
            ticktext=[_name(group) for group in groups],
            range=[len(groups) - 0.5, -0.5],
        ),
        height=FRAME_PX + ROW_PX * len(groups),
        showlegend=True,
    )
    return Chart(
        name="chart-groups",
        title=f"{basis.rates.false} of each group of people",
        sentence=(
            f"At the threshold of each model for {basis.rates.false} {basis.target_words} over"
            " everybody, with 95% intervals. Intervals that overlap do not show that groups are"
            " treated alike; the page of groups of each model says which differences are real."
        ),
        figure=figure,
        table=_table(models, groups, rates, basis),
    )


def _known(models: Sequence[MeasuredModel], rates: Rates, group: Group) -> list[Measurement]:
    found = (rates[model.run.pk].get(group) for model in models)
    return [one for one in found if one is not None and _says_something(one)]


def _says_something(rate: Measurement) -> bool:
    return rate.evidence != Evidence.NOT_ENOUGH and None not in (rate.value, rate.low, rate.high)


def _drawn(rate: Measurement) -> float:
    """Return where a rate is drawn: no error at all stands at its upper bound."""
    return rate.value or rate.high or 0.0


def _ends(rate: Measurement) -> tuple[float, float, float]:
    return _drawn(rate), rate.low or 0.0, rate.high or 0.0


def _name(group: Group) -> str:
    attribute, value = group
    return f"{wording.in_words(attribute)}: {value}"


def _points(
    place: int,
    model: MeasuredModel,
    groups: Sequence[Group],
    rates: Rates,
    *,
    count: int,
    lowest: float,
) -> dict[str, Any]:
    shift = SPREAD * ((place + 0.5) / count - 0.5)
    of_model = rates[model.run.pk]
    shown = [
        (row + shift, of_model[group])
        for row, group in enumerate(groups)
        if group in of_model and _says_something(of_model[group])
    ]
    values = [_drawn(rate) for _, rate in shown]
    return scatter(
        x=values,
        y=[round(height, 4) for height, _ in shown],
        mode="markers",
        name=model.name,
        marker={"color": COLOURS[place], "symbol": SYMBOLS[place], "size": 9},
        error_x={
            "type": "data",
            "array": [
                max(0.0, (rate.high or 0.0) - at)
                for (_, rate), at in zip(shown, values, strict=True)
            ],
            "arrayminus": [
                max(0.0, at - max(rate.low or 0.0, lowest))
                for (_, rate), at in zip(shown, values, strict=True)
            ],
            "color": COLOURS[place],
            "thickness": 1.5,
            "width": 4,
        },
        hovertemplate="%{x:.3%}<extra>%{fullData.name}</extra>",
    )


def _table(
    models: Sequence[MeasuredModel], groups: Sequence[Group], rates: Rates, basis: Basis
) -> Table:
    rows = tuple(
        (_name(group), *(_words(rates[model.run.pk].get(group)) for model in models))
        for group in groups
    )
    header = ("Group", *(model.name for model in models))
    return Table(f"{basis.rates.false_name} of each group", header, rows)


def _words(rate: Measurement | None) -> str:
    if rate is None:
        return "Not measured"
    interval = wording.interval(rate)
    return f"{wording.rate(rate)} ({interval})" if interval else wording.rate(rate)
