"""FPIR and FNIR by the group of the person searched for, at one threshold for all.

The gallery is the whole one, whatever the groups of the people in it: a group's FPIR is the
share of its non-mated searches that return anybody at all. As everywhere, each threshold is
that of all searches together, never one of a group's own.

References: ISO/IEC 19795-10; NIST IR 8280 (2019), one-to-many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.metrics import bootstrap
from evaluation.metrics.differentials.axis import is_followed, rate_curves
from evaluation.metrics.differentials.groups import Members, groupings
from evaluation.metrics.differentials.owned import OwnedTrials
from evaluation.metrics.differentials.rated import RatedPlaces
from evaluation.metrics.differentials.rates import draw
from evaluation.metrics.identification import NOBODY, checked_scores
from evaluation.results import (
    IntervalMethod,
    RateDifferential,
    SearchDifferentialCurve,
    SearchDifferentialResult,
    SearchDifferentialThreshold,
    SearchGroupRates,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.metrics.differentials.counting import PlaceCounts
    from evaluation.metrics.differentials.groups import Grouping
    from evaluation.metrics.identification_trials import SearchTrials
    from evaluation.results import GalleryResult, Rate, WatchlistResult


_RANK_OF_AXIS = 1


class SearchPoint(NamedTuple):
    """Where groups are measured; no threshold returns every candidate (investigation)."""

    target_fpir: float | None
    threshold: float | None
    rank: int


@dataclass(frozen=True, slots=True, eq=False)
class SearchesOfPeople:
    """All searches, or passages, of the whole gallery, and who was searched for.

    Attributes
    ----------
    protocol, title : str
    trials : SearchTrials
    values : mapping of str to sequence of str
        Of each attribute, the value of each search, the mated ones first; '' where unknown.
    failed : ndarray of bool, shape (n_searches,)
        The probe yielded no template; in the same order.
    """

    protocol: str
    title: str
    trials: SearchTrials
    values: Mapping[str, Sequence[str]]
    failed: BoolArray

    @property
    def subject(self) -> IntArray:
        """The test set's number of the person searched for, shape (n_searches,)."""
        return np.concatenate([self.trials.mated.subject, self.trials.non_mated.subject])


def search_points(
    overall: GalleryResult | WatchlistResult, ranks: Sequence[int]
) -> tuple[SearchPoint, ...]:
    """Points of the whole protocol: its thresholds at rank 1, and some ranks without one.

    Parameters
    ----------
    overall : GalleryResult or WatchlistResult
        Of the same searches.
    ranks : sequence of int
        Lengths of the list without a threshold; longer than the gallery: left out.
    """
    points = [
        SearchPoint(one.target_fpir, one.threshold, 1)
        for one in overall.operating_points
        if one.threshold is not None
    ]
    if overall.recommended is not None:
        points.append(SearchPoint(None, overall.recommended.threshold, 1))
    within = [rank for rank in ranks if rank <= overall.gallery_size]
    return (*points, *(SearchPoint(None, None, rank) for rank in within))


def search_differential_results(
    searched: SearchesOfPeople,
    points: Sequence[SearchPoint],
    axis: Sequence[float] = (),
    *,
    seed: int,
    replicates: int = bootstrap.REPLICATES,
) -> tuple[SearchDifferentialResult, ...]:
    """Measure the groups of one protocol.

    Parameters
    ----------
    searched : SearchesOfPeople
    points : sequence of SearchPoint
    axis : sequence of float
        Thresholds along which attributes of people are followed, ascending and distinct.
    seed : int
        Of the bootstrap.
    replicates : int
        Of the bootstrap, at least 1,000 for a result that is to be printed.

    Returns
    -------
    tuple of SearchDifferentialResult
        One for each attribute with two known values, and for each crossing of attributes
        of people; the same bits whatever the number of threads or shards before.

    Raises
    ------
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """
    for scores, what in (
        (searched.trials.mated.score, "mated"),
        (searched.trials.non_mated.top_score, "non-mated"),
    ):
        if scores.size:
            checked_scores(scores, what=what)
    members = Members(np.ones_like(searched.failed), searched.failed, searched.subject)
    return tuple(
        _result(
            searched,
            grouping,
            points,
            axis if is_followed(grouping) else (),
            seed=seed,
            replicates=replicates,
        )
        for grouping in groupings(searched.values, members)
    )


def _result(
    searched: SearchesOfPeople,
    grouping: Grouping,
    points: Sequence[SearchPoint],
    axis: Sequence[float],
    *,
    seed: int,
    replicates: int,
) -> SearchDifferentialResult:
    trials = searched.trials
    n_mated = trials.mated.score.size
    sections: tuple[SearchDifferentialThreshold, ...] = ()
    curve: SearchDifferentialCurve | None = None
    if grouping.groups:
        measured = _GroupsInSearches(
            searched, grouping, points, axis, seed=seed, replicates=replicates
        )
        sections = tuple(map(measured.at, points))
        curve = measured.along(axis) if axis else None
    outside = grouping.of_sample < 0
    return SearchDifferentialResult(
        protocol=searched.protocol,
        title=searched.title,
        **grouping.facts._asdict(),
        n_mated_outside=int(np.count_nonzero(outside[:n_mated])),
        n_non_mated_outside=int(np.count_nonzero(outside[n_mated:])),
        gallery_size=trials.gallery_size,
        thresholds=sections,
        curve=curve,
    )


