"""One rate at one threshold, with what it rests on, as pages, CSV and API share it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.metrics.evidence import evidence_for_counts
from evaluation.metrics.uncertainty import rule_of_three

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.results import Rate


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate; without counts it was computed from others, and ``note`` says how."""

    value: float
    low: float | None
    high: float | None
    errors: int | None
    trials: int | None
    evidence: str
    note: str = ""

    @property
    def most(self) -> float:
        """Return what the rate may be taken for: without errors its upper bound."""
        return self.high if self.errors == 0 and self.high is not None else self.value

    @property
    def says_something(self) -> bool:
        return self.evidence != "not_enough"


def of_rate(rate: Rate) -> Figure:
    return Figure(rate.value, rate.low, rate.high, rate.errors, rate.trials, rate.evidence.value)


def of_share(
    value: float, trials: int, interval: tuple[float, float] | None = None, note: str = ""
) -> Figure:
    """Return the figure of a curve's point, whose errors follow from its share.

    Without errors the rule of 3 bounds it, also where the curve has no interval.
    """
    errors = round(value * trials)
    low, high = interval or (None, None)
    if errors == 0:
        low, high = 0.0, rule_of_three(0, trials).high
    return Figure(
        errors / trials, low, high, errors, trials, evidence_for_counts(errors, trials).value, note
    )


def complement(figure: Figure) -> Figure:
    """Return 1 minus a rate: TPIR of FNIR, counted in successes."""
    counted = figure.errors is not None and figure.trials is not None
    return Figure(
        value=1 - figure.value,
        low=None if figure.high is None else 1 - figure.high,
        high=None if figure.low is None else 1 - figure.low,
        errors=(figure.trials or 0) - (figure.errors or 0) if counted else None,
        trials=figure.trials,
        evidence=figure.evidence,
        note=figure.note,
    )


def place_at(thresholds: Sequence[float], wanted: float) -> int:
    """Return which measured threshold stands for the wanted one.

    A score equal to the threshold is a match, so it is the first at or above it; above all of
    them, the highest.
    """
    return min(bisect_left(thresholds, wanted), len(thresholds) - 1)
