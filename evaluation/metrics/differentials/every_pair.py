"""All non-mated comparisons of a test set by groups, from the sizes of groups alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.metrics.differentials.counting import Division


def members(division: Division, present: BoolArray) -> IntArray:
    """Count samples of each subject in each group, int64, shape (n_subjects, n_groups)."""
    inside = present & (division.group >= 0)
    cell = division.subject[inside] * division.n_groups + division.group[inside]
    counts = np.bincount(cell, minlength=division.n_subjects * division.n_groups)
    return counts.reshape(division.n_subjects, division.n_groups)


class EveryGroupPair:
    """All comparisons between samples of two subjects, by their groups, in closed form.

    Parameters
    ----------
    samples : ndarray of int64, shape (n_subjects, n_groups)
        Samples with a template.
    """

    def __init__(self, samples: IntArray) -> None:
        self._first, self._second = np.triu_indices(samples.shape[1])
        wide = sparse.csc_array(samples.astype(np.float64))
        self._samples = wide.T.tocsr()
        # Two samples of one subject are no non-mated comparison.
        self._own = (wide[:, self._first] * wide[:, self._second]).T.tocsr()
        self._halves = np.where(self._first == self._second, 0.5, 1.0)
        present = samples > 0
        self.subjects = np.sum(present[:, self._first] | present[:, self._second], axis=0)

    def weigh(self, weights: FloatArray) -> FloatArray:
        """Trials of each place in each replicate, shape (n_places, n)."""
        drawn = np.ascontiguousarray(weights.T)
        together: FloatArray = np.asarray(self._samples @ drawn)
        pairs: FloatArray = together[self._first] * together[self._second]
        pairs -= np.asarray(self._own @ drawn**2)
        return pairs * self._halves[:, None]
