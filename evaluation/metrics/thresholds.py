"""How surely a threshold is known: 95 % intervals of the lowest threshold at a target FMR.

In each replicate of the two-way bootstrap the threshold is the lowest whose FMR, as
drawn, is at most the target; the interval is the middle 95 % of these. Thresholds are
sought on a grid of observed ones: each of the highest, further down some two thousand
spaced evenly on a logarithmic axis of their counts. The interval reaches from the
lowest to the highest threshold that a replicate's could have been between two points
of the grid, so the grid never makes it narrower.

Few errors make percentiles too narrow, and a replicate never sees a score beyond the
highest observed. The interval therefore also covers every threshold whose FMR has the
target within its interval for independent trials (the test-inversion interval of a
quantile). Where single scores were not kept the same is done with the interval that
holds at any dependence, of half as many trials as there are subjects.

References: Efron 1979, doi:10.1214/aos/1176344552; Owen 2007, doi:10.1214/07-AOAS122;
Thompson 1936, doi:10.1214/aoms/1177732563 (order statistics as limits of a quantile).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.metrics.evidence import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.arrays import FloatArray
    from evaluation.metrics.counting import NonMatedScores
    from evaluation.metrics.uncertainty import Interval

_GRID = 2000
_REACH = 2  # times the errors at the highest target
_ALWAYS = 200_000  # so many comparisons are cheap


class ThresholdInterval(NamedTuple):
    """Limits in score units; None where the trials set no limit."""

    low: float | None
    high: float | None


def threshold_grid(non_mated: NonMatedScores, most_errors: int) -> FloatArray:
    """Thresholds at which replicates are counted, ascending and distinct.

    Parameters
    ----------
    non_mated : NonMatedScores
    most_errors : int
        Errors at the lowest threshold of interest.

    Returns
    -------
    ndarray of float64
        From the threshold of no errors down to twice ``most_errors``, or further where
        that is cheap; never below where single scores were kept.
    """
    most = min(non_mated.kept.size - 1, max(_REACH * most_errors, _ALWAYS))
    counts = np.unique(np.concatenate([[0], np.geomspace(1, max(1, most), _GRID).astype(np.int64)]))
    return np.unique([non_mated.lowest_threshold(int(n)) for n in counts[counts <= most]])


def drawn_interval(
    non_mated: NonMatedScores, thresholds: FloatArray, rates: FloatArray, target: float
) -> ThresholdInterval:
    """Middle 95 % of the replicates' thresholds.

    Parameters
    ----------
    non_mated : NonMatedScores
    thresholds : ndarray of float64, shape (n_thresholds,)
        Ascending; the errors at each are known one by one.
    rates : ndarray of float64, shape (n_replicates, n_thresholds)
        FMR of each replicate at each threshold.
    target : float

    Returns
    -------
    ThresholdInterval
        A limit is None where a replicate meets the target below the lowest threshold.
    """
    # FMR falls with the threshold, so the first that meets the target is counted out.
    first = np.sort(np.sum(rates > target, axis=1))
    skipped = int(0.025 * first.size)
    low, high = int(first[skipped]), int(first[-1 - skipped])
    goes_on = float(thresholds[0]) > non_mated.lowest_threshold(non_mated.n - 1)
    return ThresholdInterval(
        low=_lowest_between(non_mated, thresholds, low) if low or not goes_on else None,
        high=float(thresholds[high]) if high or not goes_on else None,
    )


def inverted_interval(
    non_mated: NonMatedScores, target: float, interval: Callable[[int], Interval]
) -> ThresholdInterval:
    """Thresholds whose FMR has the target within its interval.

    Parameters
    ----------
    non_mated : NonMatedScores
    target : float
    interval : callable
        Interval of the FMR at a given number of false matches; both limits rise with it.
    """
    counts, target = range(non_mated.n), target * (1 + ROUNDING)
    most = bisect_right(counts, target, key=lambda n: interval(n).low) - 1
    fewest = bisect_right(counts, target, key=lambda n: interval(n).high) - 1
    return ThresholdInterval(
        low=non_mated.lowest_threshold(most),
        high=None if fewest < 0 else non_mated.lowest_threshold(fewest),
    )


def widest(a: ThresholdInterval, b: ThresholdInterval) -> ThresholdInterval:
    """Cover both intervals."""
    low = None if a.low is None or b.low is None else min(a.low, b.low)
    high = None if a.high is None or b.high is None else max(a.high, b.high)
    return ThresholdInterval(low, high)


def _lowest_between(non_mated: NonMatedScores, thresholds: FloatArray, k: int) -> float:
    """Lowest of all thresholds above the one before number k."""
    if k == 0:
        return float(thresholds[0])
    fewer = int(non_mated.n_at_or_above(thresholds[k - 1 : k])[0]) - 1
    return non_mated.lowest_threshold(fewer)
