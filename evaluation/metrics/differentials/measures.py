"""Measures of how far rates lie apart over groups.

A group without errors stands in every measure with the upper bound of its 95 %
interval: its rate is not known to be lower than that, and a ratio to zero is none. As
the bound is above the truth, differences are then understated, never overstated.

References: ISO/IEC 19795-10; NIST IR 8280 (2019); NIST IR 8429 (2022), for the ratio to
the geometric mean and the Gini coefficient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.results import DifferentialMeasures, Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.results import Rate

FEWEST_GROUPS = 2


def gini(values: Sequence[float]) -> float:
    """Gini coefficient, corrected for the number of values.

    ``(n / (n - 1)) * sum over all i, j of |x_i - x_j| / (2 * n**2 * mean)``

    Parameters
    ----------
    values : sequence of float
        At least two, none below 0, not all 0.

    Returns
    -------
    float
        In [0, 1]: 0 where all are equal, 1 where all but one are 0.

    Raises
    ------
    ValueError
        Fewer than two values, a negative one, or nothing but zeros.

    References
    ----------
    NIST IR 8429; the correction is that of Deltas 2003, doi:10.1162/rest.2003.85.1.226.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size < FEWEST_GROUPS or np.any(x < 0) or not np.any(x > 0):
        raise ValueError("a Gini coefficient needs two values or more, none negative, not all 0")
    apart = float(np.sum(np.abs(x[:, None] - x)))
    # The last digit of a sum may lie above what the numbers behind it allow.
    return min(1.0, x.size / (x.size - 1) * apart / (2 * x.size**2 * float(np.mean(x))))


def max_to_geometric_mean(values: Sequence[float]) -> float:
    """Highest value divided by the geometric mean of all.

    Parameters
    ----------
    values : sequence of float
        Above 0, at least one.

    Returns
    -------
    float
        At least 1.

    Raises
    ------
    ValueError
        A value is not above 0, or there is none.

    References
    ----------
    NIST IR 8429.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0 or not np.all(x > 0):
        raise ValueError("a geometric mean needs values above 0")
    # Equal values give exactly 1; the logarithms of others round to their last digits.
    return max(1.0, float(np.exp(np.mean(np.log(np.max(x) / x)))))


def entered_value(rate: Rate) -> float:
    """Value with which a group stands in ratios: its rate, or without errors the upper bound."""
    return rate.value if rate.errors else rate.high


def entering(rates: Mapping[str, Rate | None]) -> dict[str, Rate]:
    """Rates of the groups whose evidence is enough, in the order given."""
    return {
        name: rate
        for name, rate in rates.items()
        if rate is not None and rate.evidence is not Evidence.NOT_ENOUGH
    }


def differential_measures(rates: Mapping[str, Rate | None]) -> DifferentialMeasures | None:
    """Measure how far the groups' rates lie apart.

    Parameters
    ----------
    rates : mapping of str to Rate or None
        Rate of each group at one threshold.

    Returns
    -------
    DifferentialMeasures or None
        None where fewer than two groups have enough evidence. The first of equal groups
        is named as the lowest or highest.
    """
    entered = entering(rates)
    if len(entered) < FEWEST_GROUPS:
        return None
    values = {name: entered_value(rate) for name, rate in entered.items()}
    lowest, highest = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    low, high = values[lowest], values[highest]
    return DifferentialMeasures(
        groups=tuple(entered),
        at_upper_bound=tuple(name for name, rate in entered.items() if rate.errors == 0),
        lowest=lowest,
        highest=highest,
        minimum=low,
        maximum=high,
        max_to_min=high / low,
        max_minus_min=high - low,
        max_to_geometric_mean=max_to_geometric_mean(list(values.values())),
        gini=gini(list(values.values())),
    )
