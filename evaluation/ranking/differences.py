"""The difference between two models' false negative rates on the same trials: interval and p-value.

The interval is the middle 95 % of the differences in the bootstrap's replicates, in
which both models meet the same people. The p-value is twice the smaller share of
replicates on the far side of nought, with the observed sample counted in; where no
replicate is there, the tail of the normal distribution with the replicates' standard
deviation, so that it can stand correction for many comparisons.

Where 25 subjects or fewer tell the models apart both would be too sure. The interval
then also covers the one that is put together from exact (Clopper-Pearson) intervals
for the subjects whom either model serves worse, by the method of variance estimates
recovery; with no such subject it is the rule of 3. The p-value is at least that of the
exact sign-flip test, in which each subject's difference has either sign: with one
trial for each subject that is McNemar's exact test.

References: Efron and Tibshirani 1993, doi:10.1201/9780429246593; Davison and Hinkley
1997, doi:10.1017/CBO9780511802843 (the observed sample counted in); Zou and Donner
2008, doi:10.1002/sim.3095 (recovered variances); Fisher 1935, The Design of
Experiments, section 21 (sign flips).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

from evaluation.metrics.bootstrap import percentile_interval
from evaluation.metrics.uncertainty import Interval, clopper_pearson, rule_of_three

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray, IntArray

_FEW = 25
_FEWEST_SUBJECTS = 2


class Difference(NamedTuple):
    """First model's rate less the second's, with a 95 % interval and a two-sided p-value."""

    value: float
    low: float
    high: float
    p: float


def false_negative_difference(
    errors_a: IntArray, errors_b: IntArray, trials: IntArray, drawn: FloatArray
) -> Difference:
    """Compare the false negatives of two models.

    Parameters
    ----------
    errors_a, errors_b : ndarray of int64, shape (n_subjects,)
        Of the same trials.
    trials : ndarray of int64, shape (n_subjects,)
    drawn : ndarray of float64, shape (n_replicates,)
        Differences of the rates in the replicates.

    Returns
    -------
    Difference
        With one subject nothing is known of other people: [-1, 1] and p = 1.
    """
    apart = errors_a - errors_b
    value = int(apart.sum()) / int(trials.sum())
    if trials.size < _FEWEST_SUBJECTS:
        return Difference(value, -1.0, 1.0, 1.0)
    interval, p = percentile_interval(drawn), p_value(drawn, value)
    telling = apart[apart != 0]
    if telling.size <= _FEW:
        few = _interval_of_few(apart, trials)
        interval = Interval(min(interval.low, few.low), max(interval.high, few.high))
        p = max(p, sign_flip_p(telling))
    return Difference(value, interval.low, interval.high, p)


def p_value(drawn: FloatArray, value: float) -> float:
    """Two-sided p-value of no difference, from the differences in the replicates."""
    far = int(min(np.sum(drawn <= 0), np.sum(drawn >= 0)))
    p = min(1.0, 2 * (far + 1) / (drawn.size + 1))
    spread = float(np.std(drawn, ddof=1))
    if far == 0 and spread > 0:
        p = min(p, 2 * float(ndtr(-abs(value) / spread)))
    return p


def sign_flip_p(apart: IntArray) -> float:
    """Share of all choices of signs whose sum is as far from nought as the observed one.

    Parameters
    ----------
    apart : ndarray of int64, shape (n,)
        Differences other than nought; none at all gives 1.
    """
    sizes = np.abs(apart).tolist()
    reach = sum(sizes)
    chances = np.ones(1)  # of each sum, from the lowest, in steps of two
    for size in sizes:
        chances = np.append(chances, np.zeros(size)) + np.append(np.zeros(size), chances)
        chances /= 2
    sums = np.arange(-reach, reach + 1, 2)
    return float(np.sum(chances[np.abs(sums) >= abs(int(apart.sum()))]))


def probability_above(drawn: FloatArray) -> float:
    """Share of replicates in which the first rate is the lower; equal ones count half."""
    return float((np.sum(drawn < 0) + 0.5 * np.sum(drawn == 0)) / drawn.size)


def _interval_of_few(apart: IntArray, trials: IntArray) -> Interval:
    """Interval from exact ones for the people whom each of the two models serves worse."""
    sizes = np.abs(apart[apart != 0])
    if sizes.size == 0:
        reach = rule_of_three(0, trials.size).high
        return Interval(-reach, reach)
    worse_a = _part(apart[apart > 0], float(sizes.mean()), trials)
    worse_b = _part(-apart[apart < 0], float(sizes.mean()), trials)
    value = worse_a.rate - worse_b.rate
    return Interval(
        max(-1.0, value - math.hypot(worse_a.below, worse_b.above)),
        min(1.0, value + math.hypot(worse_a.above, worse_b.below)),
    )


class _Part(NamedTuple):
    """A rate, and how far below and above it its interval reaches."""

    rate: float
    below: float
    above: float


def _part(sizes: IntArray, typical: float, trials: IntArray) -> _Part:
    """Rate of some people's errors, if so many people out of all is binomial."""
    share = clopper_pearson(sizes.size, trials.size)
    each = float(sizes.mean()) if sizes.size else typical
    unit = each * trials.size / int(trials.sum())
    rate = int(sizes.sum()) / int(trials.sum())
    return _Part(rate, rate - share.low * unit, share.high * unit - rate)
