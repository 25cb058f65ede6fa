"""A rate over trials that each belong to one subject, or to one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import mated_replicates
from evaluation.metrics.rates import bootstrap_rate, independent_rate
from evaluation.results import IntervalMethod

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, IntArray
    from evaluation.results import Rate

_STREAM = 7  # draws of its own


def clustered_rate(
    wrong: BoolArray,
    subjects: IntArray,
    *,
    replicates: int,
    seed: int,
    failures: int = 0,
    method: IntervalMethod = IntervalMethod.SUBJECT_BOOTSTRAP,
) -> Rate:
    """Rate of errors, with an interval that knows whose trials they are.

    Parameters
    ----------
    wrong : ndarray of bool, shape (n,)
        Trials that are errors.
    subjects : ndarray of int, shape (n,)
        Whose each trial is; where none occurs twice the trials are independent.
    replicates, seed : int
        Of the bootstrap.
    failures : int
        How many of the errors are failures to process.
    method : IntervalMethod
        What is drawn: subjects, or images.

    Returns
    -------
    Rate

    Raises
    ------
    EmptyTrialsError
        No trials.
    """
    errors, trials = int(np.count_nonzero(wrong)), int(wrong.size)
    distinct, place = np.unique(subjects, return_inverse=True)
    if distinct.size == trials:
        return independent_rate(errors, trials, failures=failures)
    drawn = None
    if distinct.size > 1:
        per_subject = np.bincount(place, minlength=distinct.size)
        wrong_of = np.bincount(place[wrong], minlength=distinct.size)
        drawn = mated_replicates(
            wrong_of[:, None], per_subject, replicates=replicates, seed=(seed, _STREAM)
        )[:, 0]
    return bootstrap_rate(errors, trials, drawn, method=method, failures=failures)
