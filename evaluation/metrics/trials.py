"""The trials of one protocol: whose they are, and their scores.

Built from listed pairs or from streamed all-pairs comparisons; from here on the two
are measured by the same code. Subjects are numbered by position among all subjects
that have a trial in the protocol, whatever failed, so that a bootstrap draws the same
people for every model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.counting import MatedScores, NonMatedScores
from evaluation.metrics.subject_pairs import EveryPair, SubjectPairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.comparison import AllPairsPart, PairScores
    from evaluation.testsets import PairProtocol

_CHUNK = 1 << 20  # rows at a time, so that memory does not grow with their number


@dataclass(frozen=True, slots=True)
class MatedTrials:
    """Mated comparisons, failed ones included.

    Attributes
    ----------
    counted : MatedScores
    scores : ndarray of float64, shape (n_completed,)
    subject : ndarray of int64, shape (n_completed,)
        Whose each score is, as a position in ``subjects``.
    failures : ndarray of int64, shape (n_subjects,)
        Comparisons of each subject that could not be made.
    subjects : ndarray of int64, shape (n_subjects,)
        The test set's numbers of the subjects, ascending.
    """

    counted: MatedScores
    scores: FloatArray
    subject: IntArray
    failures: IntArray
    subjects: IntArray

    @property
    def per_subject(self) -> IntArray:
        """Comparisons of each subject, at least one."""
        return np.bincount(self.subject, minlength=self.failures.size) + self.failures

    def errors_per_subject(self, thresholds: FloatArray) -> IntArray:
        """Count non-matches, int64 shape (n_subjects, n_thresholds), ascending thresholds."""
        n_subjects, n = self.failures.size, thresholds.size
        first_error = np.searchsorted(thresholds, self.scores, side="right")
        cell = self.subject * (n + 1) + first_error
        starts = np.bincount(cell, minlength=n_subjects * (n + 1)).reshape(n_subjects, n + 1)
        return np.cumsum(starts[:, :n], axis=1) + self.failures[:, None]


class ScoredPairs(NamedTuple):
    """Scores with the positions of the two subjects of each; equal lengths, any order."""

    scores: FloatArray
    a: IntArray | Int32Array
    b: IntArray | Int32Array


@dataclass(frozen=True, slots=True)
class ListedScores:
    """Scores of a list of trials, read where they lie.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_rows,)
    made : ndarray of bool, shape (n_rows,)
        Completed non-mated rows.
    reference, probe : ndarray of int32, shape (n_rows,)
        Samples of each row.
    position : ndarray of int32, shape (n_samples,)
        Position of each sample's subject.
    """

    scores: FloatArray
    made: BoolArray
    reference: Int32Array
    probe: Int32Array
    position: Int32Array

    def at_or_above(self, threshold: float) -> ScoredPairs:
        """Scores that reach a threshold."""
        reached = self.scores >= threshold
        reached &= self.made
        return ScoredPairs(self.scores[reached], *self._positions(reached))

    def chunks(self) -> Iterator[tuple[Int32Array, Int32Array]]:
        """Positions of the two subjects of every completed row, piece by piece."""
        for start in range(0, self.made.size, _CHUNK):
            rows = slice(start, start + _CHUNK)
            made = self.made[rows]
            yield (
                self.position[self.reference[rows][made]],
                self.position[self.probe[rows][made]],
            )

    def _positions(self, rows: BoolArray) -> tuple[Int32Array, Int32Array]:
        return self.position[self.reference[rows]], self.position[self.probe[rows]]


@dataclass(frozen=True, slots=True)
class TailScores:
    """The highest of streamed scores, descending, with positions of their subjects."""

    scores: FloatArray
    a: IntArray
    b: IntArray

    def at_or_above(self, threshold: float) -> ScoredPairs:
        """Scores that reach a threshold."""
        stop = self.scores.size - int(np.searchsorted(self.scores[::-1], threshold, side="left"))
        return ScoredPairs(self.scores[:stop], self.a[:stop], self.b[:stop])


@dataclass(frozen=True, slots=True)
class NonMatedTrials:
    """Completed non-mated comparisons.

    Attributes
    ----------
    counted : NonMatedScores
    highest : ListedScores or TailScores
        Scores with their subjects, as far as they were kept.
    subjects : ndarray of int64, shape (n_subjects,)
        The test set's numbers of the subjects that the protocol compares, ascending.
    n_present : int
        Subjects with a completed comparison.
    n_effective : int
        As many people with equal numbers of samples would weigh as much.
    all_trials : SubjectPairs or EveryPair
        What a bootstrap divides by.
    is_independent : bool
        Each subject is in one trial only.
    n_failed : int
        Comparisons that could not be made, and are no trials.
    """

    counted: NonMatedScores
    highest: ListedScores | TailScores
    subjects: IntArray
    n_present: int
    n_effective: int
    all_trials: SubjectPairs | EveryPair
    is_independent: bool
    n_failed: int


def trials_of_pairs(
    protocol: PairProtocol, comparisons: PairScores, subject_index: Int32Array
) -> tuple[MatedTrials, NonMatedTrials]:
    """Take listed pairs apart into mated and non-mated trials.

    Raises
    ------
    EmptyTrialsError
        No mated pair, or no completed non-mated pair.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    mated, completed = protocol.mated, comparisons.completed
    done, failed = np.flatnonzero(mated & completed), np.flatnonzero(mated & ~completed)
    same = _mated_trials(
        comparisons.scores[done],
        subject_index[protocol.reference[done]],
        subject_index[protocol.reference[failed]],
    )
    return same, _listed_non_mated(protocol, comparisons, subject_index)


