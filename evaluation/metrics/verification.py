"""One-to-one (verification) error rates.

Scores are similarities: higher means more alike. The decision is a match when
``score >= threshold``, so a score equal to the threshold is a match. A mated
comparison that could not be made for want of a template (``failures``) is a
non-match at every threshold; a non-mated one is no trial.

No trials raise EmptyTrialsError, a score that is NaN or infinite raises
NonFiniteScoreError; the arguments are never changed. Where non-mated scores are
taken, an array or counted scores (``NonMatedScores``) will do.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from evaluation.metrics.counting import MatedScores, NonMatedScores

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.arrays import FloatArray

Mated: TypeAlias = "FloatArray | MatedScores"
NonMated: TypeAlias = "FloatArray | NonMatedScores"


class EqualErrorRate(NamedTuple):
    """Where the two error rates are nearest to each other."""

    rate: float
    threshold: float


def false_match_rate(non_mated: NonMated, *, threshold: float) -> float:
    """Proportion of completed non-mated comparisons declared a match.

    Parameters
    ----------
    non_mated : ndarray of float64, shape (n_non_mated,)
        Scores of completed comparisons.
    threshold : float
        Decision threshold, in score units.

    Returns
    -------
    float
        Proportion in [0, 1], never a percentage.

    Raises
    ------
    EmptyTrialsError
        No comparisons.
    NonFiniteScoreError
        A score is NaN or infinite.

    References
    ----------
    ISO/IEC 2382-37, false match rate. Ties as in NIST FRTE: at or above T matches.
    """
    counted = _non_mated(non_mated)
    return int(counted.n_at_or_above(np.array([threshold]))[0]) / counted.n


def false_non_match_rate(mated: Mated, *, threshold: float, failures: int = 0) -> float:
    """Proportion of mated comparisons not declared a match.

    Parameters
    ----------
    mated : ndarray of float64, shape (n_mated_completed,)
        Scores of completed comparisons.
    threshold : float
        Decision threshold, in score units.
    failures : int
        Mated comparisons that could not be made.

    Returns
    -------
    float
        Proportion in [0, 1] of ``n_mated_completed + failures``.

    Raises
    ------
    EmptyTrialsError
        No comparisons and no failures.
    NonFiniteScoreError
        A score is NaN or infinite.

    References
    ----------
    ISO/IEC 2382-37, false non-match rate; failures as in biometric practice for a
    system that must answer: a person without a template is not recognised.
    """
    counted = _mated(mated, failures)
    return int(counted.n_below(np.array([threshold]))[0]) / counted.n


def threshold_at_fmr(non_mated: NonMated, *, max_fmr: float) -> float:
    """Lowest threshold whose observed FMR does not exceed ``max_fmr``.

    It lies one floating-point step above the highest score that must be rejected;
    nothing is interpolated. For streamed scores whose single values were not kept so
    far down it is the lowest bin edge that meets the target.

    Parameters
    ----------
    non_mated : ndarray of float64, shape (n_non_mated,)
    max_fmr : float
        Target proportion in [0, 1).

    Returns
    -------
    float
        Threshold in score units.

    Raises
    ------
    ValueError
        ``max_fmr`` lies outside [0, 1).
    EmptyTrialsError
        No comparisons.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    if not 0.0 <= max_fmr < 1.0:
        raise ValueError(f"max_fmr must be in [0, 1), got {max_fmr}")
    counted = _non_mated(non_mated)
    return counted.lowest_threshold(most_errors(max_fmr, counted.n))


def most_errors(max_rate: float, trials: int) -> int:
    """Largest number of errors whose quotient ``errors / trials`` is at most ``max_rate``."""
    errors = math.floor(max_rate * trials)
    while (errors + 1) / trials <= max_rate:
        errors += 1
    while errors / trials > max_rate:
        errors -= 1
    return errors


def equal_error_rate(mated: Mated, non_mated: NonMated, *, failures: int = 0) -> EqualErrorRate:
    """Mean of FMR and FNMR at the observed score where they differ least.

    Of several such scores the lowest is taken. Secondary: shown, never ranked by.

    Parameters
    ----------
    mated : ndarray of float64, shape (n_mated_completed,)
    non_mated : ndarray of float64, shape (n_non_mated,)
    failures : int
        Mated comparisons that could not be made.

    Returns
    -------
    EqualErrorRate
        Rate in [0, 1] and threshold in score units.

    Raises
    ------
    EmptyTrialsError
        No comparisons of one kind.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    same, different = _mated(mated, failures), _non_mated(non_mated)
    observed = (different.steps(), same.scores[different.is_exact(same.scores)])

    def apart(threshold: float) -> int:
        """FMR - FNMR in whole numbers, so that equal differences compare equal."""
        at = np.array([threshold])
        n_false_matches = int(different.n_at_or_above(at)[0])
        return n_false_matches * same.n - int(same.n_below(at)[0]) * different.n

    threshold = min(_around(apart, observed), key=lambda t: (abs(apart(t)), t))
    at = np.array([threshold])
    fmr = int(different.n_at_or_above(at)[0]) / different.n
    fnmr = int(same.n_below(at)[0]) / same.n
    return EqualErrorRate(rate=(fmr + fnmr) / 2, threshold=threshold)


def _around(apart: Callable[[float], int], observed: tuple[FloatArray, ...]) -> list[float]:
    """Return the last observed score where a falling difference is positive, and the next."""
    first_not = [bisect_left(scores, x=True, key=lambda t: apart(t) <= 0) for scores in observed]
    before = [float(s[k - 1]) for s, k in zip(observed, first_not, strict=True) if k > 0]
    after = [float(s[k]) for s, k in zip(observed, first_not, strict=True) if k < s.size]
    return [*sorted(before)[-1:], *sorted(after)[:1]]


def area_under_curve(mated: Mated, non_mated: NonMated, *, failures: int = 0) -> float:
    """Probability that a mated score exceeds a non-mated one; a tie counts half.

    A mated comparison that could not be made loses against every non-mated one.
    Secondary: shown, never ranked by.

    Parameters
    ----------
    mated : ndarray of float64, shape (n_mated_completed,)
    non_mated : ndarray of float64, shape (n_non_mated,)
    failures : int
        Mated comparisons that could not be made.

    Returns
    -------
    float
        In [0, 1]; 0.5 for a model that cannot tell people apart.

    Raises
    ------
    EmptyTrialsError
        No comparisons of one kind.
    NonFiniteScoreError
        A score is NaN or infinite.

    References
    ----------
    Mann and Whitney 1947, doi:10.1214/aoms/1177730491.
    """
    same, different = _mated(mated, failures), _non_mated(non_mated)
    at_or_above = int(different.n_at_or_above(same.scores).sum())
    above = int(different.n_above(same.scores).sum())
    half_wins = 2 * different.n * same.scores.size - at_or_above - above
    return half_wins / (2 * different.n * same.n)


def _mated(scores: Mated, failures: int) -> MatedScores:
    return scores if isinstance(scores, MatedScores) else MatedScores.of(scores, failures=failures)


def _non_mated(scores: NonMated) -> NonMatedScores:
    return scores if isinstance(scores, NonMatedScores) else NonMatedScores.of(scores)
