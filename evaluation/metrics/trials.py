"""The trials of one protocol: scores in order, and whose they are.

Built from listed pairs or from streamed all-pairs comparisons; from here on the two
are measured by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.bootstrap import EveryPair, SubjectPairs
from evaluation.metrics.counting import MatedScores, NonMatedScores

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.comparison import AllPairsPart, PairScores
    from evaluation.testsets import PairProtocol


@dataclass(frozen=True, slots=True)
class MatedTrials:
    """Mated comparisons, failed ones included.

    Attributes
    ----------
    counted : MatedScores
    scores : ndarray of float64, shape (n_completed,)
    subject : ndarray of int64, shape (n_completed,)
        Whose each score is, in 0..n_subjects - 1.
    failures : ndarray of int64, shape (n_subjects,)
        Comparisons of each subject that could not be made.
    """

    counted: MatedScores
    scores: FloatArray
    subject: IntArray
    failures: IntArray

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


@dataclass(frozen=True, slots=True)
class NonMatedTrials:
    """Completed non-mated comparisons.

    Attributes
    ----------
    counted : NonMatedScores
    a, b : ndarray of int64, shape (n_kept,)
        The two subjects of each kept score, highest score first.
    n_subjects : int
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
    a: IntArray
    b: IntArray
    n_subjects: int
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
    reference_subject = subject_index[protocol.reference]
    probe_subject = subject_index[protocol.probe]
    same = _mated_trials(
        comparisons.scores[mated & completed],
        reference_subject[mated & completed],
        reference_subject[mated & ~completed],
    )
    made = ~mated & completed
    counted = NonMatedScores.of(comparisons.scores[made])
    # The stable order breaks ties by row; which of equals comes first never shows,
    # because thresholds never fall between them.
    highest_first = np.argsort(-comparisons.scores[made], kind="stable")
    subjects, compact = np.unique(
        np.concatenate([reference_subject[made], probe_subject[made]]), return_inverse=True
    )
    a, b = compact[: counted.n][highest_first], compact[counted.n :][highest_first]
    different = NonMatedTrials(
        counted=counted,
        a=a,
        b=b,
        n_subjects=int(subjects.size),
        n_effective=int(subjects.size),
        all_trials=SubjectPairs(a, b, int(subjects.size)),
        is_independent=bool(np.bincount(compact).max() == 1),
        n_failed=int(np.sum(~mated & ~completed)),
    )
    return same, different


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
    n_subjects = int(subject_index.max()) + 1
    pairs_all = _pairs(np.bincount(subject_index, minlength=n_subjects))
    made_per_subject = np.bincount(subject_index[~failed], minlength=n_subjects)
    failures = pairs_all - _pairs(made_per_subject)
    same = _mated_trials(
        part.mated_scores,
        subject_index[part.mated_i],
        np.repeat(np.arange(n_subjects), failures),
    )
    present = made_per_subject > 0
    compact = np.cumsum(present) - 1
    different = NonMatedTrials(
        counted=NonMatedScores.streamed(part),
        a=compact[subject_index[part.tail_i]],
        b=compact[subject_index[part.tail_j]],
        n_subjects=int(present.sum()),
        n_effective=int(made_per_subject.sum() ** 2 // max(1, np.sum(made_per_subject**2))),
        all_trials=EveryPair(made_per_subject[present]),
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
    subjects, compact = np.unique(np.concatenate([subject, failed_subject]), return_inverse=True)
    return MatedTrials(
        counted=MatedScores.of(scores, failures=int(failed_subject.size)),
        scores=scores,
        subject=compact[: scores.size],
        failures=np.bincount(compact[scores.size :], minlength=subjects.size),
    )


def _pairs(n: IntArray) -> IntArray:
    return n * (n - 1) // 2