def _listed_non_mated(
    protocol: PairProtocol, comparisons: PairScores, subject_index: Int32Array
) -> NonMatedTrials:
    different = ~protocol.mated
    made = comparisons.completed & different
    counted = NonMatedScores.taking(comparisons.scores[made])
    takes_part = np.zeros(int(subject_index.max()) + 1, dtype=np.bool_)
    takes_part[subject_index[protocol.reference[different]]] = True
    takes_part[subject_index[protocol.probe[different]]] = True
    position = (np.cumsum(takes_part) - 1).astype(np.int32)[subject_index]
    listed = ListedScores(comparisons.scores, made, protocol.reference, protocol.probe, position)
    subjects = np.flatnonzero(takes_part)
    all_trials = SubjectPairs.of_chunks(
        listed.chunks(), n_trials=counted.n, n_subjects=subjects.size
    )
    trials_each = all_trials.per_subject
    n_present = int(np.count_nonzero(trials_each))
    return NonMatedTrials(
        counted=counted,
        highest=listed,
        subjects=subjects,
        n_present=n_present,
        n_effective=n_present,
        all_trials=all_trials,
        is_independent=bool(trials_each.max() == 1),
        n_failed=int(np.count_nonzero(different)) - counted.n,
    )


def trials_of_all_pairs(
    part: AllPairsPart, failed: BoolArray, subject_index: Int32Array
) -> tuple[MatedTrials, NonMatedTrials]:
    """Take merged all-pairs comparisons apart into mated and non-mated trials.

    Raises
    ------
    EmptyTrialsError
        No mated pair, or no completed non-mated pair.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    n_numbers = int(subject_index.max()) + 1
    samples = np.bincount(subject_index, minlength=n_numbers)
    made = np.bincount(subject_index[~failed], minlength=n_numbers)
    failures = _pairs(samples) - _pairs(made)
    same = _mated_trials(
        part.mated_scores,
        subject_index[part.mated_i],
        np.repeat(np.arange(n_numbers), failures),
    )
    subjects = np.flatnonzero(samples)
    position = np.cumsum(samples > 0) - 1
    different = NonMatedTrials(
        counted=NonMatedScores.streamed(part),
        highest=TailScores(
            scores=part.tail_scores,
            a=position[subject_index[part.tail_i]],
            b=position[subject_index[part.tail_j]],
        ),
        subjects=subjects,
        n_present=int(np.count_nonzero(made)),
        n_effective=int(made.sum() ** 2 // max(1, np.sum(made**2))),
        all_trials=EveryPair(made[subjects]),
        is_independent=part.n_non_mated == 1,
        n_failed=part.n_non_mated_failed,
    )
    return same, different


def _mated_trials(
    scores: FloatArray,
    subject: IntArray | Int32Array,
    failed_subject: IntArray | Int32Array,
) -> MatedTrials:
    if scores.size + failed_subject.size == 0:
        raise EmptyTrialsError("there are no mated comparisons")
    subjects, place = np.unique(np.concatenate([subject, failed_subject]), return_inverse=True)
    return MatedTrials(
        counted=MatedScores.of(scores, failures=int(failed_subject.size)),
        scores=scores,
        subject=place[: scores.size],
        failures=np.bincount(place[scores.size :], minlength=subjects.size),
        subjects=subjects.astype(np.int64),
    )


def _pairs(n: IntArray) -> IntArray:
    return n * (n - 1) // 2
