"""One error rate with its counts, its 95 % interval and its evidence.

Which interval:

* no errors, or nothing but errors: the rule of 3;
* each subject in one trial only: Wilson, or Clopper-Pearson where there are fewer
  than ten errors or fewer than ten non-errors, because Wilson can then be too narrow;
* subjects in several trials: subject-level bootstrap, two-way for non-mated trials.
  Percentiles of a bootstrap are too narrow where errors are few, so the interval is
  never narrower than Wilson's for independent trials;
* too few subjects to draw from (one, or two for non-mated trials): nothing is known
  about other people, so the interval is [0, 1] and there is not enough evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.bootstrap import percentile_interval
from evaluation.metrics.evidence import evidence_for_counts
from evaluation.metrics.uncertainty import (
    Interval,
    check_counts,
    clopper_pearson,
    rule_of_three,
    wilson,
    wilson_of_rate,
)
from evaluation.results import Evidence, IntervalMethod, Rate

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray

_FEW = 10


def independent_rate(errors: int, trials: int, *, failures: int = 0) -> Rate:
    """Rate of errors in independent trials.

    Parameters
    ----------
    errors, trials : int
    failures : int
        How many of the errors are failures to process.

    Returns
    -------
    Rate

    Raises
    ------
    EmptyTrialsError
        No trials.
    ValueError
        Fewer errors than 0 or more than trials.
    """
    check_counts(errors, trials)
    if errors in {0, trials}:
        interval, method = rule_of_three(errors, trials), IntervalMethod.RULE_OF_THREE
    elif min(errors, trials - errors) < _FEW:
        interval, method = clopper_pearson(errors, trials), IntervalMethod.CLOPPER_PEARSON
    else:
        interval, method = wilson(errors, trials), IntervalMethod.WILSON
    return _rate(errors, trials, failures, interval, method)


def bootstrap_rate(
    errors: int,
    trials: int,
    replicates: FloatArray | None,
    *,
    method: IntervalMethod,
    failures: int = 0,
) -> Rate:
    """Rate of errors in trials that share subjects.

    Parameters
    ----------
    errors, trials : int
    replicates : ndarray of float64, shape (n_replicates,), or None
        Rates of the bootstrap's replicates; None or none where there were too few
        subjects to draw from.
    method : IntervalMethod
        Which bootstrap it was.
    failures : int
        How many of the errors are failures to process.

    Returns
    -------
    Rate

    Raises
    ------
    EmptyTrialsError
        No trials.
    ValueError
        Fewer errors than 0 or more than trials.
    """
    check_counts(errors, trials)
    if replicates is None or replicates.size == 0:
        unknown = _rate(errors, trials, failures, Interval(0.0, 1.0), method)
        return unknown.model_copy(update={"evidence": Evidence.NOT_ENOUGH})
    if errors in {0, trials}:
        interval = rule_of_three(errors, trials)
        return _rate(errors, trials, failures, interval, IntervalMethod.RULE_OF_THREE)
    drawn, independent = percentile_interval(replicates), wilson(errors, trials)
    widest = Interval(min(drawn.low, independent.low), max(drawn.high, independent.high))
    return _rate(errors, trials, failures, widest, method)


def disjoint_pairs_rate(errors: int, trials: int, n_subjects: int) -> Rate:
    """Rate over all pairs of subjects where single errors are not known.

    The variance of a rate over all pairs of n people is at most that of n // 2
    independent pairs, whatever the dependence between comparisons; with different
    numbers of samples n is the effective number of people.

    Parameters
    ----------
    errors, trials : int
    n_subjects : int
        People, or effective people.

    Returns
    -------
    Rate

    References
    ----------
    Hoeffding 1948, doi:10.1214/aoms/1177730196, theorem 5.2.
    """
    check_counts(errors, trials)
    interval = wilson_of_rate(errors / trials, max(1, n_subjects // 2))
    method = IntervalMethod.DISJOINT_PAIRS_WILSON
    return _rate(errors, trials, 0, interval, method)


def _rate(
    errors: int, trials: int, failures: int, interval: Interval, method: IntervalMethod
) -> Rate:
    return Rate(
        errors=errors,
        trials=trials,
        failures=failures,
        value=errors / trials,
        low=interval.low,
        high=interval.high,
        method=method,
        evidence=evidence_for_counts(errors, trials),
    )
