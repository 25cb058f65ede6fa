"""What holds for every metric of the list in every_metric.py."""

import numpy as np
import pytest

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from tests.evaluation.metrics.every_metric import (
    BOTH,
    NO_NUMBERS,
    Trials,
    every_metric_that,
    every_need,
    make_trials,
    seeds,
)


@every_metric_that()
@seeds
def test_stays_between_zero_and_one(metric, seed):
    for threshold in (-3.0, -0.125, 0.0, 0.25, 3.0):
        for failures in (0, 3, 200):
            value = metric.of(make_trials(seed, threshold=threshold, failures=failures))
            assert 0.0 <= value <= 1.0


@every_metric_that()
@seeds
def test_does_not_depend_on_the_order_of_trials(metric, seed):
    trials, rng = make_trials(seed, failures=2), np.random.default_rng(seed)

    shuffled = trials._replace(
        mated=rng.permutation(trials.mated), non_mated=rng.permutation(trials.non_mated)
    )

    assert metric.of(shuffled) == metric.of(trials)


@every_metric_that()
@seeds
def test_shards_may_be_swapped(metric, seed):
    trials = make_trials(seed)

    swapped = trials._replace(
        mated=np.roll(trials.mated, 17), non_mated=np.roll(trials.non_mated, 41)
    )

    assert metric.of(swapped) == metric.of(trials)


def transformed(trials, change):
    threshold = float(change(np.array([trials.threshold]))[0])
    return Trials(change(trials.mated), change(trials.non_mated), threshold, trials.failures)


@every_metric_that()
@seeds
@pytest.mark.parametrize(("factor", "shift"), [(4.0, 0.0), (0.5, 0.0), (1.0, -16.0), (2.0, 8.0)])
def test_scores_and_threshold_may_be_measured_in_other_units(metric, seed, factor, shift):
    trials = make_trials(seed, failures=1)

    assert metric.of(transformed(trials, lambda s: s * factor + shift)) == metric.of(trials)


@every_metric_that(lambda metric: metric.by_rank)
@seeds
@pytest.mark.parametrize("change", [np.exp, np.arctan, lambda s: s**3 + s])
def test_an_increasing_transform_of_scores_and_threshold_changes_nothing(metric, seed, change):
    trials = make_trials(seed, failures=1)

    assert metric.of(transformed(trials, change)) == metric.of(trials)


@every_metric_that(lambda metric: metric.worse is not None)
@seeds
def test_more_failures_never_make_a_model_look_better(metric, seed):
    values = [metric.of(make_trials(seed, failures=n)) for n in (0, 1, 2, 10, 100)]

    steps = np.diff(values) * (metric.worse or 1)
    if metric.worse == 0:
        assert not steps.any()  # a failed mated trial never shows in a rate of false alarms
    else:
        assert np.all(steps >= 0)
        assert values[-1] != values[0]


@every_metric_that(lambda metric: metric.worse == 1)
@seeds
def test_a_trial_that_fails_instead_of_scoring_never_lowers_a_rate_of_misses(metric, seed):
    trials = make_trials(seed)

    for k in range(trials.mated.size):
        failed = trials._replace(mated=np.delete(trials.mated, k), failures=1)
        assert metric.of(failed) >= metric.of(trials)


@every_metric_that(lambda metric: metric.at_threshold)
@seeds
def test_a_score_equal_to_the_threshold_is_a_match(metric, seed):
    trials = make_trials(seed)
    a_little_higher = {
        kind: np.where(getattr(trials, kind) == 0.25, 0.2500001, getattr(trials, kind))
        for kind in BOTH
    }
    assert any(np.any(getattr(trials, kind) == 0.25) for kind in BOTH)

    assert metric.of(trials) == metric.of(trials._replace(**a_little_higher))


@every_metric_that(lambda metric: metric.at_threshold)
@seeds
def test_a_higher_threshold_never_turns_a_non_match_into_a_match(metric, seed):
    values = [metric.of(make_trials(seed, threshold=t)) for t in np.arange(-1.5, 2, 0.125)]

    assert np.all(np.diff(values) * (1 if metric.worse == 1 else -1) >= 0)
    assert {values[0], values[-1]} == {0.0, 1.0}


@every_metric_that()
@seeds
def test_leaves_its_input_as_it_was(metric, seed):
    trials = make_trials(seed, failures=1)
    before = trials.mated.tobytes(), trials.non_mated.tobytes()
    trials.mated.setflags(write=False)
    trials.non_mated.setflags(write=False)

    metric.of(trials)

    assert (trials.mated.tobytes(), trials.non_mated.tobytes()) == before


@every_need
def test_refuses_an_empty_class_that_it_needs(metric, needed):
    with pytest.raises(EmptyTrialsError):
        metric.of(make_trials(0)._replace(**{needed: np.array([])}))


@every_need
@pytest.mark.parametrize("bad", NO_NUMBERS)
def test_refuses_a_score_that_is_no_number(metric, needed, bad):
    scores = getattr(make_trials(0), needed).copy()
    scores[3] = bad
    trials = make_trials(0)._replace(**{needed: scores})

    if bad in metric.bad or np.isnan(bad):
        with pytest.raises(NonFiniteScoreError):
            metric.of(trials)
    else:
        assert 0.0 <= metric.of(trials) <= 1.0


@every_metric_that()
def test_one_score_for_everything_is_measured_without_a_warning(metric):
    same = np.full(20, 0.25)

    assert 0.0 <= metric.of(Trials(same, same)) <= 1.0
