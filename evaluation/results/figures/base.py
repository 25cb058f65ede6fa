"""One printed figure of a result: what it is called, where it holds, and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.results.base import Evidence

if TYPE_CHECKING:
    from evaluation.results.base import Rate

STRENGTH = list(Evidence)
"""Strongest first."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with its counts, or a plain number such as a speed.

    Attributes
    ----------
    metric : str
        The standard's word: fnmr_at_fmr, fnir_at_fpir, eer, single_stream_p90_ms ...
    protocol : str
        '' where the figure belongs to the whole run.
    condition : str
        What else it holds for, as ``gallery=1000;rank=1`` or ``blur=4``; '' for nothing.
    target : float or None
        Target rate of an operating point, a proportion.
    threshold : float or None
        In score units.
    value, low, high : float or None
        With the 95 % interval where there is one; None where evidence is not enough.
    errors, trials, failures : int or None
    method : str
        How the interval was made.
    evidence : Evidence
    """

    metric: str
    protocol: str = ""
    condition: str = ""
    target: float | None = None
    threshold: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    errors: int | None = None
    trials: int | None = None
    failures: int | None = None
    method: str = ""
    evidence: Evidence = Evidence.SUFFICIENT


def of_rate(
    metric: str,
    rate: Rate,
    *,
    protocol: str = "",
    condition: str = "",
    target: float | None = None,
    threshold: float | None = None,
    aim: Evidence = Evidence.SUFFICIENT,
) -> Figure:
    """Return a rate as a figure; its evidence is the weaker of its own and the aim's.

    Where that is not enough the counts stand alone, so that no export prints the rate.
    """
    evidence = max(aim, rate.evidence, key=STRENGTH.index)
    is_shown = evidence is not Evidence.NOT_ENOUGH
    return Figure(
        metric=metric,
        protocol=protocol,
        condition=condition,
        target=target,
        threshold=threshold,
        value=rate.value if is_shown else None,
        low=rate.low if is_shown else None,
        high=rate.high if is_shown else None,
        errors=rate.errors,
        trials=rate.trials,
        failures=rate.failures,
        method=rate.method.value,
        evidence=evidence,
    )
