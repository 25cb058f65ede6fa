"""The evidence of comparisons of two: errors by subject, and false matches by two subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.subject_pairs import EveryPair, SubjectPairs
from evaluation.metrics.trial_evidence import (
    Decisions,
    EvidencePoint,
    OperatingMode,
    SubjectEvidence,
    SubjectPairEvidence,
    TrialEvidence,
    highest_first,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.comparison import PairScores
    from evaluation.metrics.counting import NonMatedScores
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.results import OperatingPoint, RecommendedThreshold, VerificationResult


def verification_evidence(
    result: VerificationResult,
    mated: MatedTrials,
    non_mated: NonMatedTrials,
    *,
    decided: tuple[PairScores, BoolArray] | None,
    seed: int,
    replicates: int,
) -> TrialEvidence:
    """Keep what a comparison with other models needs of one protocol.

    Parameters
    ----------
    result : VerificationResult
    mated : MatedTrials
    non_mated : NonMatedTrials
    decided : (PairScores, ndarray of bool, shape (n_trials,)), or None
        Listed trials in the protocol's order, and which of them are mated.
    seed, replicates : int
        Of the bootstraps of the result.
    """
    points = _points(result, non_mated.counted)
    return TrialEvidence(
        protocol=result.protocol,
        title=result.title,
        seed=seed,
        replicates=replicates,
        gallery_size=None,
        points=points,
        mated=_mated(mated, points),
        non_mated=_non_mated(non_mated, points),
        decisions=None if decided is None else _decisions(*decided, points),
    )


def _points(result: VerificationResult, non_mated: NonMatedScores) -> tuple[EvidencePoint, ...]:
    """Operating points that a result prints."""
    named: list[tuple[float | None, OperatingPoint | RecommendedThreshold]] = [
        (point.target_fmr, point) for point in result.operating_points
    ]
    if result.recommended is not None:
        named.append((None, result.recommended))
    return highest_first(
        EvidencePoint(
            mode=OperatingMode.RECOMMENDED if target is None else OperatingMode.TARGET,
            target=target,
            threshold=point.threshold,
            false_positive=point.fmr,
            false_negative=point.fnmr,
            false_positives_known=bool(non_mated.is_exact(np.array([point.threshold]))[0]),
        )
        for target, point in named
        if point.threshold is not None and point.fnmr is not None
    )


def _thresholds(points: Sequence[EvidencePoint]) -> list[float]:
    return [point.threshold for point in points if point.threshold is not None]


def _mated(trials: MatedTrials, points: Sequence[EvidencePoint]) -> SubjectEvidence:
    """Count false non-matches by subject at each point."""
    ascending = np.array(_thresholds(points)[::-1])
    return SubjectEvidence(
        subject=trials.subjects,
        trials=trials.per_subject,
        errors=trials.errors_per_subject(ascending)[:, ::-1],
    )


def _non_mated(trials: NonMatedTrials, points: Sequence[EvidencePoint]) -> SubjectPairEvidence:
    """Count false matches by two subjects at each point, and the trials they are out of."""
    nobody = np.empty(0, dtype=np.int64)
    thresholds = _thresholds([point for point in points if point.false_positives_known])
    a, b, point, count = _matches(trials, np.array(thresholds)) if thresholds else (nobody,) * 4
    everyone = trials.all_trials
    pair_a, pair_b, pair_trials = (
        everyone.listed() if isinstance(everyone, SubjectPairs) else (nobody,) * 3
    )
    return SubjectPairEvidence(
        subject=trials.subjects,
        samples=everyone.samples if isinstance(everyone, EveryPair) else None,
        pair_a=pair_a,
        pair_b=pair_b,
        pair_trials=pair_trials,
        match_a=a,
        match_b=b,
        match_point=point,
        match_count=count,
    )


def _matches(
    trials: NonMatedTrials, descending: FloatArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Two subjects, first point reached, and how many such false matches they have."""
    n = trials.subjects.size
    scores, a, b = trials.highest.at_or_above(float(descending[-1]))
    point = np.searchsorted(-descending, -scores, side="left")
    # One number says who and where; the points come first, so that they lie together.
    keys = (point * n + np.minimum(a, b)) * n + np.maximum(a, b)
    distinct, count = np.unique(keys, return_counts=True)
    rest, second = np.divmod(distinct, n)
    place, first = np.divmod(rest, n)
    return first, second, place, count


def _decisions(listed: PairScores, mated: BoolArray, points: Sequence[EvidencePoint]) -> Decisions:
    matches = ((listed.scores >= threshold) & listed.completed for threshold in _thresholds(points))
    return Decisions.of(mated, listed.completed, matches)
