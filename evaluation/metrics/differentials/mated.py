"""Mated comparisons by group, failed ones included.

The places are the groups, and after them one more: comparisons of one subject's samples
in two different groups, as across two age bands. They belong to no group's FNMR, are
counted together, and so nothing is lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import NonFiniteScoreError
from evaluation.metrics.differentials.every_pair import members
from evaluation.metrics.differentials.owned import OwnedTrials

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from evaluation.comparison import AllPairsPart, PairScores
    from evaluation.metrics.differentials.counting import Division, PlaceCounts
    from evaluation.testsets import PairProtocol


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
    rows = OwnedTrials(
        place=_places(reference, probe, division),
        subject=division.subject[reference],
        count=np.ones(mated.size, dtype=np.int64),
        first_error=np.where(completed, first_error, 0),
        failed=~completed,
    )
    return _counted(rows, division, thresholds)


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
    rows = OwnedTrials(
        place=np.concatenate([_places(part.mated_i, part.mated_j, division), place]),
        subject=np.concatenate([division.subject[part.mated_i], subject]),
        count=np.concatenate([np.ones(n_made, dtype=np.int64), missed[subject, place]]),
        first_error=np.concatenate([first_error, np.zeros(n_missed, dtype=np.int64)]),
        failed=np.arange(n_made + n_missed) >= n_made,
    )
    counted = _counted(rows, division, thresholds)
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


def _counted(rows: OwnedTrials, division: Division, thresholds: FloatArray) -> PlaceCounts:
    return rows.counted(
        n_places=division.n_groups + 1,
        n_subjects=division.n_subjects,
        n_thresholds=thresholds.size,
    )
