"""Oracles: the rules worked by hand on small counts."""

import numpy as np
import pytest

from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.differentials.counting import PlaceCounts
from evaluation.metrics.differentials.rates import Drawn, Pooled, draw, place_rate
from evaluation.results import Evidence, IntervalMethod

METHOD = IntervalMethod.SUBJECT_BOOTSTRAP


def make_counts(errors, trials, *, subjects=None, independent=False, weigh=None):
    n = len(errors)
    return PlaceCounts(
        errors=np.array(errors)[:, None],
        trials=np.array(trials),
        failures=np.zeros(n, np.int64),
        subjects=np.array(subjects or [50] * n),
        independent=np.full(n, independent),
        outside=0,
        weigh=weigh,
    )


def make_drawn(counts, n=100):
    rng = np.random.default_rng(0)
    trials = np.repeat(counts.trials[:, None], n, axis=1).astype(float)
    return Drawn(rng.binomial(counts.errors, 1.0, (len(trials), n))[:, None, :] * 1.0, trials)


def rate(counts, place, pooled=None):
    pooled = pooled or Pooled.of(counts, 0, np.arange(len(counts.trials)))
    return place_rate(counts, make_drawn(counts), place, 0, pooled, method=METHOD)


def test_place_without_trials_has_no_rate():
    assert rate(make_counts([0, 5], [0, 100]), 0) is None


@pytest.mark.parametrize(("trials", "evidence"), [(300, True), (299, False)])
def test_no_errors_say_something_where_the_common_rate_would_have_made_three(trials, evidence):
    # Over all groups 100 of 10,000: three errors are expected in 300 trials.
    found = rate(make_counts([0], [trials]), 0, Pooled(errors=100, trials=10_000))

    assert (found.evidence is Evidence.INDICATIVE) == evidence
    assert (found.evidence is Evidence.NOT_ENOUGH) == (not evidence)


@pytest.mark.parametrize(("errors", "evidence"), [(3, True), (2, False)])
def test_three_errors_say_something_however_few_were_expected(errors, evidence):
    found = rate(make_counts([errors], [200]), 0, Pooled(errors=10, trials=10_000))

    assert (found.evidence is not Evidence.NOT_ENOUGH) == evidence


@pytest.mark.parametrize("independent", [True, False])
@pytest.mark.parametrize(("subjects", "evidence"), [(10, True), (9, False)])
def test_fewer_than_ten_people_say_nothing(subjects, evidence, independent):
    counts = make_counts([40], [400], subjects=[subjects], independent=independent)

    assert (rate(counts, 0).evidence is not Evidence.NOT_ENOUGH) == evidence


def test_independent_trials_have_an_interval_of_their_own():
    assert rate(make_counts([40], [400], independent=True), 0).method is IntervalMethod.WILSON
    assert rate(make_counts([40], [400]), 0).method is METHOD


def test_replicates_that_drew_no_trial_are_left_out():
    counts = make_counts([20], [400])
    errors = np.array([[[0.0, 5, 10, 40]]])
    drawn = Drawn(errors, np.array([[0.0, 100, 100, 400]]))

    found = place_rate(counts, drawn, 0, 0, Pooled(errors=20, trials=400), method=METHOD)

    assert found.low <= 0.05
    assert found.high >= 0.1 - 1e-9


def test_every_kind_of_trial_is_counted_in_the_same_draws():
    def weigh(weights):
        return weights.T[:, None, :], weights.T

    kinds = tuple(make_counts([1] * 12, [1] * 12, weigh=weigh) for _ in range(2))

    first, second = draw(kinds, 12, replicates=150, seed=5)

    weights = np.concatenate(list(weight_blocks(12, replicates=150, seed=(5, 3)))).T
    assert np.array_equal(first.trials, weights)
    assert np.array_equal(second.errors[:, 0], weights)
    assert np.array_equal(first.errors, second.errors)
