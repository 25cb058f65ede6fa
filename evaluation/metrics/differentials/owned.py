"""Trials that each belong to one person and one place: mated comparisons, and searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from evaluation.metrics.differentials.counting import PlaceCounts

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class OwnedTrials:
    """Trials in rows; thresholds are numbered so that what is an error stays one further on.

    Attributes
    ----------
    place, subject : ndarray of int64, shape (n,)
        A place of -1 is none.
    count : ndarray of int64, shape (n,)
        Trials of each row.
    first_error : ndarray of int64, shape (n,)
        Number of the first threshold at which they are errors.
    failed : ndarray of bool, shape (n,)
        They are errors for want of a template.
    """

    place: IntArray
    subject: IntArray
    count: IntArray
    first_error: IntArray
    failed: BoolArray

    def counted(self, *, n_places: int, n_subjects: int, n_thresholds: int) -> PlaceCounts:
        """Count errors and trials of each place."""
        inside = self.place >= 0
        cell = self.place[inside] * n_subjects + self.subject[inside]
        used, row = np.unique(cell, return_inverse=True)
        place, subject = np.divmod(used, n_subjects)
        # Trials of a place and subject by the threshold from which they are errors; the
        # last column holds those that no threshold makes an error.
        table = np.zeros((used.size, n_thresholds + 1), dtype=np.int64)
        np.add.at(table, (row, self.first_error[inside]), self.count[inside])
        errors = np.cumsum(table, axis=1)
        trials, errors = errors[:, -1], errors[:, :-1]
        failures = np.zeros(n_places, dtype=np.int64)
        np.add.at(failures, self.place[inside & self.failed], self.count[inside & self.failed])
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
            outside=int(self.count[~inside].sum()),
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
