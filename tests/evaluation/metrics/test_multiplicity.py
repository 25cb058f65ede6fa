"""Oracle: statsmodels, and Holm's rule carried out by hand."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from evaluation.metrics.multiplicity import holm


def test_a_case_by_hand():
    # 0.01 * 4, then max(0.04, 0.02 * 3), then max(0.06, 0.03 * 2), then max(0.06, 0.9).
    assert holm([0.03, 0.01, 0.9, 0.02]) == pytest.approx((0.06, 0.04, 0.9, 0.06))


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_statsmodels(seed):
    rng = np.random.default_rng(seed)
    p_values = np.round(rng.random(rng.integers(1, 12)) ** 3, 2)

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_no_test_at_all_has_nothing_to_adjust():
    assert holm([]) == ()


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_refuses_what_is_no_probability(bad):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        holm([0.5, bad])
