"""Pages and the harness's own report say the same of the same rate."""

import pytest

from evaluation.metrics.evidence import (
    format_interval,
    format_percent,
    format_rate,
    format_target,
    format_upper_bound,
)
from evaluation.metrics.rates import independent_rate
from portal.comparison.forms import EVERY_TARGET
from portal.core import wording

RATES = [0.0, 1.0, 0.5, 0.0012, 0.001, 0.000999, 0.000994, 1e-4, 3.2e-5, 1.234e-6]


@pytest.mark.parametrize("rate", RATES)
def test_percentages_agree(rate):
    assert wording.percent(rate) == format_percent(rate)


@pytest.mark.parametrize("bound", [1.0, 3 / 7, 3 / 500, 3 / 700, 3 / 60_000, 3 / 49_999_950])
def test_upper_bounds_agree(bound):
    assert wording.upper_bound(bound) == format_upper_bound(bound)


@pytest.mark.parametrize(("errors", "trials"), [(0, 500), (6, 500), (60, 500), (500, 500), (0, 3)])
def test_rates_and_intervals_agree(errors, trials):
    rate = independent_rate(errors, trials)

    assert f"{wording.rate(rate)} ({wording.counts(rate)})" == format_rate(rate)
    assert wording.interval(rate) == format_interval(rate)


@pytest.mark.parametrize("target", [*EVERY_TARGET, 1 / 3, 0.01234])
def test_targets_agree(target):
    assert wording.short_percent(target) == format_target(target)
