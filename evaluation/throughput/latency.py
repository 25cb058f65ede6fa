"""Percentiles of latencies, never better than what was observed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


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
