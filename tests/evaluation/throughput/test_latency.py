"""Oracles: ranks counted by hand, and the binomial distribution."""

import pytest
from scipy.stats import binom

from evaluation.throughput.latency import has_settled, percentile


def test_a_percentile_is_an_observed_value_at_its_nearest_rank():
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50.0
    assert percentile(values, 0.9) == 90.0
    assert percentile(values, 0.99) == 99.0


@pytest.mark.parametrize(("n", "share"), [(1, 0.5), (9, 0.9), (99, 0.99)])
def test_a_percentile_of_too_few_is_not_given(n, share):
    assert percentile([1.0] * n, share) is None
    assert percentile([1.0] * (n + 1), share) == 1.0


def test_times_that_are_all_equal_have_settled_when_there_are_twenty():
    assert not has_settled([0.01] * 19)
    assert has_settled([0.01] * 20)


def ranks_looked_at(n):
    """Rank of the low and of the high end of the interval, found from outside."""
    fewer_than_half = range((n - 1) // 2)
    low = max(k for k in fewer_than_half if has_settled([0.0] * k + [1.0] * (n - k)))
    high = max(k for k in fewer_than_half if has_settled([1.0] * (n - k) + [2.0] * k))
    return low + 1, n - high


def test_the_interval_of_a_hundred_lies_between_the_40th_and_the_61st():
    assert ranks_looked_at(100) == (40, 61)


@pytest.mark.parametrize("n", [20, 21, 37, 64, 99, 250])
def test_the_interval_covers_the_median_with_95_percent(n):
    low, high = ranks_looked_at(n)
    covered = binom.cdf(high - 1, n, 0.5) - binom.cdf(low - 1, n, 0.5)
    assert 0.95 <= covered < 0.99


@pytest.mark.parametrize(("away", "settled"), [(0.019, True), (0.021, False)])
def test_the_ends_lie_within_two_percent_of_the_median(away, settled):
    for end in (1 - away, 1 + away):
        assert has_settled([end] * 45 + [1.0] * 55) is settled, "60 % of the values are 1"


def test_the_order_does_not_matter():
    assert not has_settled([1.0, 2.0] * 50)
    assert has_settled([1.0, 5.0, 1.0] * 50)
