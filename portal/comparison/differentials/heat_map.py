"""Groups down, rates across: a table whose shades say where a rate is high or low."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.differentials.statements import ratio
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.results import Rate
    from portal.comparison.differentials.division import AtThreshold, RateKind

STEPS = 3
"""Shades above the middle, and as many below: each up to twice the one before."""
NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One group's rate, how it stands to the middle of all groups, and its shade."""

    rate: Rate | None
    shade: str
    """End of the name of its class: "0" in the middle, "2" and "-2" beside it, "none"."""
    beside: str
    """The same in words: "2.1 times the middle"."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    group: str
    people: int
    samples: int
    cells: tuple[HeatCell, ...]


def heat_rows(at: AtThreshold) -> list[HeatRow]:
    """Return every group with its rates; each column has a middle of its own."""
    kinds = at.division.kinds
    rates = {kind: at.rates(kind) for kind in kinds}
    middles = {kind: _middle(list(rates[kind].values())) for kind in kinds}
    sizes = at.division.sizes
    return [
        HeatRow(
            group,
            sizes[group].subjects,
            sizes[group].samples,
            tuple(_cell(rates[kind][group], middles[kind]) for kind in kinds),
        )
        for group in rates[kinds[0]]
    ]


def _says_something(rate: Rate | None) -> bool:
    return rate is not None and rate.evidence != NOT_ENOUGH


def _drawn(rate: Rate) -> float:
    """Return a rate, or the most that it can be where there were no errors."""
    return rate.value or rate.high


def _middle(rates: Sequence[Rate | None]) -> float | None:
    """Return the geometric mean of the rates with enough evidence; None for fewer than two."""
    known = [_drawn(rate) for rate in rates if rate is not None and _says_something(rate)]
    if len(known) < 2 or min(known) <= 0:
        return None
    return math.exp(sum(math.log(value) for value in known) / len(known))


def _cell(rate: Rate | None, middle: float | None) -> HeatCell:
    if rate is None or not _says_something(rate):
        return HeatCell(rate, "none", "")
    if middle is None:
        return HeatCell(rate, "0", "")
    times = _drawn(rate) / middle
    # Up to a quarter more or less is the middle; from there each shade is a doubling.
    distance = abs(math.log2(times))
    step = 0 if distance <= math.log2(1.25) else min(STEPS, math.ceil(distance - 1e-9))
    shade = str(step if times > 1 else -step)
    return HeatCell(rate, shade, _beside(times, step, is_bound=rate.errors == 0))


def _beside(times: float, step: int, *, is_bound: bool) -> str:
    if step == 0:
        return "About the middle"
    most = "at most " if is_bound else ""
    return f"{most}{ratio(times)} times the middle".capitalize()


def matrix_rows(at: AtThreshold, kind: RateKind) -> list[tuple[str, ...]]:
    """Return the FMR within each group and between every two; nothing for searches."""
    crossed = getattr(at.at, "cross_groups", ())
    if not crossed:
        return []
    rates: dict[tuple[str, str], Rate | None] = {
        (name, name): rate for name, rate in at.rates(kind).items()
    }
    for one in crossed:
        rates[one.group_a, one.group_b] = rates[one.group_b, one.group_a] = one.fmr
    names = list(at.rates(kind))
    return [(name, *(_printed(rates.get((name, other))) for other in names)) for name in names]


def _printed(rate: Rate | None) -> str:
    return "Not measured" if rate is None else wording.rate(rate)
