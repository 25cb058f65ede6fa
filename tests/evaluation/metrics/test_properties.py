"""What holds for every metric that is made of two kinds of scores: one list, one set of tests.

To add a metric, write a function of `Trials` that gives one proportion and put it into
`METRICS`. Read ``mated`` as whatever should score high (mated comparisons, mates' scores
in searches, live presentations) and ``non_mated`` as whatever should not (non-mated
comparisons, best candidates of non-mated searches, attacks). Say

* ``needs``: the kinds it cannot do without; it raises EmptyTrialsError where one is empty;
* ``worse``: where a failed mated trial drives it: +1 up (a rate of misses), -1 down (an
  accuracy), 0 nowhere (a rate of false alarms), None where it is not said;
* ``at_threshold``: it decides at ``trials.threshold``, and a score equal to it is a match;
* ``by_rank``: it depends on the order of scores alone;
* ``bad``: the scores that are no scores; minus infinity is one where it means "nobody".

What is made of more than two kinds (whole results, differentials, detection) is held to
the same by the tests below the list or in its own file.
"""

import dataclasses
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs, merge_parts
from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.assembly import verification_sections
from evaluation.metrics.counting import MatedScores, NonMatedScores
from evaluation.metrics.folds import fold_accuracy
from evaluation.metrics.identification import (
    false_negative_identification_rate,
    false_positive_identification_rate,
    threshold_at_fpir,
)
from evaluation.metrics.presentation_attack import presentation_attack_result
from evaluation.metrics.presentations import Presentations
from evaluation.metrics.verification import (
    area_under_curve,
    equal_error_rate,
    false_match_rate,
    false_non_match_rate,
    threshold_at_fmr,
)

BOTH = ("mated", "non_mated")
NO_NUMBERS = (np.nan, np.inf, -np.inf)


class Trials(NamedTuple):
    mated: np.ndarray
    non_mated: np.ndarray
    threshold: float = 0.25
    failures: int = 0


@dataclass(frozen=True)
class Metric:
    of: object
    needs: tuple = BOTH
    worse: int | None = None
    at_threshold: bool = False
    by_rank: bool = True
    bad: tuple = field(default=NO_NUMBERS)


def _fmr_at_target(t):
    return false_match_rate(t.non_mated, threshold=threshold_at_fmr(t.non_mated, max_fmr=0.2))


def _fnmr_at_target(t):
    at_target = threshold_at_fmr(t.non_mated, max_fmr=0.1)
    return false_non_match_rate(t.mated, threshold=at_target, failures=t.failures)


def _counted_fnmr_at_target(t):
    """The same from scores that are put in order once, as results are made."""
    mated, non_mated = MatedScores.of(t.mated, failures=t.failures), NonMatedScores.of(t.non_mated)
    return false_non_match_rate(mated, threshold=threshold_at_fmr(non_mated, max_fmr=0.1))


def _fold_accuracy(t):
    """Folds 0 and 1 by a score's rank in its class; fold 2 holds the first of each."""
    classes = [np.sort(t.mated), np.sort(t.non_mated)]
    scores = np.concatenate([*classes, *(c[:1] for c in classes)])
    is_mated = np.concatenate([np.repeat([True, False], [c.size for c in classes]), [True, False]])
    folds = [c.searchsorted(c) % 2 for c in classes]
    fold = np.concatenate([*folds, *(np.full(c[:1].size, 2) for c in classes)])
    failed = {0: t.failures} if t.failures else None
    return fold_accuracy(scores, is_mated[: scores.size], fold, failed_mated=failed).accuracy


def _fpir_at_target(t):
    at_target = threshold_at_fpir(t.non_mated, max_fpir=0.2)
    return false_positive_identification_rate(t.non_mated, threshold=at_target)


def _fnir(t):
    """Mates come first wherever they are returned; a failed search returns nobody."""
    mates = np.append(t.mated, np.full(t.failures, -np.inf))
    ranks = np.ones(mates.size, dtype=np.int64)
    return false_negative_identification_rate(mates, ranks, rank=1, threshold=t.threshold)


def _attacks(t):
    """Live presentations that failed have no score; attacks are of one species."""
    scores = np.concatenate([t.mated, np.zeros(t.failures), t.non_mated])
    attack = np.arange(scores.size) >= t.mated.size + t.failures
    presentations = Presentations.of(
        scores,
        attack=attack,
        species=["mask" if one else "" for one in attack],
        failed=~attack & (np.arange(scores.size) >= t.mated.size),
        subjects=np.arange(scores.size),
    )
    return presentation_attack_result(
        presentations,
        protocol="p",
        title="P",
        recommended_threshold=t.threshold,
        replicates=2,
        seed=1,
    )


