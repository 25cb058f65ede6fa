"""Oracle: the power of the test summed over all counts that two Poisson laws can give."""

import math

import numpy as np
import pytest
from scipy import stats

from evaluation.metrics.differentials.power import (
    ERRORS_FOR_A_VERDICT,
    detectable_ratio,
    errors_needed,
)


def power(lower, ratio):
    """Chance that the square-root test at 0.05 finds the ratio, counted outcome by outcome."""
    most = int(lower * ratio + 12 * math.sqrt(lower * ratio))
    counts = np.arange(most)
    first = stats.poisson.pmf(counts, lower)
    second = stats.poisson.pmf(counts, lower * ratio)
    apart = 2 * np.abs(np.sqrt(counts)[:, None] - np.sqrt(counts)) / math.sqrt(2)
    return float(np.sum(np.outer(first, second)[apart > 1.959964]))


def test_twenty_three_errors_show_a_ratio_of_two_and_seventy_eight_of_one_and_a_half():
    assert errors_needed(2.0) == ERRORS_FOR_A_VERDICT == 23
    assert errors_needed(1.5) == 78


@pytest.mark.parametrize("ratio", [1.2, 1.5, 2.0])
def test_errors_needed_have_a_power_of_four_fifths(ratio):
    needed = errors_needed(ratio)

    assert power(needed, ratio) == pytest.approx(0.8, abs=0.015)
    assert power(needed * 0.8, ratio) < 0.75


def test_no_number_of_errors_shows_a_ratio_of_one():
    with pytest.raises(ValueError, match="above 1"):
        errors_needed(1.0)


@pytest.mark.parametrize(("errors", "ratio"), [(23, 2.0), (78, 1.5)])
def test_detectable_ratio_of_rare_independent_errors_is_that_of_the_rule(errors, ratio):
    trials = 10_000_000
    spread = math.sqrt(1 / (4 * trials) + 1 / (4 * trials))

    assert detectable_ratio(errors / trials, spread) == pytest.approx(ratio, abs=0.01)


def test_detectable_ratio_is_none_where_no_rate_could_be_found_or_nothing_varied():
    assert detectable_ratio(0.5, 0.5) is None
    assert detectable_ratio(0.5, 0.0) is None
    assert detectable_ratio(0.5, 0.01) > 1
