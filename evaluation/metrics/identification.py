"""One-to-many (identification) error rates.

Scores are similarities: higher means more alike. A candidate is a subject with the score
of its best reference, and it is returned when ``score >= threshold``, so a score equal to
the threshold is returned. A candidate that ties with the mate stands before it.

A search that returns nobody at any threshold, because its probe or its mate yielded no
template, has the score minus infinity: a miss where it is mated; where it is not, a search
that never raises FPIR. NaN and plus infinity raise NonFiniteScoreError, no searches raise
EmptyTrialsError; the arguments are never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.counting import NonMatedScores
from evaluation.metrics.verification import most_errors

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray, IntArray

NOBODY = -float(np.finfo(np.float64).max)
"""Stands for the score of a search that returns nobody, where a finite number is needed.

As a threshold it is the lowest there is: every candidate is returned (investigation mode)."""


def false_positive_identification_rate(top_scores: FloatArray, *, threshold: float) -> float:
    """Proportion of non-mated searches that return at least one candidate.

    Parameters
    ----------
    top_scores : ndarray of float64, shape (n_non_mated,)
        Best score of any candidate of each search; minus infinity for nobody.
    threshold : float
        In score units.

    Returns
    -------
    float
        FPIR(N, T), a proportion in [0, 1].

    Raises
    ------
    EmptyTrialsError
        No searches.
    NonFiniteScoreError
        A score is NaN or plus infinity.

    References
    ----------
    ISO/IEC 19795-1:2021, 3.22; NIST IR 8271 (FRVT part 2). Ties as in NIST FRTE.
    """
    checked_scores(top_scores, what="non-mated")
    return int(np.count_nonzero(top_scores >= threshold)) / int(top_scores.size)


def false_negative_identification_rate(
    mate_scores: FloatArray, ranks: IntArray, *, rank: int, threshold: float = NOBODY
) -> float:
    """Proportion of mated searches whose mate is not on the list of candidates.

    Parameters
    ----------
    mate_scores : ndarray of float64, shape (n_mated,)
        Score of the mate's best reference; minus infinity where it cannot be returned.
    ranks : ndarray of int64, shape (n_mated,)
        1 + other subjects that score at least as high as the mate.
    rank : int
        Length of the list.
    threshold : float
        In score units; every candidate is returned by default (investigation mode).

    Returns
    -------
    float
        FNIR(N, R, T), a proportion in [0, 1].

    Raises
    ------
    EmptyTrialsError
        No searches.
    NonFiniteScoreError
        A score is NaN or plus infinity.

    References
    ----------
    ISO/IEC 19795-1:2021, 3.22; NIST IR 8271 (FRVT part 2). Ties as in NIST FRTE.
    """
    checked_scores(mate_scores, what="mated")
    found = (mate_scores >= threshold) & (ranks <= rank)
    return int(np.count_nonzero(~found)) / int(mate_scores.size)


def threshold_at_fpir(top_scores: FloatArray, *, max_fpir: float) -> float:
    """Lowest threshold whose observed FPIR does not exceed ``max_fpir``.

    It lies one floating-point step above the highest score that must be rejected, and never
    below the lowest score of a search that returns somebody; nothing is interpolated.

    Parameters
    ----------
    top_scores : ndarray of float64, shape (n_non_mated,)
    max_fpir : float
        Target proportion in [0, 1).

    Returns
    -------
    float
        Threshold in score units.

    Raises
    ------
    ValueError
        ``max_fpir`` lies outside [0, 1).
    EmptyTrialsError
        No searches, or none that returns anybody.
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """
    if not 0.0 <= max_fpir < 1.0:
        raise ValueError(f"max_fpir must be in [0, 1), got {max_fpir}")
    counted = counted_top_scores(top_scores)
    lowest = lowest_candidate(top_scores)
    return max(lowest, counted.lowest_threshold(most_errors(max_fpir, counted.n)))


def counted_top_scores(top_scores: FloatArray) -> NonMatedScores:
    """Put best scores in order, searches that return nobody below all others."""
    return NonMatedScores.of(np.maximum(checked_scores(top_scores, what="non-mated"), NOBODY))


def lowest_candidate(top_scores: FloatArray) -> float:
    """Return the lowest score of a search that returns somebody.

    Raises
    ------
    EmptyTrialsError
        None does.
    """
    candidates = top_scores[top_scores > -np.inf]
    if candidates.size == 0:
        raise EmptyTrialsError("no non-mated search returns a candidate at any threshold")
    return float(candidates.min())


def checked_scores(scores: FloatArray, *, what: str) -> FloatArray:
    """Return scores of searches that are numbers or minus infinity.

    Raises
    ------
    EmptyTrialsError
        There is none.
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """
    if scores.size == 0:
        raise EmptyTrialsError(f"there are no {what} searches")
    if not np.all(scores < np.inf):
        raise NonFiniteScoreError(f"the score of a {what} search is not a finite number")
    return scores
