"""The compare page's table: metrics down, models across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.basis import target_words
from portal.comparison.measured import separable_best
from portal.core import wording
from portal.core.task_words import words_of
from portal.runs.headlines import headlines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: a rate with its evidence, or plain text with lines below it."""

    rate: Measurement | None = None
    text: str = ""
    lines: tuple[str, ...] = ()
    is_hash: bool = False
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def compare_table(models: Sequence[MeasuredModel], basis: Basis) -> list[Group]:
    """Return every group of rows that has something to say about the models."""
    groups = [
        _accuracy(models, basis),
        _recommended(models, basis),
        _failures(models),
        _speed(models),
        _secondary(models, basis),
        _provenance(models),
    ]
    return [group for group in groups if group.rows]


def run_table(models: Sequence[MeasuredModel]) -> list[Group]:
    """Return what is read first of one model without one-to-one comparisons, then the rest."""
    return [*_headlines(models[0]), _failures(models), _speed(models)]


def _headlines(model: MeasuredModel) -> list[Group]:
    rows: dict[str, list[Row]] = {}
    for one in headlines_of(model.run, model.figures.values()):
        if one.figure is None or one.is_proportion:
            cell = Cell(rate=one.figure, text="" if one.figure else "Not measured")
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
    name = basis.protocol.name
    targets = sorted({t for model in models for t in model.targets(name)}, reverse=True)
    return Group(
        "False non-match rate (FNMR) at a false match rate (FMR) of at most",
        tuple(
            _rates(target_words(target), models, "fnmr_at_fmr", protocol=name, target=target)
            for target in targets
        ),
    )


def _recommended(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    name = basis.protocol.name
    if not any(model.find("recommended_fmr", protocol=name) for model in models):
        return Group("", ())
    thresholds = [model.find("recommended_fmr", protocol=name) for model in models]
    return Group(
        "At the threshold that the supplier recommends",
        (
            _texts(
                "Threshold",
                [wording.grouped(one.threshold) if one else "None given" for one in thresholds],
            ),
            # Each at a threshold of its own, so that neither rate alone is better or worse.
            _unmarked("Real false match rate", models, "recommended_fmr", name),
            _unmarked("Real false non-match rate", models, "recommended_fnmr", name),
        ),
    )


def _failures(models: Sequence[MeasuredModel]) -> Group:
    said = words_of(models[0].run.submission.task)  # models side by side are of one task
    return Group(said.without_output, (_rates(said.failure, models, "failure_to_enrol"),))


def _speed(models: Sequence[MeasuredModel]) -> Group:
    sizes = [wording.filesize_uk(model.run.submission.model_size_bytes) for model in models]
    return Group(
        "Speed of the model alone, and size",
        (
            _numbers("Images a second, all at once", models, "offline_samples_per_second", ""),
            _numbers("Time for one image, 90th percentile", models, "single_stream_p90_ms", " ms"),
            _texts("Size of the file", sizes),
        ),
    )


def _secondary(models: Sequence[MeasuredModel], basis: Basis) -> Group:
    name = basis.protocol.name
    folds = [
        tuple(model.find(f"fold_{part}", protocol=name) for part in ("accuracy", "standard_error"))
        for model in models
    ]
    rows = [
        _values("Equal error rate (EER)", models, "eer", name, _equal_error),
        _values("Area under the curve (AUC)", models, "auc", name, _area),
    ]
    if any(accuracy for accuracy, _ in folds):
        rows.append(
            Row(
                "Accuracy over ten folds, as for LFW, ± standard error",
                tuple(_fold(*both) for both in folds),
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
            _texts("Test set revision", [run.test_set.revision for run in runs]),
            _texts("Measured on", [wording.uk_date(run.finished_at) for run in runs]),
        ),
    )


def _rates(
    label: str,
    models: Sequence[MeasuredModel],
    metric: str,
    *,
    protocol: str = "",
    target: float | None = None,
) -> Row:
    rates = [model.find(metric, protocol=protocol, target=target) for model in models]
    best = separable_best(rates)
    cells = [
        Cell(rate=rate, text="" if rate else "Not measured", is_best=place == best)
        for place, rate in enumerate(rates)
    ]
    return Row(label, tuple(cells))


def _unmarked(label: str, models: Sequence[MeasuredModel], metric: str, protocol: str) -> Row:
    rates = [model.find(metric, protocol=protocol) for model in models]
    return Row(label, tuple(Cell(rate=rate, text="" if rate else "Not measured") for rate in rates))


def _values(
    label: str,
    models: Sequence[MeasuredModel],
    metric: str,
    protocol: str,
    words: Callable[[Measurement], str],
) -> Row:
    found = [model.find(metric, protocol=protocol) for model in models]
    return _texts(
        label,
        [words(one) if one and one.value is not None else "Not measured" for one in found],
    )


def _numbers(label: str, models: Sequence[MeasuredModel], metric: str, unit: str) -> Row:
    found = [model.find(metric) for model in models]
    return _texts(
        label, [f"{wording.grouped(one.value)}{unit}" if one else "Not measured" for one in found]
    )


def _equal_error(found: Measurement) -> str:
    """Return the rate; without a single error it is no more than three in all its trials."""
    if found.value == 0 and found.trials:
        return f"≤ {wording.upper_bound(min(1.0, 3 / found.trials))}"
    return wording.percent(found.value)


def _area(found: Measurement) -> str:
    return f"{found.value:.4f}"


def _fold(accuracy: Measurement | None, standard_error: Measurement | None) -> Cell:
    if accuracy is None or accuracy.value is None:
        return Cell(text="Not measured")
    if standard_error is None or standard_error.value is None:
        return Cell(text=wording.percent(accuracy.value))
    error = wording.percent(standard_error.value)
    return Cell(text=wording.percent(accuracy.value), lines=(f"± {error}",))


def _texts(label: str, texts: Sequence[str]) -> Row:
    return Row(label, tuple(Cell(text=text) for text in texts))
