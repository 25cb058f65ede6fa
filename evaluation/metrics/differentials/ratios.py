"""The ratio of two rates with its interval, and how likely chance alone would make it.

**Interval.** Middle 95 % of the ratio in replicates that draw the same subjects for both
sides; never narrower than the interval for independent trials (logarithm of a ratio of
proportions). A side without errors stands with its upper bound, so that the ratio is a
lower or an upper limit itself and its interval is open on that side.

**p-value.** Two-sided. The difference of the arcsine square roots of the two rates,
divided by its standard deviation over the replicates, is referred to Student's
distribution, with one degree of freedom fewer than there are subjects on the side that
has fewer; unlike a share of replicates this has no floor at 2 / (replicates + 1), which
the adjustment over many groups would run into. The two-way bootstrap of non-mated
trials spreads up to three times as much in variance as independent trials do, so a test
of FMR errs towards not separating. Few errors are not spread like any smooth
distribution, therefore the p-value is never below that of Fisher's exact test on the
two counts, twice the smaller tail.

References: Katz et al. 1978, doi:10.2307/2530610 (interval of a ratio); Efron and
Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; Owen 2007,
doi:10.1214/07-AOAS122 (two-way); Fisher 1935, The Logic of Inductive Inference.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr
from scipy.stats import hypergeom

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray
    from evaluation.metrics.differentials.sides import Side

_TAIL = 0.025
_Z = float(ndtri(1 - _TAIL))
_FEWEST_REPLICATES = 2


class RatioInterval(NamedTuple):
    """Limits of a ratio; None: no upper limit is known."""

    low: float
    high: float | None


class Test(NamedTuple):
    """Outcome of a test of two rates.

    Attributes
    ----------
    p_value : float
        In [0, 1].
    spread : float
        Standard deviation of the difference of the arcsine square roots.
    """

    p_value: float
    spread: float


def ratio_interval(a: Side, b: Side) -> RatioInterval:
    """95 % interval of the ratio of a's rate to b's.

    Parameters
    ----------
    a, b : Side
        With equal numbers of replicates, drawn together.

    Returns
    -------
    RatioInterval
    """
    if a.errors == 0 and b.errors == 0:
        return RatioInterval(0.0, None)
    if a.errors == 0:
        return RatioInterval(0.0, a.ratio_value / b.low)
    if b.errors == 0:
        return RatioInterval(a.low / b.ratio_value, None)
    drawn, ratio = _drawn_ratios(a, b), a.rate / b.rate
    if drawn.size < _FEWEST_REPLICATES:
        return RatioInterval(0.0, None)
    spread = math.sqrt(1 / a.errors - 1 / a.trials + 1 / b.errors - 1 / b.trials)
    factor = math.exp(_Z * spread)
    # Order statistics, the outer ones: a replicate whose denominator is 0 is infinite.
    n = drawn.size - 1
    low, high = drawn[math.floor(n * _TAIL)], drawn[math.ceil(n * (1 - _TAIL))]
    widest = max(float(high), ratio * factor)
    return RatioInterval(min(float(low), ratio / factor), None if widest == math.inf else widest)


def separation(a: Side, b: Side) -> Test:
    """Two-sided test of equal rates; symmetric in the two sides.

    Parameters
    ----------
    a, b : Side
        With equal numbers of replicates, drawn together.

    Returns
    -------
    Test
    """
    apart = _angle(a.drawn) - _angle(b.drawn)
    apart = apart[np.isfinite(apart)]
    if apart.size < _FEWEST_REPLICATES:
        return Test(1.0, 0.0)
    spread = float(np.std(apart, ddof=1))
    difference = float(_angle(a.test_value) - _angle(b.test_value))
    if difference * (a.rate - b.rate) <= 0:
        return Test(1.0, spread)  # no difference, or none beyond the bounds
    freedom = min(a.subjects, b.subjects) - 1
    p_drawn = 2 * float(stdtr(freedom, -abs(difference) / spread)) if spread > 0 else 0.0
    return Test(min(1.0, max(p_drawn, fisher_p_value(a, b))), spread)


def fisher_p_value(a: Side, b: Side) -> float:
    """Exact two-sided p-value of two counts of independent trials: twice the smaller tail."""
    trials, errors = a.trials + b.trials, a.errors + b.errors
    at_most = float(hypergeom.cdf(a.errors, trials, errors, a.trials))
    at_least = float(hypergeom.sf(a.errors - 1, trials, errors, a.trials))
    return min(1.0, 2 * min(at_most, at_least))


def _drawn_ratios(a: Side, b: Side) -> FloatArray:
    """Ratio in each replicate that drew trials of both and an error of one, ascending."""
    above, below = a.drawn, b.drawn
    told = np.isfinite(above) & np.isfinite(below) & ((above > 0) | (below > 0))
    with np.errstate(divide="ignore"):
        ratios: FloatArray = above[told] / below[told]
    return np.sort(ratios)


def _angle(rate: FloatArray | float) -> FloatArray:
    angle: FloatArray = np.arcsin(np.sqrt(rate))
    return angle
