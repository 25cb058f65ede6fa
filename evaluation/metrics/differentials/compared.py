"""A protocol's comparisons, whatever its kind: who takes part, and the counts by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from evaluation.comparison import PairScores
from evaluation.metrics.differentials.counting import Division
from evaluation.metrics.differentials.groups import Members
from evaluation.metrics.differentials.mated import mated_of_all_pairs, mated_of_pairs
from evaluation.metrics.differentials.non_mated import (
    is_counted,
    non_mated_of_all_pairs,
    non_mated_of_pairs,
)
from evaluation.results import Pairing

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, Int32Array
    from evaluation.comparison import AllPairsPart
    from evaluation.metrics.differentials.counting import PlaceCounts
    from evaluation.metrics.differentials.groups import Grouping
    from evaluation.testsets import AllPairsProtocol, PairProtocol

_ROWS = 1 << 20  # of a list at a time


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by group.

    Attributes
    ----------
    mated, non_mated : PlaceCounts
    fmr_is_counted : ndarray of bool, shape (n_thresholds,)
        Whether the false matches at each threshold are all known.
    """

    mated: PlaceCounts
    non_mated: PlaceCounts
    fmr_is_counted: BoolArray


@dataclass(frozen=True, slots=True)
class Compared:
    """What a protocol's comparisons gave.

    Attributes
    ----------
    protocol : PairProtocol or AllPairsProtocol
    comparisons : PairScores or AllPairsPart
        All of the protocol: parts concatenated or merged before.
    failed : ndarray of bool, shape (n_samples,)
        Samples that yielded no template.
    subject_index : ndarray of int32, shape (n_samples,)
        Equal numbers mean the same subject.
    """

    protocol: PairProtocol | AllPairsProtocol
    comparisons: PairScores | AllPairsPart
    failed: BoolArray
    subject_index: Int32Array

    @property
    def members(self) -> Members:
        """The samples that are compared: those in the list, or all."""
        takes_part = np.ones(self.failed.shape, dtype=np.bool_)
        if isinstance(self.comparisons, PairScores):
            listed = self._listed
            takes_part[:] = False
            takes_part[listed.reference] = True
            takes_part[listed.probe] = True
        return Members(takes_part, self.failed, self.subject_index)

    @property
    def n_mated(self) -> int:
        """Mated comparisons, failed ones included."""
        if isinstance(self.comparisons, PairScores):
            return int(np.sum(self._listed.mated))
        return int(self.comparisons.mated_scores.size) + self.comparisons.n_mated_failed

    @property
    def n_non_mated(self) -> int:
        """Completed non-mated comparisons."""
        if isinstance(self.comparisons, PairScores):
            return int(np.sum(self.comparisons.completed & ~self._listed.mated))
        return self.comparisons.n_non_mated

    def pairing(self, grouping: Grouping) -> Pairing:
        """Whether non-mated comparisons keep within groups."""
        if not isinstance(self.comparisons, PairScores):
            return Pairing.ALL_PAIRS
        listed, group = self._listed, grouping.of_sample
        any_within = False
        for start in range(0, listed.mated.size, _ROWS):
            rows = slice(start, start + _ROWS)
            first, second = group[listed.reference[rows]], group[listed.probe[rows]]
            known = ~listed.mated[rows] & (first >= 0) & (second >= 0)
            if np.any(known & (first != second)):
                return Pairing.LISTED
            any_within |= bool(np.any(known))
        return Pairing.SAME_GROUP if any_within else Pairing.LISTED

    def division(self, grouping: Grouping) -> Division:
        """Say each sample's group, and number the subjects that take part."""
        takes_part = self.members.takes_part
        subjects, place = np.unique(self.subject_index[takes_part], return_inverse=True)
        subject = np.zeros(takes_part.size, dtype=np.int64)
        subject[takes_part] = place
        return Division(
            group=grouping.of_sample,
            n_groups=len(grouping.groups),
            subject=subject,
            n_subjects=int(subjects.size),
        )

    def count(self, division: Division, thresholds: FloatArray) -> Counted:
        """Count by group at thresholds, ascending and distinct.

        Raises
        ------
        NonFiniteScoreError
            A score is NaN or infinite.
        """
        if isinstance(self.comparisons, PairScores):
            listed, scores = self._listed, self.comparisons
            return Counted(
                mated=mated_of_pairs(listed, scores, division, thresholds),
                non_mated=non_mated_of_pairs(listed, scores, division, thresholds),
                fmr_is_counted=np.ones(thresholds.shape, dtype=np.bool_),
            )
        part = self.comparisons
        return Counted(
            mated=mated_of_all_pairs(part, self.failed, division, thresholds),
            non_mated=non_mated_of_all_pairs(part, self.failed, division, thresholds),
            fmr_is_counted=is_counted(part, thresholds),
        )

    def counted_thresholds(self, thresholds: FloatArray) -> FloatArray:
        """Those of the thresholds at which the false matches are all known."""
        if isinstance(self.comparisons, PairScores):
            return thresholds
        return thresholds[is_counted(self.comparisons, thresholds)]

    @property
    def _listed(self) -> PairProtocol:
        return cast("PairProtocol", self.protocol)
