"""What must be kept of one model's trials to compare it with other models on the same trials.

Counts of errors per subject and per two subjects at a few thresholds, and for listed
trials each decision in one bit. No score, no name and no file: subjects are numbers
of the test set, so the evidence says nothing of anybody to who does not have the set.

Operating points stand from the highest threshold down; arrays have a column or a
number for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.subject_pairs import EveryPair, SubjectPairs
from evaluation.results import Document, Rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray, FloatArray, IntArray, UInt8Array
    from evaluation.metrics.counting import NonMatedScores
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.results import OperatingPoint, RecommendedThreshold, VerificationResult


class EvidencePoint(Document):
    """One operating point: its threshold and what the model's result says of it."""

    target_fmr: float | None
    """None: the threshold that the supplier recommends."""
    threshold: float
    fmr: Rate
    fnmr: Rate
    false_matches_known: bool
    """Whether the false matches are held one by one; not so below the kept scores."""


@dataclass(frozen=True, slots=True, eq=False)
class MatedEvidence:
    """Mated trials by subject.

    Attributes
    ----------
    subject : ndarray of int64, shape (n_subjects,)
        The test set's numbers, ascending.
    trials : ndarray of int64, shape (n_subjects,)
    errors : ndarray of int64, shape (n_subjects, n_points)
        False non-matches.
    """

    subject: IntArray
    trials: IntArray
    errors: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class NonMatedEvidence:
    """Completed non-mated trials by two subjects; positions are those in ``subject``.

    Attributes
    ----------
    subject : ndarray of int64, shape (n_subjects,)
        The test set's numbers of all subjects compared, ascending.
    samples : ndarray of int64, shape (n_subjects,), or None
        Samples with a template of each subject where every two were compared.
    pair_a, pair_b : ndarray of int64, shape (n_pairs,)
        Two subjects with listed trials; empty where ``samples`` says it all.
    pair_trials : ndarray of int64, shape (n_pairs,)
    match_a, match_b : ndarray of int64, shape (n_matched,)
        Two subjects with false matches that a point has and no higher one.
    match_point : ndarray of int64, shape (n_matched,)
        That point.
    match_count : ndarray of int64, shape (n_matched,)
    """

    subject: IntArray
    samples: IntArray | None
    pair_a: IntArray
    pair_b: IntArray
    pair_trials: IntArray
    match_a: IntArray
    match_b: IntArray
    match_point: IntArray
    match_count: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Decisions of listed trials in the protocol's order, eight to a byte.

    Attributes
    ----------
    n_trials : int
    mated, completed : ndarray of uint8, shape (ceil(n_trials / 8),)
    match : ndarray of uint8, shape (n_points, ceil(n_trials / 8))
    """

    n_trials: int
    mated: UInt8Array
    completed: UInt8Array
    match: UInt8Array


@dataclass(frozen=True, slots=True, eq=False)
class TrialEvidence:
    """One model's trials of one verification protocol, decided at its operating points.

    Attributes
    ----------
    protocol, title : str
    seed, replicates : int
        Of the bootstraps of the result; a comparison draws with the same.
    points : tuple of EvidencePoint
    mated : MatedEvidence
    non_mated : NonMatedEvidence
    decisions : Decisions or None
        None where trials were not listed.
    """

    protocol: str
    title: str
    seed: int
    replicates: int
    points: tuple[EvidencePoint, ...]
    mated: MatedEvidence
    non_mated: NonMatedEvidence
    decisions: Decisions | None


def points_of(result: VerificationResult, non_mated: NonMatedScores) -> tuple[EvidencePoint, ...]:
    """Operating points that a result prints, from the highest threshold down."""
    named: list[tuple[float | None, OperatingPoint | RecommendedThreshold]] = [
        (point.target_fmr, point) for point in result.operating_points
    ]
    if result.recommended is not None:
        named.append((None, result.recommended))
    points = [
        EvidencePoint(
            target_fmr=target,
            threshold=point.threshold,
            fmr=point.fmr,
            fnmr=point.fnmr,
            false_matches_known=bool(non_mated.is_exact(np.array([point.threshold]))[0]),
        )
        for target, point in named
        if point.threshold is not None and point.fmr is not None and point.fnmr is not None
    ]
    return tuple(sorted(points, key=lambda point: -point.threshold))


def mated_evidence(trials: MatedTrials, points: Sequence[EvidencePoint]) -> MatedEvidence:
    """Count false non-matches by subject at each point, from the highest threshold down."""
    ascending = np.array([point.threshold for point in reversed(points)])
    return MatedEvidence(
        subject=trials.subjects,
        trials=trials.per_subject,
        errors=trials.errors_per_subject(ascending)[:, ::-1],
    )


def non_mated_evidence(trials: NonMatedTrials, points: Sequence[EvidencePoint]) -> NonMatedEvidence:
    """Count false matches by two subjects at each point, and the trials they are out of."""
    nobody = np.empty(0, dtype=np.int64)
    thresholds = [point.threshold for point in points if point.false_matches_known]
    a, b, point, count = _matches(trials, np.array(thresholds)) if thresholds else (nobody,) * 4
    everyone = trials.all_trials
    pair_a, pair_b, pair_trials = (
        everyone.listed() if isinstance(everyone, SubjectPairs) else (nobody,) * 3
    )
    return NonMatedEvidence(
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


def decisions(
    scores: FloatArray, completed: BoolArray, mated: BoolArray, points: Sequence[EvidencePoint]
) -> Decisions:
    """Write down the decision of each listed trial at each point.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_trials,)
    completed, mated : ndarray of bool, shape (n_trials,)
    points : sequence of EvidencePoint
    """
    return Decisions(
        n_trials=int(scores.size),
        mated=np.packbits(mated),
        completed=np.packbits(completed),
        match=np.array(
            [np.packbits((scores >= point.threshold) & completed) for point in points],
            dtype=np.uint8,
        ).reshape(len(points), -(-scores.size // 8)),
    )
