"""Every group at the thresholds of an axis, and where along it the groups are told apart.

The axis holds thresholds of the whole protocol's own curve, from a false rate of one half at
most to the smallest that can be shown, so that a reader can move along it. Only attributes of
people, alone or crossed, are followed, and of no more than twelve groups: a result has to stay
small. At each threshold the tests are those of an operating point, each with a family of its
own: nothing is adjusted for the number of thresholds that are looked at.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.differentials.groups import DEMOGRAPHIC_ATTRIBUTES
from evaluation.results import GroupCurve, RateCurves, RateDifferential, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evaluation.arrays import FloatArray
    from evaluation.metrics.differentials.groups import Grouping
    from evaluation.metrics.differentials.rated import RatedPlaces
    from evaluation.results import GalleryResult, Rate, WatchlistResult

MOST_THRESHOLDS = 32
MOST_FOLLOWED_GROUPS = 12
HIGHEST_FALSE_RATE = 0.5
"""From the threshold with this FMR or FPIR up."""
_DIGITS = 4


def is_followed(grouping: Grouping) -> bool:
    """Whether the groups are measured along the axis, and not at operating points alone."""
    of_people = set(grouping.attributes) <= set(DEMOGRAPHIC_ATTRIBUTES)
    return of_people and 0 < len(grouping.groups) <= MOST_FOLLOWED_GROUPS


def axis_thresholds(threshold: Sequence[float], false_rate: Sequence[float]) -> FloatArray:
    """Choose at most 32 thresholds of a curve, evenly among those that are looked at.

    Parameters
    ----------
    threshold, false_rate : sequence of float
        Of the curve of the whole protocol, ascending in threshold; FMR or FPIR.

    Returns
    -------
    ndarray of float64, shape (at most 32,)
        Ascending and distinct; the first and the last of them are always there.
    """
    shown = np.unique(
        [t for t, rate in zip(threshold, false_rate, strict=True) if rate <= HIGHEST_FALSE_RATE]
    )
    if shown.size <= MOST_THRESHOLDS:
        return shown
    places = np.linspace(0, shown.size - 1, MOST_THRESHOLDS).round().astype(np.int64)
    return shown[places]


def search_axis(overall: GalleryResult | WatchlistResult) -> tuple[float, ...]:
    """Thresholds along which groups are followed in these searches; none without a curve."""
    if overall.curve is None:
        return ()
    return tuple(axis_thresholds(overall.curve.threshold, overall.curve.fpir).tolist())


def rate_curves(rated: RatedPlaces, names: Sequence[str], places: Iterable[int]) -> RateCurves:
    """Follow one rate of every group along the axis.

    Parameters
    ----------
    rated : RatedPlaces
    names : sequence of str
        Of the groups.
    places : iterable of int
        Positions of the axis's thresholds among those counted.
    """
    found = [rated.differential(names, k) for k in places]
    by_group = zip(names, zip(*(rates for rates, _ in found), strict=True), strict=True)
    apart = [differential for _, differential in found]
    measures = [differential.measures for differential in apart]
    return RateCurves(
        groups=tuple(
            _group_curve(name, rates)
            for name, each in by_group
            if (rates := [rate for rate in each if rate is not None])
        ),
        verdict=tuple(verdict_of(differential, len(names)) for differential in apart),
        differing=tuple(differing(differential) for differential in apart),
        max_to_min=tuple(measured and measured.max_to_min for measured in measures),
        lowest=tuple(measured and measured.lowest for measured in measures),
        highest=tuple(measured and measured.highest for measured in measures),
    )


def verdict_of(differential: RateDifferential, n_groups: int) -> Verdict:
    """Say of all groups at one threshold what is said of two.

    They differ where any of them does. That none was found to differ is said only where every
    group has enough evidence, and every comparison the errors that a ratio of two takes to show.
    """
    verdicts = {one.verdict for one in (*differential.against_lowest, *differential.against_rest)}
    if Verdict.DIFFERS in verdicts:
        return Verdict.DIFFERS
    entered = differential.measures.groups if differential.measures else ()
    if len(entered) == n_groups and verdicts == {Verdict.NOT_SEPARABLE}:
        return Verdict.NOT_SEPARABLE
    return Verdict.NOT_ENOUGH_EVIDENCE


def differing(differential: RateDifferential) -> tuple[str, ...]:
    """Name the groups that differ from the lowest or from all others, in their alphabet's order."""
    compared = (*differential.against_lowest, *differential.against_rest)
    found = {one.group for one in compared if one.verdict is Verdict.DIFFERS}
    return tuple(sorted(found))


def _group_curve(name: str, rates: Sequence[Rate]) -> GroupCurve:
    return GroupCurve(
        group=name,
        trials=rates[0].trials,
        failures=rates[0].failures,
        errors=tuple(rate.errors for rate in rates),
        low=tuple(_outwards(rate.low, math.floor) for rate in rates),
        high=tuple(min(1.0, _outwards(rate.high, math.ceil)) for rate in rates),
        evidence=tuple(rate.evidence for rate in rates),
    )


def _outwards(limit: float, rounded: Callable[[float], int]) -> float:
    """Round to four significant digits, never into the interval."""
    if limit in {0.0, 1.0}:
        return limit
    digits = _DIGITS - 1 - math.floor(math.log10(limit))
    scaled = limit * 10**digits
    nearest = round(scaled)
    whole = nearest if math.isclose(scaled, nearest, rel_tol=1e-12) else rounded(scaled)
    return float(f"{whole}e{-digits}")
