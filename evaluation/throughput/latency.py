"""What many times of one thing say: observed percentiles, and whether the median has settled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTLED_WITHIN = 0.02
_NORMAL_975 = 1.959964
_LEAST_TO_SETTLE = 20


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest-rank percentile: an observed value, not an interpolated one.

    Parameters
    ----------
    values : sequence of float
        In any order and unit.
    share : float
        In (0, 1), for example 0.99.

    Returns
    -------
    float or None
        The smallest value that at least ``share`` of all do not exceed. None where
        so few were observed that the percentile would be nothing but the greatest
        of them: p50 needs 2, p90 needs 10, p99 needs 100.
    """
    if round(len(values) * (1 - share), 9) < 1:
        return None
    return sorted(values)[math.ceil(round(share * len(values), 9)) - 1]


def has_settled(values: Sequence[float], *, within: float = SETTLED_WITHIN) -> bool:
    """Whether the 95 % interval of the median lies within a share of the median.

    The interval is that between two observed values whose ranks are as far from the middle
    as the binomial distribution asks (normal approximation), so nothing is assumed of how
    the values are distributed.

    Parameters
    ----------
    values : sequence of float
        Observed times, in any order; fewer than 20 have never settled.
    within : float
        Share of the median, for example 0.02.

    References
    ----------
    Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    n = len(values)
    if n < _LEAST_TO_SETTLE:
        return False
    ascending = sorted(values)
    reach = _NORMAL_975 * math.sqrt(n) / 2
    low = ascending[max(0, math.floor(n / 2 - reach) - 1)]
    high = ascending[min(n - 1, math.ceil(n / 2 + reach))]
    median = ascending[(n - 1) // 2]
    return high <= median * (1 + within) and low >= median * (1 - within)
