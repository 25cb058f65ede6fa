"""Which groups' rates can be told apart, and which cannot for want of errors.

Two families of tests, each adjusted by Holm's rule. Every group against the group with
the lowest rate: as that one is found by looking, the adjustment is over all two groups,
so that the choice costs what it should. And every group against all the others pooled,
where there are more than two: the adjustment is over the groups. A family belongs to one
rate at one threshold.

A difference is found where the adjusted p-value is at most 0.05 and the interval of the
ratio leaves 1 out. Otherwise the two are "not separable" where the lower side has the
errors that a ratio of two takes to show, and below that there is "not enough evidence";
neither says that there is no difference.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from evaluation.metrics.differentials.power import (
    ALPHA,
    ERRORS_FOR_A_VERDICT,
    detectable_ratio,
)
from evaluation.metrics.differentials.ratios import ratio_interval, separation
from evaluation.metrics.differentials.sides import together
from evaluation.metrics.multiplicity import holm
from evaluation.results import GroupComparison, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.metrics.differentials.ratios import RatioInterval, Test
    from evaluation.metrics.differentials.sides import Side


class _Tested(NamedTuple):
    group: str
    against: str | None
    a: Side
    b: Side
    test: Test
    p_adjusted: float


def against_lowest(sides: Mapping[str, Side]) -> tuple[GroupComparison, ...]:
    """Compare every other group with the one that has the lowest rate.

    Parameters
    ----------
    sides : mapping of str to Side
        Groups whose evidence is enough, with equal numbers of replicates drawn together.

    Returns
    -------
    tuple of GroupComparison
        In the order of the groups; none where there are fewer than two.
    """
    if len(sides) < 2:
        return ()
    pairs = list(combinations(sides, 2))
    tests = [separation(sides[one], sides[other]) for one, other in pairs]
    adjusted = holm([test.p_value for test in tests])
    found = dict(zip(map(frozenset, pairs), zip(tests, adjusted, strict=True), strict=True))
    lowest = min(sides, key=lambda name: sides[name].ratio_value)
    return tuple(
        _comparison(_Tested(name, lowest, side, sides[lowest], *found[frozenset((name, lowest))]))
        for name, side in sides.items()
        if name != lowest
    )


def against_rest(sides: Mapping[str, Side]) -> tuple[GroupComparison, ...]:
    """Compare every group with all the others pooled.

    Parameters
    ----------
    sides : mapping of str to Side
        Groups whose evidence is enough, with equal numbers of replicates drawn together.

    Returns
    -------
    tuple of GroupComparison
        In the order of the groups; none where there are fewer than three, as the rest
        of two is the other one.
    """
    if len(sides) < 3:
        return ()
    rests = {
        name: together([side for other, side in sides.items() if other != name]) for name in sides
    }
    tests = [separation(side, rests[name]) for name, side in sides.items()]
    adjusted = holm([test.p_value for test in tests])
    return tuple(
        _comparison(_Tested(name, None, sides[name], rests[name], test, p))
        for name, test, p in zip(sides, tests, adjusted, strict=True)
    )


def _comparison(tested: _Tested) -> GroupComparison:
    a, b = tested.a, tested.b
    interval = ratio_interval(a, b)
    lower = min(a, b, key=lambda side: side.rate)
    return GroupComparison(
        group=tested.group,
        against=tested.against,
        ratio=a.ratio_value / b.ratio_value,
        low=interval.low,
        high=interval.high,
        at_upper_bound=0 in {a.errors, b.errors},
        p_value=tested.test.p_value,
        p_adjusted=tested.p_adjusted,
        errors_in_lower=lower.errors,
        detectable_ratio=detectable_ratio(lower.test_value, tested.test.spread),
        verdict=_verdict(tested.p_adjusted, interval, lower.errors),
    )


def _verdict(p_adjusted: float, interval: RatioInterval, errors_in_lower: int) -> Verdict:
    leaves_one_out = interval.low > 1 or (interval.high is not None and interval.high < 1)
    if p_adjusted <= ALPHA and leaves_one_out:
        return Verdict.DIFFERS
    if errors_in_lower >= ERRORS_FOR_A_VERDICT:
        return Verdict.NOT_SEPARABLE
    return Verdict.NOT_ENOUGH_EVIDENCE
