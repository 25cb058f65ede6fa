"""What image conditions do to the error rates at a threshold fixed on clean images.

The threshold of each target FMR comes from the clean protocol's non-mated comparisons.
At each step the same trials are made again with the probe's image made worse and the
reference left as it is. A probe that yields no template any more makes its mated trials
non-matches and its non-mated ones none.

FNMR has doubled at the first step, from the mildest on, at which it is at least twice the
clean FNMR; where no clean comparison was missed, at least twice 3/n, the upper bound that
such a result has (rule of 3). It has surely doubled where the 95 % interval of FNMR minus
twice the clean FNMR, of one subject bootstrap in which both are drawn together, lies above 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import mated_replicates
from evaluation.metrics.evidence import evidence_for_target
from evaluation.metrics.rates import bootstrap_rate, disjoint_pairs_rate
from evaluation.results import IntervalMethod
from evaluation.results.robustness import (
    ConditionResult,
    ConditionStep,
    RobustnessPoint,
    RobustnessResult,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import FloatArray, IntArray
    from evaluation.results import Rate

_STREAM = 5  # draws of its own


@dataclass(frozen=True, slots=True)
class DegradedTrials:
    """Counts of a clean protocol and of its degraded variants, at given thresholds.

    Attributes
    ----------
    subjects : ndarray of int64, shape (n_mated,)
        Whose each mated trial is.
    missed : ndarray of bool, shape (1 + n_variants, n_thresholds, n_mated)
        Non-matches; the first row is the clean protocol's. Failures included.
    failures : ndarray of int64, shape (1 + n_variants,)
        Mated trials without a template.
    false_matches : ndarray of int64, shape (1 + n_variants, n_thresholds)
    non_mated : ndarray of int64, shape (1 + n_variants,)
        Completed non-mated trials.
    n_people : int
        People among the non-mated trials, or as many as they weigh.
    """

    subjects: IntArray
    missed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    failures: IntArray
    false_matches: IntArray
    non_mated: IntArray
    n_people: int


def robustness_result(
    *,
    protocol: str,
    title: str,
    base: str,
    conditions: Sequence[tuple[str, Sequence[float]]],
    targets: Sequence[tuple[float, float]],
    trials: DegradedTrials,
    replicates: int,
    seed: int,
) -> RobustnessResult:
    """Measure one protocol.

    Parameters
    ----------
    protocol, title, base : str
    conditions : sequence of (str, sequence of float)
        Conditions with their steps, mildest first, in the order of the variants.
    targets : sequence of (float, float)
        Target FMRs with the threshold that the clean comparisons gave, in the order of
        the trials' thresholds.
    trials : DegradedTrials
    replicates, seed : int
        Of the bootstrap.

    Returns
    -------
    RobustnessResult
        Points in the order of the targets.
    """
    subjects, compact = np.unique(trials.subjects, return_inverse=True)
    per_subject = np.bincount(compact, minlength=subjects.size)
    n_clean = int(trials.non_mated[0])
    points = []
    for place, (target, threshold) in enumerate(targets):
        errors = np.stack(
            [
                np.bincount(compact[missed], minlength=subjects.size)
                for missed in trials.missed[:, place]
            ],
            axis=1,
        )
        drawn = _drawn(errors, per_subject, replicates=replicates, seed=seed)
        fnmr = [_fnmr(errors, variant, trials, drawn) for variant in range(errors.shape[1])]
        fmr = [
            disjoint_pairs_rate(int(wrong), int(n), trials.n_people)
            for wrong, n in zip(trials.false_matches[:, place], trials.non_mated, strict=True)
        ]
        doubled = 2 * (fnmr[0].value if fnmr[0].errors else fnmr[0].high)
        points.append(
            RobustnessPoint(
                target_fmr=target,
                threshold=threshold,
                evidence=evidence_for_target(target, n_clean),
                clean_fnmr=fnmr[0],
                clean_fmr=fmr[0],
                doubled=doubled,
                conditions=_conditions(conditions, fnmr, fmr, drawn, doubled),
            )
        )
    return RobustnessResult(
        protocol=protocol,
        title=title,
        base=base,
        n_mated=int(trials.subjects.size),
        n_non_mated=n_clean,
        n_subjects=int(subjects.size),
        points=tuple(points),
    )


def _drawn(
    errors: IntArray, per_subject: IntArray, *, replicates: int, seed: int
) -> FloatArray | None:
    """Rates of all variants in the same replicates; None with too few subjects to draw from."""
    if per_subject.size < 2:
        return None
    return mated_replicates(errors, per_subject, replicates=replicates, seed=(seed, _STREAM))


def _fnmr(errors: IntArray, variant: int, trials: DegradedTrials, drawn: FloatArray | None) -> Rate:
    return bootstrap_rate(
        int(errors[:, variant].sum()),
        int(trials.subjects.size),
        None if drawn is None else drawn[:, variant],
        method=IntervalMethod.SUBJECT_BOOTSTRAP,
        failures=int(trials.failures[variant]),
    )


def _conditions(
    conditions: Sequence[tuple[str, Sequence[float]]],
    fnmr: Sequence[Rate],
    fmr: Sequence[Rate],
    drawn: FloatArray | None,
    doubled: float,
) -> tuple[ConditionResult, ...]:
    found = []
    variant = 1
    for condition, steps in conditions:
        measured = []
        for step in steps:
            measured.append(
                ConditionStep(
                    step=step,
                    fnmr=fnmr[variant],
                    fmr=fmr[variant],
                    excess_low=_excess_low(drawn, variant, doubled, has_clean=fnmr[0].errors > 0),
                )
            )
            variant += 1
        found.append(
            ConditionResult(
                condition=condition,
                steps=tuple(measured),
                doubles_at=_first(measured, [one.fnmr.value >= doubled for one in measured]),
                surely_doubles_at=_first(measured, [one.excess_low > 0 for one in measured]),
            )
        )
    return tuple(found)


def _excess_low(
    drawn: FloatArray | None, variant: int, doubled: float, *, has_clean: bool
) -> float:
    """Lower end of the interval of FNMR minus twice the clean FNMR."""
    if drawn is None:
        return -doubled
    twice_clean = 2 * drawn[:, 0] if has_clean else doubled
    return float(np.quantile(drawn[:, variant] - twice_clean, 0.025))


def _first(steps: Sequence[ConditionStep], holds: Sequence[bool]) -> float | None:
    return next((one.step for one, it_does in zip(steps, holds, strict=True) if it_does), None)
