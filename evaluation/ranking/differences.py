"""The difference between two models' FNMR on the same trials: interval and p-value.

The interval is the middle 95 % of the differences in the bootstrap's replicates, in
which both models meet the same people. The p-value is twice the smaller share of
replicates on the far side of nought, with the observed sample counted in; where no
replicate is there, the tail of the normal distribution with the replicates' standard
deviation, so that it can stand correction for many comparisons.

Where few subjects tell the models apart both would be too sure. The interval then also
covers the exact (Clopper-Pearson) interval for the share of these subjects that the
first model serves worse, in units of the rate that they make up, or with no such
subject the rule of 3; the p-value is at least that of the exact sign-flip test, in
which each subject's difference has either sign. With one trial for each subject that
is McNemar's exact test.

References: Efron and Tibshirani 1993, doi:10.1201/9780429246593; Davison and Hinkley
1997, doi:10.1017/CBO9780511802843 (the observed sample counted in); Fisher 1935, The
Design of Experiments, section 21 (sign flips).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

from evaluation.metrics.bootstrap import percentile_interval
from evaluation.metrics.uncertainty import Interval, clopper_pearson, rule_of_three

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray, IntArray

_FEW = 12
_FEWEST_SUBJECTS = 2


class Difference(NamedTuple):
    """First model's rate less the second's, with a 95 % interval and a two-sided p-value."""

    value: float
    low: float
    high: float
    p: float


def fnmr_difference(
    errors_a: IntArray, errors_b: IntArray, trials: IntArray, drawn: FloatArray
) -> Difference:
    """Compare the false non-matches of two models.

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
        few = _interval_of_few(telling, trials)
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
        Differences other than nought, few of them: there are 2**n choices.
    """
    if apart.size == 0:
        return 1.0
    signs = 1 - 2 * ((np.arange(1 << apart.size)[:, None] >> np.arange(apart.size)) & 1)
    as_far = np.abs(signs @ apart) >= abs(int(apart.sum()))
    return float(np.mean(as_far))


def probability_above(drawn: FloatArray) -> float:
    """Share of replicates in which the first rate is the lower; equal ones count half."""
    return float((np.sum(drawn < 0) + 0.5 * np.sum(drawn == 0)) / drawn.size)


def _interval_of_few(telling: IntArray, trials: IntArray) -> Interval:
    if telling.size == 0:
        reach = rule_of_three(0, trials.size).high
        return Interval(-reach, reach)
    share = clopper_pearson(int(np.sum(telling > 0)), telling.size)
    rate = int(np.abs(telling).sum()) / int(trials.sum())
    return Interval((2 * share.low - 1) * rate, (2 * share.high - 1) * rate)
