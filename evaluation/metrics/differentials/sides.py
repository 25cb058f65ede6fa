"""One side of a comparison of two rates: a group, or several groups together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.uncertainty import rule_of_three, wilson

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Side:
    """Counts of one side, and what they are in each replicate of the bootstrap.

    Attributes
    ----------
    errors, trials : int
    subjects : int
        Subjects that take part in a trial, at least two.
    drawn_errors, drawn_trials : ndarray of float64, shape (n_replicates,)
    """

    errors: int
    trials: int
    subjects: int
    drawn_errors: FloatArray
    drawn_trials: FloatArray

    @property
    def rate(self) -> float:
        """Observed rate."""
        return self.errors / self.trials

    @property
    def ratio_value(self) -> float:
        """Value with which the side enters a ratio: without errors, the upper bound."""
        return self.rate if self.errors else rule_of_three(0, self.trials).high

    @property
    def low(self) -> float:
        """Lower limit of the interval for independent trials."""
        return wilson(self.errors, self.trials).low

    @property
    def test_value(self) -> float:
        """Value with which the side enters a test.

        Draws of nothing but errors, or of none, are all alike; such a side stands at
        the bound of its interval, which is nearer to any other rate.
        """
        if self.errors == self.trials:
            return rule_of_three(self.errors, self.trials).low
        return self.ratio_value

    @property
    def drawn(self) -> FloatArray:
        """Rate in each replicate; NaN where it drew no trial, never where it is constant."""
        if self.errors in {0, self.trials}:
            return np.full(self.drawn_trials.shape, self.test_value)
        with np.errstate(invalid="ignore"):
            rates: FloatArray = self.drawn_errors / self.drawn_trials
        return rates


def together(sides: list[Side]) -> Side:
    """Pool several sides."""
    return Side(
        errors=sum(side.errors for side in sides),
        trials=sum(side.trials for side in sides),
        subjects=sum(side.subjects for side in sides),
        drawn_errors=np.sum([side.drawn_errors for side in sides], axis=0),
        drawn_trials=np.sum([side.drawn_trials for side in sides], axis=0),
    )
