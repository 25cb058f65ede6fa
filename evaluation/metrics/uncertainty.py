"""95 % intervals of a proportion from independent trials.

For trials that share people see ``evaluation.metrics.bootstrap``; which of them
applies is decided in ``evaluation.metrics.rates``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.special import betaincinv

from evaluation.errors import EmptyTrialsError

CONFIDENCE = 0.95
_TAIL = (1 - CONFIDENCE) / 2
_Z = 1.959963984540054  # the normal distribution's 97.5 % point


class Interval(NamedTuple):
    """Limits of a proportion, both in [0, 1]."""

    low: float
    high: float


def wilson(errors: int, trials: int) -> Interval:
    """Wilson score interval, 95 %.

    Parameters
    ----------
    errors, trials : int
        Errors out of independent trials.

    Returns
    -------
    Interval

    Raises
    ------
    EmptyTrialsError
        No trials.
    ValueError
        Fewer errors than 0 or more than trials.

    References
    ----------
    Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    check_counts(errors, trials)
    return wilson_of_rate(errors / trials, trials)


def wilson_of_rate(rate: float, trials: int) -> Interval:
    """Wilson interval for a rate that stands on ``trials`` independent trials."""
    spread = _Z * math.sqrt(rate * (1 - rate) / trials + _Z**2 / (4 * trials**2))
    middle = rate + _Z**2 / (2 * trials)
    scale = 1 + _Z**2 / trials
    low = 0.0 if rate == 0 else max(0.0, (middle - spread) / scale)
    high = 1.0 if rate == 1 else min(1.0, (middle + spread) / scale)
    return Interval(low, high)


def clopper_pearson(errors: int, trials: int) -> Interval:
    """Exact (Clopper-Pearson) interval, 95 %: it never covers less.

    Parameters
    ----------
    errors, trials : int
        Errors out of independent trials.

    Returns
    -------
    Interval

    Raises
    ------
    EmptyTrialsError
        No trials.
    ValueError
        Fewer errors than 0 or more than trials.

    References
    ----------
    Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404.
    """
    check_counts(errors, trials)
    low = 0.0 if errors == 0 else float(betaincinv(errors, trials - errors + 1, _TAIL))
    high = 1.0 if errors == trials else float(betaincinv(errors + 1, trials - errors, 1 - _TAIL))
    return Interval(low, high)


def rule_of_three(errors: int, trials: int) -> Interval:
    """Interval of no errors at all, or of nothing but errors: the rule of 3.

    Parameters
    ----------
    errors, trials : int
        ``errors`` is 0 or equals ``trials``.

    Returns
    -------
    Interval
        ``[0, 3/n]`` or ``[1 - 3/n, 1]``, cut to [0, 1].

    Raises
    ------
    EmptyTrialsError
        No trials.
    ValueError
        Some trials were errors and some were not.

    References
    ----------
    Hanley and Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031.
    """
    check_counts(errors, trials)
    reach = min(1.0, 3 / trials)
    if errors == 0:
        return Interval(0.0, reach)
    if errors == trials:
        return Interval(1.0 - reach, 1.0)
    raise ValueError(f"the rule of 3 does not speak of {errors} errors in {trials} trials")


def check_counts(errors: int, trials: int) -> None:
    """Refuse counts that are no errors out of trials."""
    if trials == 0:
        raise EmptyTrialsError("there are no trials")
    if not 0 <= errors <= trials:
        raise ValueError(f"{errors} errors in {trials} trials")
