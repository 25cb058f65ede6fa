"""The searches of one protocol by size of the gallery: whose they are, and their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray, Int32Array, IntArray
    from evaluation.comparison import Gallery, Searches, SearchOutcomes


@dataclass(frozen=True, slots=True, eq=False)
class MatedSearches:
    """Searches whose mate the gallery is to hold.

    Attributes
    ----------
    score : ndarray of float64, shape (n,)
        Of the mate's best reference; minus infinity where probe or mate has no template.
    rank : ndarray of int64, shape (n,)
        Of the mate, ties against it; to be read where it has a score.
    subject : ndarray of int64, shape (n,)
        The test set's number of the person searched for.
    """

    score: FloatArray
    rank: IntArray
    subject: IntArray

    @property
    def failures(self) -> int:
        """Searches in which the mate cannot be returned for want of a template."""
        return int(np.count_nonzero(self.score == -np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class NonMatedSearches:
    """Searches for people who are not to be enrolled.

    Attributes
    ----------
    top_score : ndarray of float64, shape (n,)
        Of the best candidate; minus infinity where there is none.
    subject : ndarray of int64, shape (n,)
    """

    top_score: FloatArray
    subject: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SearchTrials:
    """All searches of a gallery of one size.

    Attributes
    ----------
    gallery_size : int
        Subjects to be enrolled.
    n_left_out : int
        Searches whose mate is enrolled in the whole gallery, but not in this part.
    n_non_mated_failed : int
        Non-mated searches whose probe yielded no template.
    """

    gallery_size: int
    mated: MatedSearches
    non_mated: NonMatedSearches
    n_left_out: int
    n_non_mated_failed: int


def trials_of_searches(
    gallery: Gallery, searches: Searches, outcomes: SearchOutcomes, subject_index: Int32Array
) -> tuple[SearchTrials, ...]:
    """Take the searches apart by gallery size and into mated and non-mated ones.

    Parameters
    ----------
    gallery : Gallery
    searches : Searches
    outcomes : SearchOutcomes
        Of all searches.
    subject_index : ndarray of int32, shape (n_samples,)

    Returns
    -------
    tuple of SearchTrials
        One for each of ``gallery.sizes``.
    """
    subject = subject_index[searches.probe].astype(np.int64)
    others = ~searches.mated
    trials = []
    for column, size in enumerate(gallery.sizes):
        within = searches.mated & (searches.mate < size)
        trials.append(
            SearchTrials(
                gallery_size=size,
                mated=MatedSearches(
                    score=outcomes.mate_score[within],
                    rank=outcomes.rank[within, column],
                    subject=subject[within],
                ),
                non_mated=NonMatedSearches(
                    top_score=outcomes.top_other[others, column], subject=subject[others]
                ),
                n_left_out=int(np.count_nonzero(searches.mated & ~within)),
                n_non_mated_failed=int(np.count_nonzero(outcomes.failed & others)),
            )
        )
    return tuple(trials)