class _GroupsInSearches:
    """Sections of points from one set of counts and one draw of people."""

    def __init__(
        self,
        searched: SearchesOfPeople,
        grouping: Grouping,
        points: Sequence[SearchPoint],
        axis: Sequence[float],
        *,
        seed: int,
        replicates: int,
    ) -> None:
        self._names = grouping.names
        own = [point.threshold for point in points if point.threshold is not None]
        self._thresholds = np.unique([NOBODY, *own, *axis])
        subjects, subject = np.unique(searched.subject, return_inverse=True)
        whose = _Whose(grouping.of_sample, subject, len(self._names), int(subjects.size))
        ranks = sorted({_RANK_OF_AXIS, *(point.rank for point in points)})
        kinds = (
            _non_mated(searched.trials, whose, self._thresholds),
            *(_mated(searched.trials, rank, whose, self._thresholds) for rank in ranks),
        )
        drawn = draw(kinds, whose.n_subjects, replicates=replicates, seed=seed)
        within = np.arange(len(self._names))
        rated = [
            RatedPlaces(counts, one, within, IntervalMethod.SUBJECT_BOOTSTRAP)
            for counts, one in zip(kinds, drawn, strict=True)
        ]
        self._fpir = rated[0]
        self._fnir = dict(zip(ranks, rated[1:], strict=True))

    def at(self, point: SearchPoint) -> SearchDifferentialThreshold:
        """Section of a point."""
        threshold = NOBODY if point.threshold is None else point.threshold
        k = int(np.searchsorted(self._thresholds, threshold))
        fnir, fnir_apart = self._fnir[point.rank].differential(self._names, k)
        fpir: tuple[Rate | None, ...] = (None,) * len(self._names)
        fpir_apart = RateDifferential()
        if point.threshold is not None:
            fpir, fpir_apart = self._fpir.differential(self._names, k)
        return SearchDifferentialThreshold(
            target_fpir=point.target_fpir,
            threshold=point.threshold,
            rank=point.rank,
            groups=tuple(
                SearchGroupRates(group=name, fpir=false_positives, fnir=false_negatives)
                for name, false_positives, false_negatives in zip(
                    self._names, fpir, fnir, strict=True
                )
            ),
            fpir=fpir_apart,
            fnir=fnir_apart,
        )

    def along(self, axis: Sequence[float]) -> SearchDifferentialCurve:
        """Curve over the thresholds of the axis."""
        places = np.searchsorted(self._thresholds, np.array(axis)).tolist()
        return SearchDifferentialCurve(
            threshold=tuple(axis),
            fpir=rate_curves(self._fpir, self._names, places),
            fnir=rate_curves(self._fnir[_RANK_OF_AXIS], self._names, places),
        )


class _Whose(NamedTuple):
    """Group and person of each search, the mated ones first."""

    group: IntArray
    subject: IntArray
    n_groups: int
    n_subjects: int


def _mated(trials: SearchTrials, rank: int, whose: _Whose, thresholds: FloatArray) -> PlaceCounts:
    """Count mated searches whose mate is not among the best at or above each threshold."""
    mated = trials.mated
    reached = np.searchsorted(thresholds, mated.score, side="right")
    rows = slice(0, mated.score.size)
    failed = np.isneginf(mated.score)
    first_error = np.where(mated.rank <= rank, reached, 0)
    return _counted(whose, rows, first_error, failed, thresholds.size)


def _non_mated(trials: SearchTrials, whose: _Whose, thresholds: FloatArray) -> PlaceCounts:
    """Count non-mated searches with a candidate at or above each threshold."""
    top = trials.non_mated.top_score
    # Errors of low thresholds: counted from the highest threshold down, then put in order.
    first_error = thresholds.size - np.searchsorted(thresholds, top, side="right")
    rows = slice(trials.mated.score.size, None)
    falling = _counted(whose, rows, first_error, np.zeros(top.size, np.bool_), thresholds.size)

    def weigh(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        errors, searches = falling.weigh(weights)
        return errors[:, ::-1], searches

    return replace(falling, errors=falling.errors[:, ::-1], weigh=weigh)


def _counted(
    whose: _Whose, rows: slice, first_error: IntArray, failed: BoolArray, n_thresholds: int
) -> PlaceCounts:
    return OwnedTrials(
        place=whose.group[rows],
        subject=whose.subject[rows],
        count=np.ones(first_error.size, dtype=np.int64),
        first_error=first_error,
        failed=failed,
    ).counted(n_places=whose.n_groups, n_subjects=whose.n_subjects, n_thresholds=n_thresholds)
