"""Models of the other tasks: their headline figures, a table for each test set and protocol."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.basis import target_words
from portal.core.task_words import words_of
from portal.runs.headlines import HEADLINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.measured import MeasuredModel
    from portal.runs.headlines import Headline
    from portal.runs.models import Measurement
    from portal.testsets.models import TestSet


@dataclass(frozen=True, slots=True)
class Task:
    """A task, the kind of protocol that measures it, and what is said of it first."""

    key: str
    kind: str
    lead: str

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return HEADLINES[self.key]

    @property
    def words(self) -> str:
        return words_of(self.key).name


TASKS = {
    task.key: task
    for task in (
        Task(
            "pad",
            "presentation_attack",
            "Models that tell a living face from a picture, a screen or a mask."
            " APCER is the share of attacks taken for a living face, for the kind of attack that"
            " succeeds most often. BPCER is the share of living faces taken for an attack.",
        ),
        Task(
            "quality",
            "quality",
            "Models that say how well a picture of a face can be recognised. A good one brings"
            " missed matches down quickly when the pictures it rates worst are discarded.",
        ),
        Task(
            "detection",
            "detection",
            "Models that find faces in photographs. Average precision sums up both the faces that"
            " are missed and what is taken for a face: 100% is perfect.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class TaskCell:
    """A rate with its evidence, or a figure that is no proportion."""

    figure: Measurement | None
    is_proportion: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    model: MeasuredModel
    cells: tuple[TaskCell, ...]


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Models on one protocol of one test set, the best by the first column first."""

    test_set: TestSet
    title: str
    labels: tuple[str, ...]
    target: float | None
    rows: tuple[TaskRow, ...]

    @property
    def target_words(self) -> str:
        return "" if self.target is None else target_words(self.target)


def task_tables(models: Sequence[MeasuredModel], task: Task) -> list[TaskTable]:
    """Return a table for each protocol of the task on which models were measured."""
    by_set: dict[TestSet, list[MeasuredModel]] = {}
    for model in models:
        by_set.setdefault(model.run.test_set, []).append(model)
    return [
        _table(measured, test_set, protocol["name"], protocol.get("title") or "", task)
        for test_set, measured in by_set.items()
        for protocol in test_set.protocols
        if protocol.get("kind") == task.kind
    ]


def _table(
    models: Sequence[MeasuredModel], test_set: TestSet, protocol: str, title: str, task: Task
) -> TaskTable:
    target = _strictest_shared(models, protocol, task)
    rows = [_row(model, protocol, target, task) for model in models]
    is_descending = task.headlines[0].large_is_good
    rows.sort(key=lambda row: (_place(row.cells[0].figure, is_descending), row.model.name))
    labels = tuple(headline.label for headline in task.headlines)
    return TaskTable(test_set, title or protocol, labels, target, tuple(rows))


def _strictest_shared(models: Sequence[MeasuredModel], protocol: str, task: Task) -> float | None:
    """Return the lowest target at which every model has a figure; the highest if none has one."""
    sought = next((headline for headline in task.headlines if headline.at_best_target), None)
    if sought is None:
        return None
    key = (sought.metric, protocol, sought.condition)
    by_target: dict[float, list[Measurement]] = {}
    for model in models:
        for (*found, target), figure in model.figures.items():
            if tuple(found) == key and target is not None:
                by_target.setdefault(target, []).append(figure)
    supported = [
        target
        for target, figures in by_target.items()
        if len(figures) == len(models) and all(one.evidence != "not_enough" for one in figures)
    ]
    return min(supported, default=max(by_target, default=None))


def _row(model: MeasuredModel, protocol: str, target: float | None, task: Task) -> TaskRow:
    cells = [
        TaskCell(
            model.find(
                one.metric,
                protocol=protocol,
                condition=one.condition,
                target=target if one.at_best_target else one.target,
            ),
            one.is_proportion,
        )
        for one in task.headlines
    ]
    return TaskRow(model, tuple(cells))


def _place(figure: Measurement | None, is_descending: bool) -> float:
    if figure is None or figure.value is None:
        return math.inf
    return -figure.value if is_descending else figure.value
