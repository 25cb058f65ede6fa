"""A result as plain text for a terminal, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from evaluation.metrics.evidence import (
    METHOD_NAMES,
    NOT_ENOUGH_TEXT,
    evidence_of_point,
    format_interval,
    format_percent,
    format_rate,
    format_target,
)
from evaluation.report.parts import parts_of
from evaluation.report.wording import (
    bytes_text,
    count_text,
    eer_text,
    plural,
    threshold_text,
)
from evaluation.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.report.part import Part, Table
    from evaluation.results import EvaluationResult, OperatingPoint, VerificationResult

_WIDTH = 100


def render_table(result: EvaluationResult) -> str:
    """Text of everything a reader needs first; the HTML report holds the rest.

    Parameters
    ----------
    result : EvaluationResult

    Returns
    -------
    str
        Lines that end with a newline, without colours.
    """
    lines: list[str] = []
    lines += _heading(result)
    for verification in result.verification:
        lines += ["", *_verification(verification)]
    for part in parts_of(result):
        lines += _part(part)
    return "\n".join(printable(line).rstrip() for line in lines) + "\n"


def _heading(result: EvaluationResult) -> Iterator[str]:
    model, test_set = result.model, result.test_set
    enrolment = result.failure_to_enrol
    yield f"{model.name} {model.version} on {test_set.title} ({test_set.name}, {test_set.revision})"
    yield (
        f"{plural(test_set.samples, 'sample')} of {plural(test_set.subjects, 'subject')}; "
        f"failure to enrol {format_rate(enrolment.rate)}"
    )
    yield (
        f"model SHA-256 {model.sha256[:16]}, {bytes_text(model.size_bytes)}; "
        f"test set SHA-256 {test_set.sha256[:16]}"
    )


def _verification(result: VerificationResult) -> Iterator[str]:
    yield (
        f"{result.title} ({result.protocol}): {plural(result.n_mated, 'mated comparison')}, "
        f"{count_text(result.n_non_mated)} non-mated"
    )
    if result.n_mated_failed or result.n_non_mated_failed:
        yield (
            f"without a template: {count_text(result.n_mated_failed)} mated (counted as "
            f"non-matches), {count_text(result.n_non_mated_failed)} non-mated (not counted)"
        )
    header = ("target FMR", "threshold", "FNMR", "95% interval", "method", "evidence")
    rows = [_point(point) for point in result.operating_points]
    yield from columns([header, *rows])
    if result.recommended is not None:
        own = result.recommended
        yield (
            f"at the supplier's threshold {threshold_text(own.threshold)}: "
            f"FMR {format_rate(own.fmr)}, FNMR {format_rate(own.fnmr)}"
        )
    yield f"EER {eer_text(result)}, AUC {result.auc:.4f} (secondary)"
    if result.folds is not None:
        folds = result.folds
        yield (
            f"accuracy over {len(folds.per_fold)} folds {format_percent(folds.accuracy)} "
            f"± {format_percent(folds.standard_error)} (standard error)"
        )


def _point(point: OperatingPoint) -> tuple[str, ...]:
    target = format_target(point.target_fmr)
    if point.threshold is None or point.fnmr is None:
        return (target, "", NOT_ENOUGH_TEXT, "", "", "")
    evidence = evidence_of_point(point)
    return (
        target,
        threshold_text(point.threshold),
        format_rate(point.fnmr),
        format_interval(point.fnmr),
        METHOD_NAMES[point.fnmr.method],
        "" if evidence is Evidence.SUFFICIENT else evidence.value,
    )


def _part(part: Part) -> Iterator[str]:
    """Yield a part's main tables; where it has no figures at all, what it says of that."""
    if not part.tables and not part.facts:
        yield from ("", *part.notes)
    for number, table in enumerate(one for one in part.tables if one.is_main):
        if number == 0:
            yield from ("", part.title)
        yield from textwrap.wrap(table.caption, _WIDTH)
        yield from _fitted(table)


def _fitted(table: Table) -> Iterator[str]:
    """Yield a table's lines; one too wide for a terminal becomes a block for each row."""
    lines = list(columns([table.columns, *table.rows]))
    if max(len(line) for line in lines) <= _WIDTH:
        yield from lines
        return
    width = max(len(name) for name in table.columns[1:])
    for row in table.rows:
        yield f"{table.columns[0]}: {row[0]}"
        for name, cell in zip(table.columns[1:], row[1:], strict=True):
            if cell:
                yield from textwrap.wrap(
                    f"  {name.ljust(width)}  {cell}", _WIDTH, subsequent_indent=" " * (width + 4)
                )


def printable(line: str) -> str:
    """Keep a supplier's text from steering the terminal."""
    return "".join(character if character.isprintable() else "?" for character in line)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for number, row in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        if number == 0:
            yield "  ".join("-" * width for width in widths)
