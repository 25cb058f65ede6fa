"""McNemar's test: two models decide the same trials, and only where they differ counts.

It takes trials as independent. Where people are in several trials it is shown beside
the subject-level comparison, never instead of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, chdtrc, xlogy
from scipy.special import gammaln as log_gamma

from evaluation.ranking.document import McNemarTest

if TYPE_CHECKING:
    from evaluation.arrays import UInt8Array
    from evaluation.metrics.trial_evidence import Decisions

_FEW = 25


def mcnemar(only_a: int, only_b: int) -> McNemarTest:
    """Compare two models by the trials that only one of them decided wrongly.

    Parameters
    ----------
    only_a, only_b : int
        Trials that only the first, or only the second, decided wrongly.

    Returns
    -------
    McNemarTest
        Two-sided. With fewer than 25 discordant trials the exact binomial test, else
        the chi-square statistic with Edwards' correction. ``mid_p`` counts what was
        observed half: less conservative than the exact test and nearly always valid.
        Models that agree everywhere have p = 1.

    Raises
    ------
    ValueError
        A negative count.

    References
    ----------
    McNemar 1947, doi:10.1007/BF02295996; Edwards 1948, doi:10.1007/BF02289261;
    Fagerland, Lydersen and Laake 2013, doi:10.1186/1471-2288-13-91 (mid-p).
    """
    if min(only_a, only_b) < 0:
        raise ValueError(f"counts of trials cannot be negative, got {only_a} and {only_b}")
    n, fewer = only_a + only_b, min(only_a, only_b)
    if n == 0:
        return McNemarTest(only_a=0, only_b=0, p=1.0, mid_p=1.0, method="exact_binomial")
    exact = min(1.0, 2 * float(bdtr(fewer, n, 0.5)))
    observed = float(
        np.exp(log_gamma(n + 1) - log_gamma(fewer + 1) - log_gamma(n - fewer + 1) + xlogy(n, 0.5))
    )
    mid_p = max(0.0, exact - observed / (2 if only_a == only_b else 1))
    if n < _FEW:
        return McNemarTest(
            only_a=only_a, only_b=only_b, p=exact, mid_p=mid_p, method="exact_binomial"
        )
    statistic = max(0, abs(only_a - only_b) - 1) ** 2 / n
    p = float(chdtrc(1, statistic))
    return McNemarTest(only_a=only_a, only_b=only_b, p=p, mid_p=mid_p, method="chi_square")


def mcnemar_of_mated(a: Decisions, b: Decisions, points: tuple[int, int]) -> McNemarTest:
    """Compare false negatives at a point of each; what failed is one."""
    match_a, match_b = a.match[points[0]], b.match[points[1]]
    return mcnemar(_count(a.mated & ~match_a & match_b), _count(a.mated & match_a & ~match_b))


def mcnemar_of_non_mated(a: Decisions, b: Decisions, points: tuple[int, int]) -> McNemarTest:
    """Compare false positives at a point of each, over trials that both completed."""
    both = ~a.mated & a.completed & b.completed
    match_a, match_b = a.match[points[0]], b.match[points[1]]
    return mcnemar(_count(both & match_a & ~match_b), _count(both & ~match_a & match_b))


def _count(bits: UInt8Array) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))
