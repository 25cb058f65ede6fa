"""Oracles: SciPy's intervals, hand-worked limits, and coverage by summing the binomial."""

import pytest
from scipy.stats import binom, binomtest

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.uncertainty import clopper_pearson, rule_of_three, wilson

COUNTS = [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (10, 10), (6, 500), (499, 500), (7, 1197943)]


@pytest.mark.parametrize(("errors", "trials"), COUNTS)
@pytest.mark.parametrize(("interval", "method"), [(wilson, "wilson"), (clopper_pearson, "exact")])
def test_limits_agree_with_scipy(interval, method, errors, trials):
    expected = binomtest(errors, trials).proportion_ci(0.95, method=method)

    assert interval(errors, trials) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("errors", "trials"), COUNTS)
@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_limits_enclose_the_rate_and_stay_between_zero_and_one(interval, errors, trials):
    low, high = interval(errors, trials)

    assert 0.0 <= low <= errors / trials <= high <= 1.0


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2, 0.5])
def test_clopper_pearson_never_covers_less_than_95_percent(rate):
    covered = 0.0
    for errors in range(101):
        low, high = clopper_pearson(errors, 100)
        if low <= rate <= high:
            covered += float(binom.pmf(errors, 100, rate))

    assert covered >= 0.95


def test_no_errors_in_300_trials_is_at_most_one_percent():
    assert rule_of_three(0, 300) == (0.0, 0.01)


def test_nothing_but_errors_in_300_trials_is_at_least_99_percent():
    assert rule_of_three(300, 300) == (0.99, 1.0)


def test_the_rule_of_three_stays_between_zero_and_one_for_very_few_trials():
    assert rule_of_three(0, 2) == (0.0, 1.0)
    assert rule_of_three(2, 2) == (0.0, 1.0)


def test_the_rule_of_three_says_nothing_of_other_counts():
    with pytest.raises(ValueError, match="1 errors in 5 trials"):
        rule_of_three(1, 5)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson, rule_of_three])
def test_no_trials_are_refused(interval):
    with pytest.raises(EmptyTrialsError):
        interval(0, 0)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson, rule_of_three])
@pytest.mark.parametrize("errors", [-1, 6])
def test_impossible_counts_are_refused(interval, errors):
    with pytest.raises(ValueError, match=f"{errors} errors in 5 trials"):
        interval(errors, 5)
