"""Mated comparisons by group, failed ones included.

The places are the groups, and after them one more: comparisons of one subject's samples
in two different groups, as across two age bands. They belong to no group's FNMR, are
counted together, and so nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from evaluation.errors import NonFiniteScoreError
from evaluation.metrics.differentials.counting import PlaceCounts
from evaluation.metrics.differentials.every_pair import members

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.comparison import AllPairsPart, PairScores
    from evaluation.metrics.differentials.counting import Division
    from evaluation.testsets import PairProtocol


@dataclass(frozen=True, slots=True)
class _Rows:
    """Mated comparisons that belong together.

    Attributes
    ----------
    place, subject : ndarray of int64, shape (n,)
    count : ndarray of int64, shape (n,)
        Comparisons of each row.
    first_error : ndarray of int64, shape (n,)
        Number of the lowest threshold at which they are non-matches; ascending thresholds.
    """

    place: IntArray
    subject: IntArray
    count: IntArray
    first_error: IntArray


def mated_of_pairs(
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
        One place for each group, then one for comparisons between groups.

    Raises
    ------
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    mated = np.flatnonzero(protocol.mated)
    reference, probe = protocol.reference[mated], protocol.probe[mated]
    completed = comparisons.completed[mated]
    first_error = _first_error(comparisons.scores[mated], thresholds)
    rows = _Rows(
        place=_places(reference, probe, division),
        subject=division.subject[reference],
        count=np.ones(mated.size, dtype=np.int64),
        first_error=np.where(completed, first_error, 0),
    )
    return _counted(rows, ~completed, division, thresholds.size)


def mated_of_all_pairs(
    part: AllPairsPart, failed: BoolArray, division: Division, thresholds: FloatArray
) -> PlaceCounts:
    """Count streamed comparisons; those that failed follow from the sizes of groups.

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
        One place for each group, then one for comparisons between groups.

    Raises
    ------
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    missed = _pairs(division, np.ones_like(failed)) - _pairs(division, ~failed)
    subject, place = np.nonzero(missed)
    n_made, n_missed = part.mated_scores.size, subject.size
    first_error = _first_error(part.mated_scores, thresholds)
    rows = _Rows(
        place=np.concatenate([_places(part.mated_i, part.mated_j, division), place]),
        subject=np.concatenate([division.subject[part.mated_i], subject]),
        count=np.concatenate([np.ones(n_made, dtype=np.int64), missed[subject, place]]),
        first_error=np.concatenate([first_error, np.zeros(n_missed, dtype=np.int64)]),
    )
    counted = _counted(rows, np.arange(n_made + n_missed) >= n_made, division, thresholds.size)
    n_all = part.mated_scores.size + part.n_mated_failed
    return replace(counted, outside=int(n_all - counted.trials.sum()))


def _first_error(scores: FloatArray, thresholds: FloatArray) -> IntArray:
    if not np.all(np.isfinite(scores)):
        raise NonFiniteScoreError("a mated comparison score is not a finite number")
    return np.searchsorted(thresholds, scores, side="right")


def _places(i: Int32Array, j: Int32Array, division: Division) -> IntArray:
    """Group of both samples; ``n_groups`` where they differ; -1 where one is in none."""
    first, second = division.group[i], division.group[j]
    places = np.where(first == second, first, division.n_groups)
    places[(first < 0) | (second < 0)] = -1
    return places


def _pairs(division: Division, present: BoolArray) -> IntArray:
    """Pairs of one subject's samples, int64, shape (n_subjects, n_groups + 1)."""
    samples = members(division, present)
    within = samples * (samples - 1) // 2
    together = samples.sum(axis=1)
    between = together * (together - 1) // 2 - within.sum(axis=1)
    return np.concatenate([within, between[:, None]], axis=1)


def _counted(rows: _Rows, failed: BoolArray, division: Division, n_thresholds: int) -> PlaceCounts:
    n_places, n_subjects = division.n_groups + 1, division.n_subjects
    inside = rows.place >= 0
    cell = rows.place[inside] * n_subjects + rows.subject[inside]
    used, row = np.unique(cell, return_inverse=True)
    place, subject = np.divmod(used, n_subjects)
    # Comparisons of a place and subject by the threshold from which they are errors; the
    # last column holds those that no threshold makes an error.
    table = np.zeros((used.size, n_thresholds + 1), dtype=np.int64)
    np.add.at(table, (row, rows.first_error[inside]), rows.count[inside])
    errors = np.cumsum(table, axis=1)
    trials, errors = errors[:, -1], errors[:, :-1]
    failures = np.zeros(n_places, dtype=np.int64)
    np.add.at(failures, rows.place[inside & failed], rows.count[inside & failed])
    most = np.zeros(n_places, dtype=np.int64)
    np.maximum.at(most, place, trials)
    draws = _Draws(place, subject, errors, trials, n_places, n_subjects)
    every_errors, every_trials = draws(np.ones((1, n_subjects)))
    return PlaceCounts(
        errors=every_errors[:, :, 0].astype(np.int64),
        trials=every_trials[:, 0].astype(np.int64),
        failures=failures,
        subjects=np.bincount(place, minlength=n_places),
        independent=most == 1,
        outside=int(rows.count[~inside].sum()),
        weigh=draws,
    )


class _Draws:
    """Errors and trials of each place when subjects are drawn again."""

    def __init__(
        self,
        place: IntArray,
        subject: IntArray,
        errors: IntArray,
        trials: IntArray,
        n_places: int,
        n_subjects: int,
    ) -> None:
        n = errors.shape[1]
        self._shape = (n_places, n)
        at = (place[:, None] * n + np.arange(n)).ravel()
        values = (errors.ravel().astype(np.float64), (at, np.repeat(subject, n)))
        self._errors = sparse.csr_array(values, shape=(n_places * n, n_subjects))
        each = (trials.astype(np.float64), (place, subject))
        self._trials = sparse.csr_array(each, shape=(n_places, n_subjects))

    def __call__(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        drawn = np.ascontiguousarray(weights.T)
        errors: FloatArray = np.asarray(self._errors @ drawn)
        trials: FloatArray = np.asarray(self._trials @ drawn)
        return errors.reshape(*self._shape, drawn.shape[1]), trials
