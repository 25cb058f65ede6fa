"""What must be kept of one model's trials to compare it with other models on the same trials.

Counts of errors per subject and per two subjects at a few operating points, and for
listed trials each decision in one bit. No score, no name and no file: subjects are
numbers of the test set, so the evidence says nothing of anybody to who does not have it.

Operating points stand from the highest threshold down, those without one last; arrays
have a column or a number for each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from evaluation.results import Document, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evaluation.arrays import BoolArray, IntArray, UInt8Array


class OperatingMode(StrEnum):
    """How an operating point is fixed."""

    TARGET = "target"
    """The lowest threshold whose false positive rate does not exceed a target."""
    RECOMMENDED = "recommended"
    """The supplier's own threshold."""
    INVESTIGATION = "investigation"
    """No threshold: a search returns its best candidates, whatever their scores."""


class EvidencePoint(Document):
    """One operating point, and what the model's result says of it."""

    mode: OperatingMode
    target: float | None = None
    """FMR, or FPIR of searches."""
    threshold: float | None
    """None: investigation."""
    rank: int | None = None
    """Length of the list of candidates; None for comparisons of two."""
    false_positive: Rate | None
    """FMR or FPIR; None: investigation, or nobody unknown was searched for."""
    false_negative: Rate
    """FNMR or FNIR."""
    false_positives_known: bool
    """Whether false positives are held one by one; not so below the kept scores."""


@dataclass(frozen=True, slots=True, eq=False)
class SubjectEvidence:
    """Trials that each belong to one subject.

    Attributes
    ----------
    subject : ndarray of int64, shape (n_subjects,)
        The test set's numbers, ascending.
    trials : ndarray of int64, shape (n_subjects,)
    errors : ndarray of int64, shape (n_subjects, n_points)
    """

    subject: IntArray
    trials: IntArray
    errors: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SubjectPairEvidence:
    """Completed non-mated comparisons by two subjects; positions are those in ``subject``.

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
    """Decisions of listed trials in the order of protocol and seed, eight to a byte.

    Attributes
    ----------
    n_trials : int
    mated, completed : ndarray of uint8, shape (ceil(n_trials / 8),)
        A search is always completed: without a template it returns nobody.
    match : ndarray of uint8, shape (n_points, ceil(n_trials / 8))
        Of a mated search: it returns the mate; of another: it returns anybody.
    """

    n_trials: int
    mated: UInt8Array
    completed: UInt8Array
    match: UInt8Array

    @classmethod
    def of(cls, mated: BoolArray, completed: BoolArray, matches: Iterable[BoolArray]) -> Decisions:
        """Write down decisions, given by trial for each point."""
        match = [np.packbits(at_point) for at_point in matches]
        return cls(
            n_trials=int(mated.size),
            mated=np.packbits(mated),
            completed=np.packbits(completed),
            match=np.array(match, dtype=np.uint8).reshape(len(match), -(-mated.size // 8)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrialEvidence:
    """One model's trials of one protocol, decided at its operating points.

    Attributes
    ----------
    protocol, title : str
    seed, replicates : int
        Of the bootstraps of the result; a comparison draws with the same.
    gallery_size : int or None
        Subjects in the gallery that is searched; None for comparisons of two.
    points : tuple of EvidencePoint
    mated : SubjectEvidence
        Errors are false non-matches, or false negatives of searches.
    non_mated : SubjectPairEvidence, or SubjectEvidence of searches
    decisions : Decisions or None
        None where trials were not listed.
    """

    protocol: str
    title: str
    seed: int
    replicates: int
    gallery_size: int | None
    points: tuple[EvidencePoint, ...]
    mated: SubjectEvidence
    non_mated: SubjectPairEvidence | SubjectEvidence
    decisions: Decisions | None


def highest_first(points: Iterable[EvidencePoint]) -> tuple[EvidencePoint, ...]:
    """Put points in the order in which evidence holds them."""

    def place(point: EvidencePoint) -> float:
        return math.inf if point.threshold is None else -point.threshold

    return tuple(sorted(points, key=place))
