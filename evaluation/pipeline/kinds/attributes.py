"""What the samples table says of each sample, and of several samples together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.detector_scores import DETECTOR_SCORE

if TYPE_CHECKING:
    from evaluation.arrays import Int32Array
    from evaluation.testsets.types import TestSet


def values_of_samples(test_set: TestSet) -> dict[str, list[str]]:
    """Value of each sample, by attribute; '' where unknown."""
    return {
        name: [sample.attributes[name] for sample in test_set.samples]
        for name in test_set.manifest.attributes
        if name != DETECTOR_SCORE  # a number of each image, no group
    }


def values_together(
    test_set: TestSet, whole: Int32Array, sample: Int32Array
) -> dict[str, list[str]]:
    """Value of each whole of several samples, by attribute; '' where they differ or are unknown.

    Parameters
    ----------
    test_set : TestSet
    whole : ndarray of int32, shape (n_members,)
        What each sample belongs to, as a template or a passage: 0, 1, 2 ..., ascending.
    sample : ndarray of int32, shape (n_members,)
    """
    begins = np.flatnonzero(np.diff(whole, prepend=-1))
    together = {}
    for name, of_sample in values_of_samples(test_set).items():
        position: dict[str, int] = {}
        codes = np.array([position.setdefault(value, len(position)) for value in of_sample])
        values, of_member = list(position), codes[sample]
        least = np.minimum.reduceat(of_member, begins).tolist()
        most = np.maximum.reduceat(of_member, begins).tolist()
        together[name] = [
            values[low] if low == high else "" for low, high in zip(least, most, strict=True)
        ]
    return together
