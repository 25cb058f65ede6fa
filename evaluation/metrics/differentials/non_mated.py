"""Completed non-mated comparisons by the groups of their two samples.

A place is an unordered two groups; a group with itself holds the comparisons within it.
The scores are all known where pairs are listed. Of all pairs, the highest are known one
by one: errors are counted at thresholds above the lowest of them, and trials follow from
the sizes of the groups. A threshold below has no counts here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import NonFiniteScoreError
from evaluation.metrics.differentials.counting import PlaceCounts, cell_numbers
from evaluation.metrics.differentials.every_pair import EveryGroupPair, members
from evaluation.metrics.differentials.listed import MemberPairs
from evaluation.metrics.subject_pairs import SteppedPairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.arrays import Array, BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.comparison import AllPairsPart, PairScores
    from evaluation.metrics.differentials.counting import Division
    from evaluation.testsets import PairProtocol

_NOT_FINITE = "a non-mated comparison score is not a finite number"
_ROWS = 1 << 22  # of a list at a time, so that memory stays small


def non_mated_of_pairs(
    protocol: PairProtocol, comparisons: PairScores, division: Division, thresholds: FloatArray
) -> PlaceCounts:
    """Count listed comparisons.

    Parameters
    ----------
    protocol : PairProtocol
    comparisons : PairScores
    division : Division
    thresholds : ndarray of float64, shape (n_thresholds,)
        Ascending and distinct.

    Returns
    -------
    PlaceCounts
        Places in the order of `cell_numbers`.

    Raises
    ------
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    listed = _Listed(protocol, comparisons, division)
    every = MemberPairs(listed.inside(), protocol.mated.size, division)
    errors = _Errors(*listed.at_or_above(thresholds.min(initial=np.inf)), division, thresholds)

    def weigh(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        return errors.weigh(weights), every.weigh(weights)

    return PlaceCounts(
        errors=errors.counts,
        trials=every.trials,
        failures=np.zeros_like(every.trials),
        subjects=every.subjects,
        independent=every.independent,
        outside=listed.n_made - int(every.trials.sum()),
        weigh=weigh,
    )


def non_mated_of_all_pairs(
    part: AllPairsPart, failed: BoolArray, division: Division, thresholds: FloatArray
) -> PlaceCounts:
    """Count streamed comparisons; see `is_counted` for where the errors hold.

    Parameters
    ----------
    part : AllPairsPart
        All of the protocol, merged.
    failed : ndarray of bool, shape (n_samples,)
        Samples that yielded no template.
    division : Division
    thresholds : ndarray of float64, shape (n_thresholds,)
        Ascending and distinct.

    Returns
    -------
    PlaceCounts
        Places in the order of `cell_numbers`.

    Raises
    ------
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    if not np.all(np.isfinite(part.tail_scores)):
        raise NonFiniteScoreError(_NOT_FINITE)
    every = EveryGroupPair(members(division, ~failed))
    trials = every.weigh(np.ones((1, division.n_subjects)))[:, 0].astype(np.int64)
    lowest = thresholds[is_counted(part, thresholds)].min(initial=np.inf)
    kept = slice(0, int(np.sum(part.tail_scores >= lowest)))
    errors = _Errors(
        part.tail_scores[kept], part.tail_i[kept], part.tail_j[kept], division, thresholds
    )

    def weigh(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        return errors.weigh(weights), every.weigh(weights)

    return PlaceCounts(
        errors=errors.counts,
        trials=trials,
        failures=np.zeros_like(trials),
        subjects=every.subjects,
        independent=trials == 1,
        outside=int(part.n_non_mated - trials.sum()),
        weigh=weigh,
    )


def is_counted(part: AllPairsPart, thresholds: FloatArray) -> BoolArray:
    """Whether all scores at or above each threshold are known one by one."""
    if part.n_non_mated == part.tail_scores.size:
        return np.ones(thresholds.shape, dtype=np.bool_)
    above: BoolArray = np.greater(thresholds, part.tail_scores[-1])
    return above


class _Listed:
    """Completed non-mated rows of a list, read a piece at a time."""

    def __init__(self, protocol: PairProtocol, comparisons: PairScores, division: Division) -> None:
        self._protocol, self._scores = protocol, comparisons.scores
        self._made = comparisons.completed & ~protocol.mated
        self._known = division.group >= 0
        self.n_made = int(np.count_nonzero(self._made))
        if not np.all(np.isfinite(self._scores) | ~self._made):
            raise NonFiniteScoreError(_NOT_FINITE)

    def inside(self) -> Iterator[tuple[Int32Array, Int32Array]]:
        """Yield the samples of the rows whose two samples are in a group."""
        for start in range(0, self._made.size, _ROWS):
            rows = slice(start, start + _ROWS)
            i, j = self._protocol.reference[rows], self._protocol.probe[rows]
            counts = self._made[rows] & self._known[i] & self._known[j]
            yield i[counts], j[counts]

    def at_or_above(self, threshold: float) -> tuple[FloatArray, Int32Array, Int32Array]:
        """Scores that reach a threshold, with their samples."""
        rows = np.flatnonzero(self._made & (self._scores >= threshold))
        return self._scores[rows], self._protocol.reference[rows], self._protocol.probe[rows]


class _Errors:
    """False matches of each place at each threshold."""

    def __init__(
        self,
        scores: FloatArray,
        i: Int32Array,
        j: Int32Array,
        division: Division,
        thresholds: FloatArray,
    ) -> None:
        self._shape = (_n_cells(division), thresholds.size)
        cells = _cells(i, j, division)
        # Thresholds are numbered from the highest down, so that errors add up that way.
        step = thresholds.size - np.searchsorted(thresholds, scores, side="right")
        wrong = (cells >= 0) & (step < thresholds.size)
        place = cells[wrong] * thresholds.size + step[wrong]
        a, b = division.subject[i[wrong]], division.subject[j[wrong]]
        n_places = self._shape[0] * self._shape[1]
        self._added = _stepped(place, a, b, n_places, division.n_subjects)
        self.counts: IntArray = self._summed(np.bincount(place, minlength=n_places))

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Errors in each replicate, shape (n_places, n_thresholds, n)."""
        weighed: FloatArray = self._summed(_apart(self._added.weigh(weights)))
        return weighed

    def _summed(self, added: Array) -> Array:
        """Sum what each threshold adds to a higher one, and put thresholds in ascending order."""
        return np.cumsum(added.reshape(*self._shape, *added.shape[1:]), axis=1)[:, ::-1]


def _n_cells(division: Division) -> int:
    return division.n_groups * (division.n_groups + 1) // 2


def _cells(i: Int32Array, j: Int32Array, division: Division) -> IntArray:
    """Place of each comparison; -1 where a sample is in no group."""
    first, second = division.group[i], division.group[j]
    cells = cell_numbers(division.n_groups)[first, second]
    cells[(first < 0) | (second < 0)] = -1
    return cells


def _stepped(
    place: IntArray, a: IntArray, b: IntArray, n_places: int, n_subjects: int
) -> SteppedPairs:
    """Comparisons of each place and unordered two subjects, each kind held once."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    keys, counts = np.unique((place * n_subjects + low) * n_subjects + high, return_counts=True)
    rest, high = np.divmod(keys, n_subjects)
    place, low = np.divmod(rest, n_subjects)
    return SteppedPairs(low, high, place, n_steps=n_places, n_subjects=n_subjects, counts=counts)


def _apart(cumulative: FloatArray) -> FloatArray:
    """Undo sums that run over the places; whole numbers, so nothing is lost."""
    return np.diff(cumulative, axis=0, prepend=0.0)
