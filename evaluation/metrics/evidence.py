"""What may be printed: the rule of 3, the rule of 30, and the words for it.

A protocol with n completed non-mated comparisons can show no FMR below 3/n; between
3/n and 30/n a figure is indicative. No errors in n trials prints as "≤ 3/n", never
as 0. These functions are the only place where a rate becomes text.

References: Hanley and Lippman-Hand 1983 (rule of 3), doi:10.1001/jama.1983.03330370053031;
Doddington et al. 2000 (rule of 30), doi:10.1016/S0167-6393(99)00080-1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evaluation.results import Evidence, IntervalMethod

if TYPE_CHECKING:
    from evaluation.results import OperatingPoint, Rate

ROUNDING = 1e-9  # 0.01 * 300 is 3 although neither factor is exact

_ROUND_DIGITS = 4  # a percentage with more significant digits is not round

NOT_ENOUGH_TEXT = "not enough evidence"

METHOD_NAMES: dict[IntervalMethod, str] = {
    IntervalMethod.WILSON: "Wilson",
    IntervalMethod.CLOPPER_PEARSON: "Clopper-Pearson",
    IntervalMethod.SUBJECT_BOOTSTRAP: "subject bootstrap",
    IntervalMethod.IMAGE_BOOTSTRAP: "bootstrap over images",
    IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP: "two-way subject bootstrap",
    IntervalMethod.RULE_OF_THREE: "rule of 3",
    IntervalMethod.DISJOINT_PAIRS_WILSON: "Wilson on disjoint pairs of subjects",
}


def smallest_printable_fmr(n_non_mated: int) -> float:
    """Return the least FMR that n completed non-mated comparisons can show: 3/n, at most 1."""
    return min(1.0, 3 / n_non_mated)


def evidence_for_target(target: float, trials: int) -> Evidence:
    """Say whether ``trials`` comparisons can show an error rate of ``target``."""
    expected_errors = target * trials * (1 + ROUNDING)
    return _evidence(expected_errors)


def evidence_for_counts(errors: int, trials: int) -> Evidence:
    """Say whether an observed rate is more than an indication: 30 errors or more.

    Fewer errors, none included, are indicative; fewer than three trials say nothing.
    """
    if trials < 3:
        return Evidence.NOT_ENOUGH
    return _evidence(max(errors, 3))


def evidence_of_point(point: OperatingPoint) -> Evidence:
    """Return the weaker of what can be said of the FMR aimed at and of the FNMR found there."""
    if point.fnmr is None:
        return Evidence.NOT_ENOUGH
    strength = list(Evidence)  # strongest first
    return max(point.evidence, point.fnmr.evidence, key=strength.index)


def _evidence(errors: float) -> Evidence:
    if errors < 3:
        return Evidence.NOT_ENOUGH
    return Evidence.INDICATIVE if errors < 30 else Evidence.SUFFICIENT


def format_percent(proportion: float) -> str:
    """Two decimals from 0.1% up, below that two significant digits: ``1.20%``, ``0.025%``."""
    if proportion == 0:
        return "0%"
    return f"{proportion * 100:.{_decimals(proportion)}f}%"


def format_upper_bound(proportion: float) -> str:
    """Percentage that is never below the bound: rounded up to two significant digits."""
    percent = proportion * 100
    if percent >= 100:
        return "100%"
    digits = 1 - math.floor(math.log10(percent))
    rounded_up = math.ceil(percent * 10**digits * (1 - ROUNDING)) / 10**digits
    text = f"{rounded_up:.{max(digits, 0)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def format_rate(rate: Rate) -> str:
    """Text of a rate with its counts.

    ``1.20% (6 of 500)``; ``≤ 0.6% (0 of 500)`` where there were no errors;
    ``not enough evidence`` where nothing can be said.
    """
    if rate.evidence is Evidence.NOT_ENOUGH:
        return NOT_ENOUGH_TEXT
    counts = f"({rate.errors:,} of {rate.trials:,})"
    if rate.errors == 0:
        return f"≤ {format_upper_bound(rate.high)} {counts}"
    return f"{format_percent(rate.value)} {counts}"


def format_interval(rate: Rate) -> str:
    """Text of the 95% interval, ``0.55% to 2.59%``; empty where nothing can be said."""
    if rate.evidence is Evidence.NOT_ENOUGH:
        return ""
    if rate.errors == 0:
        return f"0% to {format_upper_bound(rate.high)}"
    return f"{format_percent(rate.low)} to {format_percent(rate.high)}"


def format_without_counts(value: float, *, fewest_trials: int) -> str:
    """Text of a rate that has no counts of its own, as an EER; 0 becomes an upper bound."""
    if value > 0:
        return format_percent(value)
    return f"≤ {format_upper_bound(min(1.0, 3 / fewest_trials))}"


def format_target(target: float) -> str:
    """Text of a target rate: ``0.01%`` for 1e-4, ``1 in 6,000`` where a percentage is not round."""
    text = f"{target * 100:.10f}".rstrip("0").rstrip(".")
    if len(text.replace(".", "").lstrip("0")) > _ROUND_DIGITS:
        return f"1 in {round(1 / target):,}"
    return f"{text}%"


def _decimals(proportion: float) -> int:
    percent = float(f"{proportion * 100:.2g}")  # 0.0999 is printed as 0.10
    return 2 if percent >= 0.1 else 1 - math.floor(math.log10(percent))