METRICS = {
    "apcer": Metric(lambda t: _attacks(t).apcer.value, worse=0, at_threshold=True),
    "bpcer": Metric(lambda t: _attacks(t).bpcer.value, worse=1, at_threshold=True),
    "pad_eer": Metric(lambda t: _attacks(t).eer),
    "pad_auc": Metric(lambda t: _attacks(t).auc, worse=-1),
    "fmr": Metric(
        lambda t: false_match_rate(t.non_mated, threshold=t.threshold),
        needs=("non_mated",),
        worse=0,
        at_threshold=True,
    ),
    "fnmr": Metric(
        lambda t: false_non_match_rate(t.mated, threshold=t.threshold, failures=t.failures),
        needs=("mated",),
        worse=1,
        at_threshold=True,
    ),
    "fmr_at_target": Metric(_fmr_at_target, needs=("non_mated",), worse=0),
    "fnmr_at_target": Metric(_fnmr_at_target, worse=1),
    "counted_fnmr_at_target": Metric(_counted_fnmr_at_target, worse=1),
    "eer": Metric(lambda t: equal_error_rate(t.mated, t.non_mated, failures=t.failures).rate),
    "auc": Metric(lambda t: area_under_curve(t.mated, t.non_mated, failures=t.failures), worse=-1),
    "fold_accuracy": Metric(_fold_accuracy, worse=-1, by_rank=False),
    "fpir": Metric(
        lambda t: false_positive_identification_rate(t.non_mated, threshold=t.threshold),
        needs=("non_mated",),
        worse=0,
        at_threshold=True,
        bad=(np.nan, np.inf),
    ),
    "fpir_at_target": Metric(_fpir_at_target, needs=("non_mated",), worse=0, bad=(np.nan, np.inf)),
    "fnir": Metric(
        _fnir,
        needs=("mated",),
        worse=1,
        at_threshold=True,
        bad=(np.nan, np.inf),
    ),
}


def every_metric_that(holds=lambda metric: True):
    chosen = {name: metric for name, metric in METRICS.items() if holds(metric)}
    return pytest.mark.parametrize("metric", chosen.values(), ids=chosen)


every_need = pytest.mark.parametrize(
    ("metric", "needed"),
    [
        pytest.param(metric, needed, id=f"{name}-{needed}")
        for name, metric in METRICS.items()
        for needed in metric.needs
    ],
)
seeds = pytest.mark.parametrize("seed", range(10))


def make_trials(seed, *, steps=8, threshold=0.25, failures=0):
    """Mated and non-mated scores with many ties, in exact steps."""
    rng = np.random.default_rng(seed)
    mated, non_mated = rng.normal(0.4, 0.3, 60), rng.normal(0.0, 0.3, 80)
    return Trials(
        np.round(mated * steps) / steps, np.round(non_mated * steps) / steps, threshold, failures
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


# -- whole results

CARD = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.25)


def sections_of(made, scores, completed):
    return verification_sections(
        test_set=SimpleNamespace(subject_index=made.subject_index),
        protocol=made.protocol,
        comparisons=PairScores(scores, completed),
        failed=np.zeros(made.subject_index.size, bool),
        card=CARD,
        seed=1,
        replicates=50,
    )


def rates_of(result):
    points = [*result.operating_points, result.recommended]
    return [rate for point in points for rate in (point.fmr, point.fnmr) if rate is not None]


@pytest.mark.parametrize("seed", range(4))
def test_every_rate_of_a_result_lies_within_its_interval_in_zero_to_one(make_pairs, seed):
    made = make_pairs(seed, 700, failing=0.1)

    result, _ = sections_of(made, made.comparisons.scores, made.comparisons.completed)

    for rate in rates_of(result):
        assert 0 <= rate.low <= rate.value <= rate.high <= 1
        assert rate.value == rate.errors / rate.trials
        assert 0 <= rate.failures <= rate.errors
    for point in result.operating_points:
        if point.threshold is not None:
            assert point.threshold_low <= point.threshold <= point.threshold_high


@pytest.mark.parametrize("seed", range(4))
def test_a_sample_without_a_template_never_lowers_fnmr_and_adds_no_false_match(make_pairs, seed):
    made = make_pairs(seed, 700)
    scores, completed = made.comparisons.scores, made.comparisons.completed
    lost = (made.protocol.reference == 5) | (made.protocol.probe == 5)

    before, _ = sections_of(made, scores, completed)
    after, _ = sections_of(made, np.where(lost, 0.0, scores), completed & ~lost)

    assert after.recommended.fnmr.value >= before.recommended.fnmr.value
    assert after.recommended.fnmr.trials == before.recommended.fnmr.trials
    assert after.recommended.fmr.errors <= before.recommended.fmr.errors
    assert after.auc <= before.auc + after.n_non_mated_failed / before.n_non_mated


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_parts_of_a_result_may_be_merged_in_any_order(order):
    rng = np.random.default_rng(3)
    subject_index = rng.integers(0, 20, 90).astype(np.int32)
    made = SimpleNamespace(
        embeddings=rng.standard_normal((90, 8)).astype(np.float32), failed=rng.random(90) < 0.05
    )
    parts = [
        compare_all_pairs(made, subject_index, rows, similarity=Similarity.COSINE)
        for rows in (range(20), range(20, 50), range(50, 90))
    ]

    results = [
        verification_sections(
            test_set=SimpleNamespace(subject_index=subject_index),
            protocol=SimpleNamespace(name="all", title="All"),
            comparisons=merge_parts(parts[k] for k in chosen),
            failed=made.failed,
            card=CARD,
            seed=1,
            replicates=50,
        )
        for chosen in ((0, 1, 2), order)
    ]

    (first, evidence), (other, other_evidence) = results
    assert other == first
    for one, two in zip(vars_of(evidence.mated), vars_of(other_evidence.mated), strict=True):
        assert np.array_equal(one, two)
    for one, two in zip(
        vars_of(evidence.non_mated), vars_of(other_evidence.non_mated), strict=True
    ):
        assert np.array_equal(one, two)


def vars_of(record):
    return [getattr(record, f.name) for f in dataclasses.fields(record)]
