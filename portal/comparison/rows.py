"""Cells and rows of the compare page's table, made of what was measured of each model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.measured import separable_best
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement

    Found = Sequence[Measurement | None]

NOT_MEASURED = "Not measured"


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
    """What must be known to read the row, below its label."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def differs(row: Row) -> bool:
    """Whether the row shows a difference: words that are not all the same, or rates apart.

    Two rates differ where their 95% intervals lie apart; what was measured of one model only
    differs too.
    """
    rates = [cell.rate for cell in row.cells if cell.rate is not None]
    if len(rates) < len(row.cells):
        return bool(rates) or len({cell.text for cell in row.cells}) > 1
    known = [(one.low, one.high) for one in rates if one.low is not None and one.high is not None]
    return bool(known) and max(low for low, _ in known) > min(high for _, high in known)


def ranked_rates(label: str, rates: Found) -> Row:
    """Return rates of which the lowest is marked best where that is beyond doubt."""
    best = separable_best(rates)
    cells = [
        Cell(rate=rate, text="" if rate else NOT_MEASURED, is_best=place == best)
        for place, rate in enumerate(rates)
    ]
    return Row(label, tuple(cells))


def unmarked_rates(label: str, rates: Found, *, missing: Sequence[str] = (), hint: str = "") -> Row:
    """Return rates that alone make no model better or worse, or what stands for each."""
    texts = missing or [NOT_MEASURED] * len(rates)
    cells = [
        Cell(rate=rate, text="" if rate else text) for rate, text in zip(rates, texts, strict=True)
    ]
    return Row(label, tuple(cells), hint)


def values(label: str, found: Found, words: Callable[[Measurement], str]) -> Row:
    """Return figures that are no rates, in words of their own."""
    return texts(
        label,
        [words(one) if one and one.value is not None else NOT_MEASURED for one in found],
    )


def numbers(label: str, models: Sequence[MeasuredModel], metric: str, unit: str) -> Row:
    """Return a number of the whole run with its unit."""
    found = [model.find(metric) for model in models]
    return values(label, found, lambda one: f"{wording.grouped(one.value)}{unit}")


def texts(label: str, said: Sequence[str], *, hint: str = "") -> Row:
    return Row(label, tuple(Cell(text=text) for text in said), hint)
