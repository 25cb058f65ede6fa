"""How many errors a difference between two groups takes to be shown.

The square root of a count of errors varies by one half whatever the count, so with two
groups of equal size a ratio r shows where ``2 (sqrt(r x) - sqrt(x)) / sqrt(2)`` exceeds
the sum of the normal distribution's quantiles for the level and for the power, x being
the errors of the lower group: 23 for a ratio of 2, 78 for 1.5.

References: Anscombe 1948, doi:10.1093/biomet/35.3-4.246 (the square root); Gu, Ng, Tang
and Schucany 2008, doi:10.1002/bimj.200710403 (comparing two Poisson rates).
"""

from __future__ import annotations

import math

from scipy.special import ndtri

ALPHA = 0.05
POWER = 0.8
_REACH = float(ndtri(1 - ALPHA / 2) + ndtri(POWER))


def errors_needed(ratio: float) -> int:
    """Errors in the lower group that show a ratio at level 0.05 with power 0.8.

    Parameters
    ----------
    ratio : float
        Above 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        ``ratio`` is not above 1.
    """
    if not ratio > 1:
        raise ValueError(f"ratio must be above 1, got {ratio}")
    return math.ceil(_REACH**2 / (2 * (math.sqrt(ratio) - 1) ** 2))


ERRORS_FOR_A_VERDICT = errors_needed(2.0)
"""With fewer errors in the lower group, a difference that was not found was hardly sought."""


def detectable_ratio(lower: float, spread: float) -> float | None:
    """Ratio to a lower rate that would have been found with power 0.8.

    The same reasoning with the spread that the bootstrap found, which knows that errors
    share people.

    Parameters
    ----------
    lower : float
        The lower rate, in (0, 1].
    spread : float
        Standard error of the difference of the two rates' arcsine square roots.

    Returns
    -------
    float or None
        None where even a rate of 1 would not have been found.

    References
    ----------
    Cohen 1988, Statistical Power Analysis, chapter 6 (arcsine square root).
    """
    start = math.asin(math.sqrt(lower))
    reached = start + _REACH * spread
    if spread <= 0 or reached > math.pi / 2:
        return None
    return math.sin(reached) ** 2 / math.sin(start) ** 2
