"""How often 95 % intervals hold the truth: exactly where it can be summed, else by simulation.

People differ in the simulations: each has an effect of their own on all their trials.
Every simulation is small and begins from a fixed seed. The paired differences are in
tests/evaluation/ranking, the subject bootstrap of mated trials in test_rates.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binom, norm
from statsmodels.stats.proportion import proportion_confint

from evaluation.metrics.bootstrap import non_mated_replicates
from evaluation.metrics.intervals import NonMatedRates
from evaluation.metrics.rates import bootstrap_rate, disjoint_pairs_rate, independent_rate
from evaluation.metrics.subject_pairs import SteppedPairs, SubjectPairs
from evaluation.metrics.trials import trials_of_pairs
from evaluation.metrics.uncertainty import clopper_pearson, wilson
from evaluation.results import IntervalMethod

TWO_WAY = IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP
LEAST = 0.93


@pytest.mark.parametrize("trials", [1, 7, 60, 500])
def test_limits_agree_with_statsmodels(trials):
    for errors in range(trials + 1):
        assert wilson(errors, trials) == pytest.approx(
            proportion_confint(errors, trials, method="wilson"), abs=1e-12
        )
        assert clopper_pearson(errors, trials) == pytest.approx(
            proportion_confint(errors, trials, method="beta"), abs=1e-12
        )


@pytest.mark.parametrize("trials", [60, 500, 3000])
def test_intervals_of_independent_trials_hold_any_rate_that_can_be_printed(trials):
    intervals = [independent_rate(errors, trials) for errors in range(trials + 1)]
    low, high = (np.array([getattr(one, end) for one in intervals]) for end in ("low", "high"))
    counts = np.arange(trials + 1)

    for rate in np.geomspace(3 / trials, 0.5, 150):
        chances = binom.pmf(counts, trials, rate)
        assert chances[(low <= rate) & (rate <= high)].sum() >= LEAST


def drawn_people(rng, n, rate):
    """False matches of every two of n people; some look like many others."""
    likeness = rng.uniform(0.3, 1.7, n)
    a, b = np.triu_indices(n, 1)
    return a, b, rng.random(a.size) < rate * likeness[a] * likeness[b]


@pytest.mark.parametrize("rate", [0.005, 0.05])
def test_two_way_intervals_hold_the_truth(rate):
    rng = np.random.default_rng(1)
    held, held_at_any_dependence, rounds, n = 0, 0, 250, 50
    for number in range(rounds):
        a, b, wrong = drawn_people(rng, n, rate)
        step = np.zeros(int(wrong.sum()), dtype=np.int64)
        errors = SteppedPairs(a[wrong], b[wrong], step, n_steps=1, n_subjects=n)
        drawn = non_mated_replicates(errors, SubjectPairs(a, b, n), replicates=300, seed=(number,))
        measured = bootstrap_rate(step.size, a.size, drawn[:, 0], method=TWO_WAY)
        wide = disjoint_pairs_rate(step.size, a.size, n)
        held += measured.low <= rate <= measured.high
        held_at_any_dependence += wide.low <= rate <= wide.high

    assert held / rounds >= LEAST
    assert held_at_any_dependence / rounds >= 0.95


def listed_trials(a, b, scores):
    """Trials of one sample for each person, with one mated pair because there must be one."""
    n = int(max(a.max(), b.max())) + 1
    protocol = SimpleNamespace(
        reference=np.append(a, 0).astype(np.int32),
        probe=np.append(b, n).astype(np.int32),
        mated=np.append(np.zeros(a.size, bool), True),
    )
    comparisons = SimpleNamespace(
        scores=np.append(scores, 0.9), completed=np.ones(a.size + 1, bool)
    )
    subject_index = np.append(np.arange(n), 0).astype(np.int32)
    return trials_of_pairs(protocol, comparisons, subject_index)[1]


@pytest.mark.parametrize("target", [0.01, 0.1])
@pytest.mark.parametrize("effect", [0.0, 0.4])
def test_threshold_intervals_hold_the_true_threshold(target, effect):
    """A score is noise and both people's effects, so the true threshold is a normal quantile."""
    rng = np.random.default_rng(2)
    truth = norm.isf(target) * np.sqrt(1 + 2 * effect**2)
    held, rounds, n = 0, 150, 36
    a, b = np.triu_indices(n, 1)
    for number in range(rounds):
        people = rng.normal(0, effect, n)
        scores = people[a] + people[b] + rng.normal(0, 1, a.size)
        rates = NonMatedRates(
            listed_trials(a, b, scores), np.empty(0), targets=[target], replicates=250, seed=number
        )
        interval = rates.threshold_interval(target)
        held += interval.low <= truth <= interval.high

    assert held / rounds >= LEAST


@pytest.mark.parametrize("target", [0.01, 0.05])
def test_threshold_intervals_of_independent_trials_hold_the_true_threshold(target):
    """Summed over how many of 600 scores lie above the true threshold, which is 0 here."""
    a, b = np.arange(0, 1200, 2), np.arange(1, 1200, 2)
    coverage = 0.0
    for above in range(75):
        scores = np.arange(600, 0, -1.0) - (600 - above) - 0.5
        rates = NonMatedRates(
            listed_trials(a, b, scores), np.empty(0), targets=[target], replicates=1, seed=0
        )
        interval = rates.threshold_interval(target)
        holds = interval.low <= 0.0 <= interval.high
        coverage += float(binom.pmf(above, 600, target)) * holds

    assert coverage >= LEAST
