"""Misses as image conditions get worse, one plot for each condition and a line for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from evaluation.report.parts.robustness import CONDITION_WORDS
from portal.comparison.basis import target_words
from portal.comparison.figures.multiples import axis_key, stacked
from portal.comparison.figures.theme import COLOURS, DASHES, SYMBOLS, axis, scatter
from portal.core import wording
from portal.core.charts import Chart, Table
from portal.runs.models import Evidence, Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import EvaluationRun

METRIC = "degraded_fnmr"


class Step(NamedTuple):
    """One step of a condition in its own unit, and what was missed at it."""

    size: float
    rate: Measurement


class Robustness(NamedTuple):
    """Steps by run and condition, all at one target."""

    target: float
    steps: Mapping[UUID, Mapping[str, Sequence[Step]]]


def robustness_of(runs: Sequence[EvaluationRun], wanted: float | None) -> Robustness | None:
    """Return the steps at the wanted FMR, else at the strictest that was measured: two queries."""
    found = Measurement.objects.filter(run__in=runs, metric=METRIC)
    targets = found.order_by().values_list("target", flat=True).distinct()
    known = [target for target in targets if target is not None]
    if not known:
        return None
    target = wanted if wanted in known else min(known)
    steps: dict[UUID, dict[str, list[Step]]] = {run.pk: {} for run in runs}
    for one in found.filter(target=target).order_by("pk"):
        condition, _, size = one.condition.partition("=")
        steps[one.run_id].setdefault(condition, []).append(Step(float(size), one))
    return Robustness(target, steps)


def conditions_chart(models: Sequence[MeasuredModel], found: Robustness | None) -> Chart | None:
    """Return every condition that two steps or more were measured of."""
    if found is None:
        return None
    every = dict.fromkeys(name for model in models for name in found.steps[model.run.pk])
    conditions = [name for name in every if _longest(models, found, name) > 1]
    if not conditions:
        return None
    most = max(_longest(models, found, name) for name in conditions)
    figure = stacked(
        [_name(name) for name in conditions],
        [
            _line(place, model, found.steps[model.run.pk].get(condition, ()), row)
            for row, condition in enumerate(conditions)
            for place, model in enumerate(models)
        ],
        x=axis("Step, from mild to hard", tickvals=list(range(1, most + 1))),
        y=axis("", tickformat=".0%", range=[0, 1.02], nticks=4),
        are_coloured=False,
    )
    return Chart(
        name="chart-conditions",
        title="Misses under worse image conditions",
        sentence=(
            "FNMR as probes get worse step by step while references stay clean, at the threshold"
            f" that holds the FMR of the clean images to {target_words(found.target)}. The table"
            " has the size of each step."
        ),
        figure=figure,
        table=_table(models, found, conditions),
    )


def _longest(models: Sequence[MeasuredModel], found: Robustness, condition: str) -> int:
    return max(len(found.steps[model.run.pk].get(condition, ())) for model in models)


def _line(place: int, model: MeasuredModel, steps: Sequence[Step], row: int) -> dict[str, Any]:
    known = [
        (number, step.rate.value)
        for number, step in enumerate(steps, 1)
        if step.rate.value is not None and step.rate.evidence != Evidence.NOT_ENOUGH
    ]
    return scatter(
        x=[number for number, _ in known],
        y=[round(value, 5) for _, value in known],
        mode="lines+markers",
        name=model.name,
        legendgroup=model.name,
        showlegend=row == 0,
        line={"color": COLOURS[place], "width": 2, "dash": DASHES[place]},
        marker={"color": COLOURS[place], "symbol": SYMBOLS[place], "size": 7},
        hovertemplate="step %{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
        yaxis=axis_key(row),
    )


def _table(models: Sequence[MeasuredModel], found: Robustness, conditions: Sequence[str]) -> Table:
    rows = []
    for condition in conditions:
        by_size: dict[float, dict[UUID, Measurement]] = {}
        for model in models:
            for step in found.steps[model.run.pk].get(condition, ()):
                by_size.setdefault(step.size, {})[model.run.pk] = step.rate
        for size, rates in by_size.items():
            cells = (_words(rates.get(model.run.pk)) for model in models)
            rows.append((f"{_step_name(condition)}: {size:g}", *cells))
    header = ("Condition and step", *(model.name for model in models))
    return Table("FNMR at each step of each condition", header, tuple(rows))


def _name(condition: str) -> str:
    name, _ = CONDITION_WORDS.get(condition, (wording.in_words(condition), ""))
    return name


def _step_name(condition: str) -> str:
    _, step = CONDITION_WORDS.get(condition, ("", wording.in_words(condition)))
    return step


def _words(rate: Measurement | None) -> str:
    return "Not measured" if rate is None else wording.rate(rate)
