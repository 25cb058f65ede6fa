"""Passages before a camera as searches, and the frames that they are made of.

A watchlist subject's score for a passage is the best over the passage's frames. A passage
all of whose frames failed is a miss where it is mated and raises no alert where it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.identification_trials import (
    MatedSearches,
    NonMatedSearches,
    SearchTrials,
)

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.comparison import Gallery, Searches, SearchOutcomes
    from evaluation.testsets.protocols import LiveProtocol

_FIRST, _BEHIND = 1, 2  # only the first rank is told apart


@dataclass(frozen=True, slots=True, eq=False)
class PassageTrials:
    """All passages searched in a watchlist of one size.

    Attributes
    ----------
    trials : SearchTrials
        Each passage as a search. The mate's rank is 1 where it is the best candidate of
        the passage and 2 where it is not.
    wrong_score : ndarray of float64, shape (n_mated,)
        Best score, over a mated passage, of a subject that is not the mate.
    frames_of : ndarray of int64, shape (n_frames,)
        Position of each frame's passage among the mated ones, in order of time; frames of
        other passages are left out.
    seconds : ndarray of float64, shape (n_frames,)
        Since the beginning of the passage.
    right_score : ndarray of float64, shape (n_frames,)
        The mate's score where it is the frame's best candidate; minus infinity elsewhere.
    """

    trials: SearchTrials
    wrong_score: FloatArray
    frames_of: IntArray
    seconds: FloatArray
    right_score: FloatArray


def trials_of_passages(
    protocol: LiveProtocol,
    gallery: Gallery,
    searches: Searches,
    outcomes: SearchOutcomes,
    subject_index: Int32Array,
) -> tuple[PassageTrials, ...]:
    """Put frames together to passages.

    Parameters
    ----------
    protocol : LiveProtocol
    gallery : Gallery
        The watchlist.
    searches : Searches
        One for each frame, in their own order.
    outcomes : SearchOutcomes
        Of all searches.
    subject_index : ndarray of int32, shape (n_samples,)

    Returns
    -------
    tuple of PassageTrials
        One for each of ``gallery.sizes``.
    """
    frames, first = _searches_of_frames(protocol, searches), _first_frames(protocol)
    passages = _Passages(
        first=first,
        passage=protocol.passage.astype(np.int64),
        seconds=protocol.seconds,
        mated=searches.mated[frames][first],
        mate=searches.mate[frames][first],
        subject=subject_index[protocol.frame[first]].astype(np.int64),
        failed=np.logical_and.reduceat(outcomes.failed[frames], first),
        mate_score=outcomes.mate_score[frames],
    )
    return tuple(
        passages.searched(size, outcomes.rank[frames, k], outcomes.top_other[frames, k])
        for k, size in enumerate(gallery.sizes)
    )


def passages_in_order(protocol: LiveProtocol, searches: Searches) -> IntArray:
    """Numbers of the passages as they stand in trials with the whole watchlist: mated first."""
    first = _first_frames(protocol)
    mated = searches.mated[_searches_of_frames(protocol, searches)][first]
    return np.argsort(~mated, kind="stable")


def failed_passages(protocol: LiveProtocol, failed: BoolArray) -> BoolArray:
    """Whether each passage has no frame with a template; ``failed`` is by sample."""
    none_left: BoolArray = np.logical_and.reduceat(failed[protocol.frame], _first_frames(protocol))
    return none_left


def _first_frames(protocol: LiveProtocol) -> IntArray:
    return np.flatnonzero(np.diff(protocol.passage, prepend=-1))


def _searches_of_frames(protocol: LiveProtocol, searches: Searches) -> IntArray:
    """Back from the order of searches to frames by passage and time."""
    by_sample = np.argsort(searches.probe)
    return by_sample[np.searchsorted(searches.probe[by_sample], protocol.frame)]


@dataclass(frozen=True, slots=True, eq=False)
class _Passages:
    """What holds for every size of the watchlist; frames by passage, then time."""

    first: IntArray
    passage: IntArray
    seconds: FloatArray
    mated: BoolArray
    mate: IntArray
    subject: IntArray
    failed: BoolArray
    mate_score: FloatArray

    def searched(self, size: int, rank: IntArray, top_other: FloatArray) -> PassageTrials:
        within, others = self.mated & (self.mate < size), ~self.mated
        best_mate = np.maximum.reduceat(self.mate_score, self.first)
        best_other = np.maximum.reduceat(top_other, self.first)
        is_ours = within[self.passage]
        right = np.where(rank == _FIRST, self.mate_score, -np.inf)
        return PassageTrials(
            trials=SearchTrials(
                gallery_size=size,
                mated=MatedSearches(
                    score=best_mate[within],
                    rank=np.where(best_mate > best_other, _FIRST, _BEHIND)[within],
                    subject=self.subject[within],
                ),
                non_mated=NonMatedSearches(
                    top_score=best_other[others], subject=self.subject[others]
                ),
                n_left_out=int(np.count_nonzero(self.mated & ~within)),
                n_non_mated_failed=int(np.count_nonzero(self.failed & others)),
            ),
            wrong_score=best_other[within],
            frames_of=(np.cumsum(within) - 1)[self.passage[is_ours]],
            seconds=self.seconds[is_ours],
            right_score=right[is_ours],
        )
