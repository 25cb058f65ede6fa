"""Every metric that is made of two kinds of scores, in one list; see test_properties.py.

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
the same in test_properties_of_results.py or in a file of its own.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pytest

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
