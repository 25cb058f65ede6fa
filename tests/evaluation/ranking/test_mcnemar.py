"""Oracle: statsmodels, SciPy's binomial test, and decisions counted one by one."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest
from statsmodels.stats.contingency_tables import mcnemar as oracle

from evaluation.metrics.trial_evidence import Decisions
from evaluation.ranking.mcnemar import mcnemar, mcnemar_of_mated, mcnemar_of_non_mated


@pytest.mark.parametrize("only_a", range(25))
def test_few_discordant_trials_are_tested_exactly(only_a):
    for only_b in range(25 - only_a):
        if only_a + only_b == 0:
            continue
        test = mcnemar(only_a, only_b)

        table = [[50, only_a], [only_b, 50]]
        assert test.method == "exact_binomial"
        assert test.p == pytest.approx(oracle(table, exact=True).pvalue)
        assert test.p == pytest.approx(binomtest(only_a, only_a + only_b).pvalue)


@pytest.mark.parametrize(("only_a", "only_b"), [(5, 20), (13, 12), (300, 240), (0, 4000), (25, 0)])
def test_many_discordant_trials_are_tested_by_chi_square(only_a, only_b):
    test = mcnemar(only_a, only_b)

    table = [[50, only_a], [only_b, 50]]
    assert test.method == "chi_square"
    assert test.p == pytest.approx(oracle(table, exact=False, correction=True).pvalue)


def test_equally_many_on_both_sides_show_no_difference():
    assert mcnemar(200, 200).p == 1.0
    assert mcnemar(6, 6).p == 1.0


def test_agreeing_everywhere_shows_no_difference():
    test = mcnemar(0, 0)

    assert (test.p, test.mid_p, test.only_a, test.only_b) == (1.0, 1.0, 0, 0)


@pytest.mark.parametrize(("only_a", "only_b"), [(1, 0), (3, 9), (7, 7), (0, 30), (40, 60)])
def test_mid_p_counts_what_was_observed_half(only_a, only_b):
    n = only_a + only_b
    observed = {only_a, only_b}
    outside = sum(binom.pmf(k, n, 0.5) for k in range(n + 1) if k < min(observed)) * 2
    as_observed = sum(binom.pmf(k, n, 0.5) for k in observed)

    assert mcnemar(only_a, only_b).mid_p == pytest.approx(
        outside + as_observed / 2 if only_a != only_b else 1 - as_observed / 2
    )


def test_the_order_of_models_does_not_show():
    assert mcnemar(3, 17).p == mcnemar(17, 3).p


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="cannot be negative, got -1 and 3"):
        mcnemar(-1, 3)


@pytest.mark.parametrize("n_trials", [1, 8, 61])
def test_discordant_trials_are_those_of_counting(n_trials):
    rng = np.random.default_rng(n_trials)
    mated = rng.random(n_trials) < 0.5
    made = [rng.random(n_trials) < 0.8 for _ in range(2)]
    match = [(rng.random((2, n_trials)) < 0.5) & one for one in made]
    a, b = (
        Decisions(n_trials, np.packbits(mated), np.packbits(m), np.packbits(d, axis=1))
        for m, d in zip(made, match, strict=True)
    )

    same = mcnemar_of_mated(a, b, (0, 1))
    different = mcnemar_of_non_mated(a, b, (1, 0))

    rows = list(zip(mated, *made, match[0][0], match[1][1], match[0][1], match[1][0], strict=True))
    assert same.only_a == sum(m and not x and y for m, _, _, x, y, _, _ in rows)
    assert same.only_b == sum(m and x and not y for m, _, _, x, y, _, _ in rows)
    both = [(x, y) for m, one, other, _, _, x, y in rows if not m and one and other]
    assert different.only_a == sum(x and not y for x, y in both)
    assert different.only_b == sum(y and not x for x, y in both)
