"""The compare page's table: metrics down, models across."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.comparison.alerts import AT_TARGET, RECOMMENDED, alert_rows
from portal.comparison.basis import target_words
from portal.comparison.rows import (
    NOT_MEASURED,
    Cell,
    Group,
    Row,
    differs,
    numbers,
    ranked_rates,
    texts,
    unmarked_rates,
    values,
)
from portal.core import wording
from portal.core.task_words import words_of
from portal.runs.headlines import headlines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement


def compare_table(models: Sequence[MeasuredModel], basis: Basis) -> list[Group]:
    """Return every group of rows that has something to say about the models."""
    groups = [
        _accuracy(models, basis),
        _without_threshold(models, basis),
        _alerts(models, basis),
        _recommended(models, basis),
        _failures(models),
        _speed(models),
        _secondary(models, basis),
        _provenance(models),
    ]
    return [group for group in groups if group.rows]


def brief_table(models: Sequence[MeasuredModel], basis: Basis) -> list[Group]:
    """Return the rows that a page of paper has room for."""
    groups = [_accuracy(models, basis), _failures(models), _speed(models), _provenance(models)]
    return [group for group in groups if group.rows]


def with_places(groups: Sequence[Group], basis: Basis, places: Sequence[str]) -> list[Group]:
    """Return the table with each model's place below its figure at the operating point."""
    hint = "Models that cannot be told apart at 95% share their places"
    return [
        replace(
            group,
            rows=tuple(
                shown
                for row in group.rows
                for shown in (
                    (row, texts(f"Place at {row.label}", places, hint=hint))
                    if _is_operating_row(group, row, basis)
                    else (row,)
                )
            ),
        )
        for group in groups
    ]


def beside_baseline(
    groups: Sequence[Group],
    models: Sequence[MeasuredModel],
    basis: Basis,
    lines: Mapping[object, str],
) -> list[Group]:
    """Return the table with a line for each model below its figure at the operating point."""
    return [
        replace(
            group,
            rows=tuple(
                _with_lines(row, [lines.get(model.pk, "") for model in models])
                if _is_operating_row(group, row, basis)
                else row
                for row in group.rows
            ),
        )
        for group in groups
    ]


def only_differences(
    groups: Sequence[Group], basis: Basis, *, are_apart: bool
) -> tuple[list[Group], int]:
    """Return the rows that show a difference, and how many do not.

    ``are_apart`` says so of the operating point, where the same people tell models apart whose
    intervals overlap.
    """
    kept = [
        replace(
            group,
            rows=tuple(
                row
                for row in group.rows
                if differs(row) or (are_apart and _is_operating_row(group, row, basis))
            ),
        )
        for group in groups
    ]
    n_rows = sum(len(group.rows) for group in groups)
    return [group for group in kept if group.rows], n_rows - sum(len(one.rows) for one in kept)


def _is_operating_row(group: Group, row: Row, basis: Basis) -> bool:
    return (group.title, row.label) == (basis.operating_point, basis.target_words)


def _with_lines(row: Row, lines: Sequence[str]) -> Row:
    cells = zip(row.cells, lines, strict=True)
    return replace(
        row,
        cells=tuple(
            replace(cell, lines=(*cell.lines, line)) if line else cell for cell, line in cells
        ),
    )


def run_table(models: Sequence[MeasuredModel]) -> list[Group]:
    """Return what is read first of one model that no threshold decides, then the rest."""
    return [*_headlines(models[0]), _failures(models), _speed(models)]


def _headlines(model: MeasuredModel) -> list[Group]:
    rows: dict[str, list[Row]] = {}
    for one in headlines_of(model.run, model.figures.values()):
        if one.figure is None or one.is_proportion:
            cell = Cell(rate=one.figure, text="" if one.figure else NOT_MEASURED)
        else:
            cell = _plain_cell(one.figure)
        rows.setdefault(one.protocol, []).append(Row(one.label, (cell,)))
    return [Group(title, tuple(found)) for title, found in rows.items()]


def _plain_cell(figure: Measurement) -> Cell:
    """Return a figure that is no proportion, with its interval below it."""
    lines: tuple[str, ...] = ()
    if figure.low is not None and figure.high is not None:
        lines = (f"{wording.grouped(figure.low)} to {wording.grouped(figure.high)}",)
    return Cell(text=wording.grouped(figure.value), lines=lines)


