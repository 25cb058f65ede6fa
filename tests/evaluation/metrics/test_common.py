"""What holds for every metric: one list, one set of tests."""

import numpy as np
import pytest

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.folds import fold_accuracy
from evaluation.metrics.verification import (
    area_under_curve,
    equal_error_rate,
    false_match_rate,
    false_non_match_rate,
    threshold_at_fmr,
)


def _fmr_at_target(mated, non_mated, threshold):
    at_target = threshold_at_fmr(non_mated, max_fmr=0.2)
    return false_match_rate(non_mated, threshold=at_target)


def _fold_accuracy(mated, non_mated, threshold):
    """Folds 0 and 1 by a score's rank in its class; fold 2 holds the first of each."""
    classes = [np.sort(mated), np.sort(non_mated)]
    scores = np.concatenate([*classes, *(c[:1] for c in classes)])
    is_mated = np.concatenate([np.repeat([True, False], [c.size for c in classes]), [True, False]])
    folds = [c.searchsorted(c) % 2 for c in classes]
    fold = np.concatenate([*folds, *(np.full(c[:1].size, 2) for c in classes)])
    return fold_accuracy(scores, is_mated[: scores.size], fold).accuracy


# name: metric(mated, non_mated, threshold), which classes it needs
METRICS = {
    "fmr": (lambda m, n, t: false_match_rate(n, threshold=t), {"non_mated"}),
    "fnmr": (lambda m, n, t: false_non_match_rate(m, threshold=t), {"mated"}),
    "fnmr_with_failures": (
        lambda m, n, t: false_non_match_rate(m, threshold=t, failures=2),
        set(),
    ),
    "fmr_at_target": (_fmr_at_target, {"non_mated"}),
    "eer": (lambda m, n, t: equal_error_rate(m, n).rate, {"mated", "non_mated"}),
    "auc": (lambda m, n, t: area_under_curve(m, n), {"mated", "non_mated"}),
    "fold_accuracy": (_fold_accuracy, {"mated", "non_mated"}),
}

every_metric = pytest.mark.parametrize("metric", [m for m, _ in METRICS.values()], ids=METRICS)
seeds = pytest.mark.parametrize("seed", range(10))


def make_scores(seed, *, ties=True):
    rng = np.random.default_rng(seed)
    mated, non_mated = rng.normal(0.4, 0.3, 60), rng.normal(0.0, 0.3, 80)
    if ties:
        mated, non_mated = np.round(mated * 8) / 8, np.round(non_mated * 8) / 8
    return mated, non_mated


@every_metric
@seeds
def test_stays_between_zero_and_one(metric, seed):
    mated, non_mated = make_scores(seed)

    for threshold in (-3.0, -0.125, 0.0, 0.25, 3.0):
        assert 0.0 <= metric(mated, non_mated, threshold) <= 1.0


@every_metric
@seeds
def test_does_not_depend_on_the_order_of_comparisons(metric, seed):
    mated, non_mated = make_scores(seed)
    rng = np.random.default_rng(seed)

    shuffled = metric(rng.permutation(mated), rng.permutation(non_mated), 0.25)

    assert shuffled == metric(mated, non_mated, 0.25)


@every_metric
@seeds
@pytest.mark.parametrize(("factor", "shift"), [(4.0, 0.0), (0.5, 0.0), (1.0, -16.0), (2.0, 8.0)])
def test_scores_and_threshold_may_be_measured_in_other_units(metric, seed, factor, shift):
    mated, non_mated = make_scores(seed)

    scaled = metric(mated * factor + shift, non_mated * factor + shift, 0.25 * factor + shift)

    assert scaled == metric(mated, non_mated, 0.25)


@every_metric
@seeds
def test_leaves_its_input_as_it_was(metric, seed):
    mated, non_mated = make_scores(seed)
    before = mated.tobytes(), non_mated.tobytes()
    mated.setflags(write=False)
    non_mated.setflags(write=False)

    metric(mated, non_mated, 0.25)

    assert (mated.tobytes(), non_mated.tobytes()) == before


@pytest.mark.parametrize(
    ("metric", "needed"),
    [(metric, kind) for metric, kinds in METRICS.values() for kind in sorted(kinds)],
)
def test_refuses_an_empty_class_that_it_needs(metric, needed):
    scores = dict(zip(("mated", "non_mated"), make_scores(0), strict=True))
    scores[needed] = np.array([])

    with pytest.raises(EmptyTrialsError):
        metric(scores["mated"], scores["non_mated"], 0.25)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("metric", "needed"),
    [(metric, kind) for metric, kinds in METRICS.values() for kind in sorted(kinds)],
)
def test_refuses_a_score_that_is_no_number(metric, needed, bad):
    scores = dict(zip(("mated", "non_mated"), make_scores(0), strict=True))
    scores[needed][3] = bad

    with pytest.raises(NonFiniteScoreError):
        metric(scores["mated"], scores["non_mated"], 0.25)


@every_metric
def test_one_score_for_everything_is_measured_without_a_warning(metric):
    same = np.full(20, 0.25)

    assert 0.0 <= metric(same, same, 0.25) <= 1.0
