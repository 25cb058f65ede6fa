"""Subject-level bootstrap of 5,000 people, 1,000 times, against drawing and counting again.

The rival does what the definition says: it draws people, gathers the scores of all
their comparisons and counts errors at every threshold. It is measured on a few
replicates and stands for as many as ours; each of its replicates costs the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.rounds import Ratio, faster, growth, interleaved
from evaluation.arrays import FloatArray, IntArray
from evaluation.metrics.bootstrap import mated_replicates, non_mated_replicates, weight_blocks
from evaluation.metrics.counting import MatedScores
from evaluation.metrics.subject_pairs import EveryPair, SteppedPairs
from evaluation.metrics.trials import MatedTrials

SUBJECTS, REPLICATES = 5000, 1000
MATED_EACH, THRESHOLDS = 10, 200  # a result states FNMR at some two hundred thresholds
RIVAL_MATED, RIVAL_NON_MATED = 50, 3  # replicates that are measured
TARGETS = (1e-1, 1e-2, 1e-3, 1e-4)
AT_LEAST = 300
GROWING_MATED_EACH = (10, 40, 160)


def run() -> Iterator[Ratio]:
    """Compare mated trials, non-mated ones drawn two ways, both together; then with ever more."""
    mated, non_mated = _mated(), _non_mated()
    yield faster("mated trials against resampling", mated["ours"], mated["rival"])
    yield faster("non-mated trials, two-way, against resampling", *non_mated.values())
    together = [
        [one + other for one, other in zip(mated[who], non_mated[who], strict=True)]
        for who in ("ours", "rival")
    ]
    yield faster("bootstrap of both against resampling", *together, at_least=AT_LEAST)
    yield _growth()


def _growth() -> Ratio:
    random = np.random.default_rng(4)
    rivals = {}
    for each in GROWING_MATED_EACH:
        trials = np.full(SUBJECTS, each, dtype=np.int64)
        errors = random.binomial(each, 0.05, (SUBJECTS, THRESHOLDS))
        rivals[str(each)] = partial(
            mated_replicates, errors, trials, replicates=REPLICATES, seed=(1, 1)
        )
    comparisons = [each * SUBJECTS for each in GROWING_MATED_EACH]
    seconds = list(interleaved(rivals).values())
    return growth("exponent of time by comparisons, once counted", comparisons, seconds)


def _mated() -> dict[str, list[float]]:
    random = np.random.default_rng(1)
    subject = np.repeat(np.arange(SUBJECTS), MATED_EACH)
    scores = random.normal(0.5, 0.15, subject.size)
    thresholds = np.linspace(0.1, 0.6, THRESHOLDS)
    trials = MatedTrials(
        counted=MatedScores.of(scores),
        scores=scores,
        subject=subject,
        failures=np.zeros(SUBJECTS, dtype=np.int64),
        subjects=np.arange(SUBJECTS),
    )
    seconds = interleaved(
        {
            "ours": partial(_ours_mated, trials, thresholds),
            "rival": partial(_draw_and_count_mated, scores, thresholds),
        }
    )
    seconds["rival"] = [one * REPLICATES / RIVAL_MATED for one in seconds["rival"]]
    return seconds


def _ours_mated(trials: MatedTrials, thresholds: FloatArray) -> FloatArray:
    return mated_replicates(
        trials.errors_per_subject(thresholds),
        trials.per_subject,
        replicates=REPLICATES,
        seed=(1, 1),
    )


def _draw_and_count_mated(scores: FloatArray, thresholds: FloatArray) -> FloatArray:
    random = np.random.default_rng(2)
    by_subject = scores.reshape(SUBJECTS, MATED_EACH)
    rates = []
    for _ in range(RIVAL_MATED):
        drawn = by_subject[random.integers(0, SUBJECTS, SUBJECTS)].ravel()
        rates.append([np.mean(drawn < threshold) for threshold in thresholds])
    return np.array(rates)


def _non_mated() -> dict[str, list[float]]:
    random = np.random.default_rng(3)
    a, b = np.triu_indices(SUBJECTS, 1)
    scores = random.normal(0.0, 0.15, a.size)
    thresholds = np.quantile(scores, 1 - np.array(TARGETS))
    seconds = interleaved(
        {
            "ours": partial(_ours_non_mated, scores, a, b, thresholds),
            "rival": partial(_draw_and_count_non_mated, scores, a, b, thresholds),
        }
    )
    seconds["rival"] = [one * REPLICATES / RIVAL_NON_MATED for one in seconds["rival"]]
    return seconds


def _ours_non_mated(
    scores: FloatArray, a: IntArray, b: IntArray, thresholds: FloatArray
) -> FloatArray:
    reached = np.flatnonzero(scores >= thresholds[0])
    step = thresholds.size - np.searchsorted(thresholds, scores[reached], side="right")
    errors = SteppedPairs(
        a[reached], b[reached], step, n_steps=thresholds.size, n_subjects=SUBJECTS
    )
    trials = EveryPair(np.ones(SUBJECTS, dtype=np.int64))
    return non_mated_replicates(errors, trials, replicates=REPLICATES, seed=(1, 2))


def _draw_and_count_non_mated(
    scores: FloatArray, a: IntArray, b: IntArray, thresholds: FloatArray
) -> FloatArray:
    rates = []
    for weights in weight_blocks(SUBJECTS, replicates=RIVAL_NON_MATED, seed=(1, 2)):
        for drawn in weights.astype(np.int64):
            again = np.repeat(scores, drawn[a] * drawn[b])
            rates.append([np.mean(again >= threshold) for threshold in thresholds])
    return np.array(rates)
