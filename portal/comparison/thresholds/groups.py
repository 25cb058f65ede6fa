"""The rates of each group of people along the thresholds, and what the harness says of them.

All results have groups at operating points; those since December 2026 also follow attributes of
people along an axis of thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.metrics.differentials import differing, verdict_of
from evaluation.results import DifferentialResult, Verdict
from portal.comparison.thresholds.figure import Figure, of_rate, place_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.results import (
        GroupCurve,
        Rate,
        RateCurves,
        RateDifferential,
        SearchDifferentialResult,
    )

    Differential = DifferentialResult | SearchDifferentialResult


@dataclass(frozen=True, slots=True)
class GroupPoint:
    """One rate of every group at one threshold."""

    threshold: float
    figures: tuple[Figure | None, ...]
    """In the order of the groups; None: no trial."""
    verdict: Verdict
    differing: tuple[str, ...]
    max_to_min: float | None
    lowest: str | None
    highest: str | None

    @property
    def is_at_bound(self) -> bool:
        """Whether a group that entered the ratio had no errors, and stands at its upper bound."""
        return any(one.errors == 0 for one in self.figures if one and one.says_something)


@dataclass(frozen=True, slots=True)
class GroupAxis:
    """One rate of every group at the thresholds where groups were measured, ascending."""

    rate: str
    """FMR, FNMR, FPIR or FNIR."""
    protocol: str
    title: str
    attributes: tuple[str, ...]
    groups: tuple[str, ...]
    points: tuple[GroupPoint, ...]
    is_followed: bool
    """Along the axis; else at operating points alone."""

    @property
    def thresholds(self) -> list[float]:
        return [point.threshold for point in self.points]

    def thresholds_with(self, verdict: Verdict) -> list[float]:
        return [point.threshold for point in self.points if point.verdict is verdict]

    def place_at(self, threshold: float) -> int:
        return place_at(self.thresholds, threshold)


def axes_of(found: Differential) -> list[GroupAxis]:
    """Return the false and the missed rate of one division; none where it has no threshold."""
    false, missed = ("fmr", "fnmr") if isinstance(found, DifferentialResult) else ("fpir", "fnir")
    names = tuple(group.name for group in found.groups)
    axes = []
    for rate in (false, missed):
        curve = found.curve
        points = _at_operating_points(found, rate, names)
        if curve:
            points += _followed(curve.threshold, getattr(curve, rate), names)
        if points:
            axes.append(
                GroupAxis(
                    rate=rate.upper(),
                    protocol=found.protocol,
                    title=found.title,
                    attributes=found.attributes,
                    groups=names,
                    points=_ascending(points),
                    is_followed=curve is not None,
                )
            )
    return axes


def _followed(
    thresholds: Sequence[float], curves: RateCurves, names: Sequence[str]
) -> Iterator[GroupPoint]:
    by_name = {one.group: one for one in curves.groups}
    for k, threshold in enumerate(thresholds):
        yield GroupPoint(
            threshold=threshold,
            figures=tuple(_figure(by_name.get(name), k) for name in names),
            verdict=curves.verdict[k],
            differing=curves.differing[k],
            max_to_min=curves.max_to_min[k],
            lowest=curves.lowest[k],
            highest=curves.highest[k],
        )


def _figure(curve: GroupCurve | None, k: int) -> Figure | None:
    if curve is None:
        return None
    errors, evidence = curve.errors[k], curve.evidence[k].value
    return Figure(
        errors / curve.trials, curve.low[k], curve.high[k], errors, curve.trials, evidence
    )


def _at_operating_points(found: Differential, rate: str, names: Sequence[str]) -> list[GroupPoint]:
    points = []
    for at in found.thresholds:
        rates: list[Rate | None] = [getattr(group, rate) for group in at.groups]
        if at.threshold is None or not any(rates):
            continue
        points.append(_point(at.threshold, rates, getattr(at, rate), len(names)))
    return points


def _ascending(points: Sequence[GroupPoint]) -> tuple[GroupPoint, ...]:
    """Put points in order; several at one threshold are the same counts, and stand once."""
    by_threshold = {point.threshold: point for point in points}
    return tuple(by_threshold[threshold] for threshold in sorted(by_threshold))


def _point(
    threshold: float, rates: Sequence[Rate | None], apart: RateDifferential, n_groups: int
) -> GroupPoint:
    measures = apart.measures
    return GroupPoint(
        threshold=threshold,
        figures=tuple(None if rate is None else of_rate(rate) for rate in rates),
        verdict=verdict_of(apart, n_groups),
        differing=differing(apart),
        max_to_min=measures.max_to_min if measures else None,
        lowest=measures.lowest if measures else None,
        highest=measures.highest if measures else None,
    )


def highest_without_difference(axes: Sequence[GroupAxis]) -> float | None:
    """Return the highest threshold at which no group differs in the false or the missed rate.

    Only thresholds count at which the evidence was enough for a verdict on every group; None
    where there is none.
    """
    if len(axes) < 2:
        return None
    verdicts = [{point.threshold: point.verdict for point in axis.points} for axis in axes]
    shared = set.intersection(*(set(one) for one in verdicts))
    found = [t for t in shared if all(one[t] is Verdict.NOT_SEPARABLE for one in verdicts)]
    return max(found, default=None)


def stretches(axis: GroupAxis, verdict: Verdict) -> list[tuple[float, float]]:
    """Return the first and last threshold of every unbroken run of one verdict."""
    found: list[tuple[float, float]] = []
    is_open = False
    for point in axis.points:
        if point.verdict is not verdict:
            is_open = False
            continue
        start = found.pop()[0] if is_open else point.threshold
        found.append((start, point.threshold))
        is_open = True
    return found
