"""Errors and trials counted by place, a place being a group or two groups.

One form for both rates, so that all that follows is written once. A place also knows
what its errors and trials are in a replicate of the bootstrap in which each subject is
drawn a given number of times; these are whole numbers, exact in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Division:
    """Samples in groups, and whose they are.

    Attributes
    ----------
    group : ndarray of int64, shape (n_samples,)
        In 0..n_groups - 1; -1 for none.
    n_groups : int
    subject : ndarray of int64, shape (n_samples,)
        In 0..n_subjects - 1.
    n_subjects : int
    """

    group: IntArray
    n_groups: int
    subject: IntArray
    n_subjects: int


class Weighing(Protocol):
    """Counts when subjects are drawn again."""

    def __call__(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Count errors (n_places, n_thresholds, n) and trials (n_places, n) of n replicates."""


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """Counts of one kind of trial.

    Attributes
    ----------
    errors : ndarray of int64, shape (n_places, n_thresholds)
    trials, failures : ndarray of int64, shape (n_places,)
        Failures are those of the errors that a sample without a template makes.
    subjects : ndarray of int64, shape (n_places,)
        Subjects that take part in a trial.
    independent : ndarray of bool, shape (n_places,)
        No subject takes part in two trials.
    outside : int
        Trials in no place.
    weigh : callable
    """

    errors: IntArray
    trials: IntArray
    failures: IntArray
    subjects: IntArray
    independent: BoolArray
    outside: int
    weigh: Weighing


def cell_numbers(n_groups: int) -> IntArray:
    """Give each unordered two groups, and each group with itself, a number.

    Returns
    -------
    ndarray of int64, shape (n_groups, n_groups)
        Symmetric, in 0..n_groups (n_groups + 1) / 2 - 1, along the rows of the upper triangle.
    """
    numbers = np.zeros((n_groups, n_groups), dtype=np.int64)
    first, second = np.triu_indices(n_groups)
    numbers[first, second] = numbers[second, first] = np.arange(first.size)
    return numbers
