"""Oracles: hand-worked cases, SciPy, and how often simulated intervals hold the truth."""

import numpy as np
import pytest
from scipy.stats import binomtest

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.bootstrap import mated_replicates
from evaluation.metrics.rates import bootstrap_rate, disjoint_pairs_rate, independent_rate
from evaluation.results import Evidence, IntervalMethod

SUBJECTS = IntervalMethod.SUBJECT_BOOTSTRAP


@pytest.mark.parametrize(
    ("errors", "trials", "method", "scipy_method"),
    [
        (9, 500, IntervalMethod.CLOPPER_PEARSON, "exact"),
        (10, 500, IntervalMethod.WILSON, "wilson"),
        (490, 500, IntervalMethod.WILSON, "wilson"),
        (491, 500, IntervalMethod.CLOPPER_PEARSON, "exact"),
    ],
)
def test_independent_trials_get_wilson_or_exact_where_few(errors, trials, method, scipy_method):
    rate = independent_rate(errors, trials)

    expected = binomtest(errors, trials).proportion_ci(0.95, method=scipy_method)
    assert rate.method is method
    assert (rate.low, rate.high) == pytest.approx((expected.low, expected.high))
    assert rate.value == errors / trials


@pytest.mark.parametrize(
    ("errors", "low", "high"), [(0, 0.0, 0.006), (500, 0.994, 1.0)], ids=["none", "all"]
)
def test_no_errors_or_nothing_else_follow_the_rule_of_three(errors, low, high):
    independent = independent_rate(errors, 500, failures=errors)
    drawn = bootstrap_rate(errors, 500, np.full(1000, errors / 500), method=SUBJECTS)

    for rate in (independent, drawn):
        assert rate.method is IntervalMethod.RULE_OF_THREE
        assert (rate.low, rate.high) == (low, high)
    assert independent.failures == errors


def test_bootstrap_interval_is_the_percentiles_where_they_are_wide():
    rate = bootstrap_rate(50, 100, np.linspace(0.1, 0.9, 1001), method=SUBJECTS)

    assert (rate.low, rate.high) == pytest.approx((0.12, 0.88))
    assert rate.method is SUBJECTS


def test_bootstrap_interval_is_never_narrower_than_for_independent_trials():
    rate = bootstrap_rate(5, 100, np.full(1000, 0.05), method=SUBJECTS)

    expected = binomtest(5, 100).proportion_ci(0.95, method="wilson")
    assert (rate.low, rate.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("errors", [0, 3, 10])
@pytest.mark.parametrize("replicates", [None, np.empty(0)])
def test_too_few_subjects_say_nothing_about_other_people(errors, replicates):
    rate = bootstrap_rate(errors, 10, replicates, method=SUBJECTS)

    assert (rate.low, rate.high) == (0.0, 1.0)
    assert rate.evidence is Evidence.NOT_ENOUGH
    assert (rate.errors, rate.trials) == (errors, 10)


def test_interval_of_streamed_scores_rests_on_half_as_many_trials_as_subjects():
    rate = disjoint_pairs_rate(100_000, 1_000_000, 901)

    expected = binomtest(45, 450).proportion_ci(0.95, method="wilson")
    assert (rate.low, rate.high) == pytest.approx((expected.low, expected.high))
    assert rate.method is IntervalMethod.DISJOINT_PAIRS_WILSON


def test_no_trials_are_refused():
    with pytest.raises(EmptyTrialsError):
        independent_rate(0, 0)
    with pytest.raises(EmptyTrialsError):
        bootstrap_rate(0, 0, np.zeros(10), method=SUBJECTS)


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_intervals_of_dependent_trials_hold_the_truth_about_95_times_in_100(share):
    """200 people with 4 comparisons each; one person in ten makes most of the errors."""
    rng = np.random.default_rng(11)
    held = 0
    rounds = 200
    for number in range(rounds):
        hard = rng.random(200) < 0.1
        errors = rng.binomial(4, np.where(hard, 5.5 * share, 0.5 * share))
        trials = np.full(200, 4)
        drawn = mated_replicates(errors[:, None], trials, replicates=400, seed=(number,))
        rate = bootstrap_rate(int(errors.sum()), 800, drawn[:, 0], method=SUBJECTS)
        held += rate.low <= share <= rate.high

    assert held / rounds >= 0.92
