"""Oracles: exact tables summed with whole numbers, statsmodels, and cases worked by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import t as student
from statsmodels.stats.proportion import confint_proportions_2indep

from evaluation.metrics.differentials.ratios import (
    fisher_p_value,
    ratio_interval,
    separation,
)
from evaluation.metrics.differentials.sides import Side, together
from evaluation.metrics.uncertainty import rule_of_three, wilson


def make_side(errors, trials, drawn_errors=None, n=400, subjects=100):
    drawn = np.full(n, float(errors)) if drawn_errors is None else np.asarray(drawn_errors, float)
    return Side(errors, trials, subjects, drawn, np.full(drawn.size, float(trials)))


def drawn_side(errors, trials, spread, seed, n=20_000, subjects=100):
    drawn = np.random.default_rng(seed).normal(errors, spread, n)
    return make_side(errors, trials, np.clip(drawn, 0, trials), subjects=subjects)


@pytest.mark.parametrize(
    ("a", "b"), [((3, 20), (9, 25)), ((0, 40), (6, 30)), ((10, 10), (2, 9)), ((5, 50), (5, 50))]
)
def test_fisher_is_twice_the_smaller_tail_of_all_tables(a, b):
    (x, n), (y, m) = a, b
    total = math.comb(n + m, x + y)

    def chance(k):
        return Fraction(math.comb(n, k) * math.comb(m, x + y - k), total) if x + y >= k else 0

    at_most = sum(chance(k) for k in range(x + 1))
    at_least = sum(chance(k) for k in range(x, n + 1))
    expected = min(1, 2 * min(at_most, at_least))

    assert fisher_p_value(make_side(x, n), make_side(y, m)) == pytest.approx(float(expected))


def test_interval_is_never_narrower_than_that_of_independent_trials():
    a, b = make_side(40, 1000), make_side(20, 900)  # replicates that do not vary at all

    low, high = ratio_interval(a, b)

    expected = confint_proportions_2indep(40, 1000, 20, 900, compare="ratio", method="log")
    assert (low, high) == pytest.approx(expected)


def test_interval_of_dependent_trials_is_that_of_the_replicates():
    rng = np.random.default_rng(0)
    above, below = rng.uniform(100, 900, 1001), rng.uniform(100, 900, 1001)
    a, b = make_side(500, 100_000, above), make_side(500, 100_000, below)

    low, high = ratio_interval(a, b)

    ratios = sorted((above / below).tolist())
    assert (low, high) == pytest.approx((ratios[25], ratios[975]))


def test_replicates_whose_denominator_has_no_error_leave_the_interval_open():
    a = make_side(5, 1000, [5.0] * 100)
    b = make_side(2, 1000, [2.0] * 90 + [0.0] * 10)

    low, high = ratio_interval(a, b)

    assert high is None
    assert 0 < low < 2.5


def test_side_without_errors_leaves_the_interval_open_on_its_side():
    none, some = make_side(0, 1000), make_side(50, 1000)
    limits = wilson(50, 1000)

    assert ratio_interval(some, none) == (pytest.approx(limits.low / 0.003), None)
    assert ratio_interval(none, some) == (0.0, pytest.approx(0.003 / limits.low))
    assert ratio_interval(none, none) == (0.0, None)


def test_p_value_is_that_of_students_distribution_on_the_arcsine_scale():
    a, b = drawn_side(3000, 100_000, 300.0, 1, subjects=12), drawn_side(2200, 100_000, 200.0, 2)

    test = separation(a, b)

    # By the delta method the arcsine of sqrt(p) has standard error s / (2 sqrt(p (1 - p))).
    p, q = 0.03, 0.022
    spread = math.hypot(0.003 / (2 * math.sqrt(p * (1 - p))), 0.002 / (2 * math.sqrt(q * (1 - q))))
    z = (math.asin(math.sqrt(p)) - math.asin(math.sqrt(q))) / spread
    assert test.spread == pytest.approx(spread, rel=0.03)
    assert test.p_value == pytest.approx(2 * student.sf(z, 11), rel=0.1)


def test_p_value_is_never_below_fishers():
    a, b = make_side(9, 1000), make_side(3, 1000)  # replicates that do not vary at all

    assert separation(a, b).p_value == fisher_p_value(a, b) > 0.1


def test_test_is_symmetric():
    a, b = drawn_side(300, 10_000, 30, 1), drawn_side(220, 9_000, 40, 2)

    assert separation(a, b) == separation(b, a)


def test_equal_rates_are_as_likely_as_can_be():
    a, b = drawn_side(100, 1000, 20, 1), drawn_side(200, 2000, 30, 2)

    assert separation(a, b).p_value == 1.0


def test_side_without_errors_is_tested_at_its_upper_bound():
    none = make_side(0, 1000)
    few = make_side(2, 1000, np.linspace(0, 6, 400))
    many = drawn_side(100, 1000, 12, 1, n=400)

    assert none.test_value == none.ratio_value == rule_of_three(0, 1000).high
    assert separation(none, few).p_value == 1.0  # 2 in 1,000 lies below the bound of 3 in 1,000
    assert separation(none, many).p_value < 1e-6
    assert separation(none, none).p_value == 1.0


def test_side_of_nothing_but_errors_is_tested_at_its_lower_bound():
    every, most = make_side(1000, 1000), drawn_side(998, 1000, 1, 1, n=400)

    assert every.ratio_value == 1.0
    assert every.test_value == 1 - 3 / 1000
    assert separation(every, most).p_value == 1.0


def test_too_few_replicates_tell_nothing():
    a, b = make_side(300, 1000, n=1), make_side(30, 1000, n=1)

    assert separation(a, b).p_value == 1.0
    assert ratio_interval(a, b) == (0.0, None)


def test_replicates_without_a_trial_are_left_out():
    drawn, trials = np.array([0.0, 40, 50, 60]), np.array([0.0, 1000, 1000, 1000])
    a, b = Side(50, 1000, 20, drawn, trials), make_side(20, 1000, [10, 20, 30, 25])

    low, high = ratio_interval(a, b)

    # The ratios of the others are 2, 5/3 and 2.4; the interval for counts is wider.
    expected = confint_proportions_2indep(50, 1000, 20, 1000, compare="ratio", method="log")
    assert (low, high) == pytest.approx(expected)
    assert 0 < separation(a, b).p_value < 1


def test_pooled_sides_add_up():
    one, other = make_side(3, 10, [2, 4]), make_side(5, 20, [5, 6])

    both = together([one, other])

    assert (both.errors, both.trials, both.subjects) == (8, 30, 200)
    assert both.drawn.tolist() == [7 / 30, 10 / 30]