def _accuracy(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    targets = sorted({t for model in models for t in model.targets(basis)}, reverse=True)
    return Group(
        basis.operating_point,
        tuple(
            ranked_rates(target_words(target), [model.missed(basis, target) for model in models])
            for target in targets
        ),
    )


def _without_threshold(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    """Return the misses of a list of candidates that an officer looks at, whatever their score."""
    rows = []
    for rank in basis.rates.ranks:
        found = [
            model.find(
                basis.rates.missed_key,
                protocol=basis.protocol.name,
                condition=basis.condition_at(rank),
            )
            for model in models
        ]
        if any(found):
            rows.append(ranked_rates(_not_among(rank), found))
    return Group(f"{basis.rates.missed} without a threshold, {basis.people}", tuple(rows))


def _not_among(rank: int) -> str:
    first = "Person not the first candidate" if rank == 1 else f"Person not among the first {rank}"
    return f"{first} (rank {rank})"


def _alerts(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    if not basis.rates.has_alerts:
        return Group("", ())
    title = f"Alerts, where the {basis.rates.false} is at most {basis.target_words}"
    return Group(title, tuple(alert_rows(models, basis, AT_TARGET)))


def _recommended(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    false = _own(models, basis, basis.rates.false_key, basis.false_condition)
    missed = _own(models, basis, basis.rates.missed_key, basis.condition)
    given = [one or other for one, other in zip(false, missed, strict=True)]
    if not any(given):
        return Group("", ())
    where = f", {basis.where}" if basis.is_search else ""
    rows = (
        texts(
            "Threshold", [wording.grouped(one.threshold) if one else "None given" for one in given]
        ),
        # Each at a threshold of its own, so that neither rate alone is better or worse.
        unmarked_rates(f"Real {basis.rates.false_name.lower()}", false),
        unmarked_rates(f"Real {basis.rates.missed_name.lower()}{where}", missed),
    )
    alerts = alert_rows(models, basis, RECOMMENDED) if basis.rates.has_alerts else ()
    return Group("At the threshold that the supplier recommends", (*rows, *alerts))


def _own(
    models: Sequence[MeasuredModel], basis: Basis, rate: str, condition: str
) -> list[Measurement | None]:
    return [
        model.find(f"recommended_{rate}", protocol=basis.protocol.name, condition=condition)
        for model in models
    ]


def _failures(models: Sequence[MeasuredModel]) -> Group:
    said = words_of(models[0].run.submission.task)  # models side by side are of one task
    rates = [model.find("failure_to_enrol") for model in models]
    return Group(said.without_output, (ranked_rates(said.failure, rates),))


def _speed(models: Sequence[MeasuredModel]) -> Group:
    sizes = [wording.filesize_uk(model.run.submission.model_size_bytes) for model in models]
    return Group(
        "Speed of the model alone, and size",
        (
            numbers("Images a second, all at once", models, "offline_samples_per_second", ""),
            numbers("Time for one image, 90th percentile", models, "single_stream_p90_ms", " ms"),
            texts("Size of the file", sizes),
        ),
    )


def _secondary(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    if basis.is_search:
        return Group("", ())

    def found(metric: str) -> list[Measurement | None]:
        return [model.find(metric, protocol=basis.protocol.name) for model in models]

    accuracy, standard_error = found("fold_accuracy"), found("fold_standard_error")
    rows = [
        values("Equal error rate (EER)", found("eer"), _equal_error),
        values("Area under the curve (AUC)", found("auc"), lambda one: f"{one.value:.4f}"),
    ]
    if any(accuracy):
        rows.append(
            Row(
                "Accuracy over ten folds, as for LFW, ± standard error",
                tuple(_fold(*both) for both in zip(accuracy, standard_error, strict=True)),
            )
        )
    return Group("Secondary figures: shown, never ranked by", tuple(rows))


def _provenance(models: Sequence[MeasuredModel]) -> Group:
    runs = [model.run for model in models]
    hashes = tuple(
        Cell(text=wording.short_hash(run.submission.model_sha256), is_hash=True) for run in runs
    )
    return Group(
        "Provenance",
        (
            Row("SHA-256 of the model", hashes),
            texts("Test set revision", [run.test_set.revision for run in runs]),
            texts("Measured on", [wording.uk_date(run.finished_at) for run in runs]),
        ),
    )


def _equal_error(found: Measurement) -> str:
    """Return the rate; without a single error it is no more than three in all its trials."""
    if found.value == 0 and found.trials:
        return f"≤ {wording.upper_bound(min(1.0, 3 / found.trials))}"
    return wording.percent(found.value)


def _fold(accuracy: Measurement | None, standard_error: Measurement | None) -> Cell:
    if accuracy is None or accuracy.value is None:
        return Cell(text=NOT_MEASURED)
    if standard_error is None or standard_error.value is None:
        return Cell(text=wording.percent(accuracy.value))
    error = wording.percent(standard_error.value)
    return Cell(text=wording.percent(accuracy.value), lines=(f"± {error}",))
