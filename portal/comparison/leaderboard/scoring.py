"""The score of a weighted profile: a weighted geometric mean, and who is first in the draws.

Each measure is a cost: an error rate, a time, or one over a rate of answers. A model's index is
100 times the weighted geometric mean of the best cost over its own, so 100 is best in all. The
ratio of two models' indices does not depend on which others are ranked, nor on units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.ranking.groups import rank_intervals
from evaluation.ranking.standing import share_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import FloatArray, IntArray

RULE_OF_3 = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """One measure of every model: what was observed, and in each draw where it was drawn.

    Attributes
    ----------
    observed : ndarray of float64, shape (n_models,)
        Above nought; lower is better.
    drawn : ndarray of float64, shape (n_draws, n_models), or None
        None: it is the same in every draw.
    """

    weight: float
    observed: FloatArray
    drawn: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Arrays have a number or a row for each model, as given."""

    index: FloatArray
    first: FloatArray | None
    """Share of draws in which it has the highest index; None where nothing was drawn."""
    ranks: IntArray | None
    """Middle 95% of its ranks in the draws, shape (n_models, 2)."""


def at_least_printable(rates: FloatArray, trials: FloatArray) -> FloatArray:
    """Raise rates to 3 over the trials: the evidence cannot tell lower ones from nought."""
    raised: FloatArray = np.maximum(rates, np.minimum(1.0, RULE_OF_3 / trials))
    return raised


def normalised(weights: Sequence[float]) -> list[float]:
    """Return weights that sum to 1; all noughts stay noughts."""
    total = sum(weights)
    return [weight / total if total else 0.0 for weight in weights]


def score(costs: Sequence[Costs]) -> Scores:
    """Return the index of each model, and how it fares in the draws.

    Parameters
    ----------
    costs : sequence of Costs
        One or more, with weights that sum to 1; those that are drawn in as many draws each.
    """
    logs = [cost.weight * np.log(cost.observed) for cost in costs]
    ideal = sum(float(log.min()) for log in logs)
    index = 100 * np.exp(ideal - np.sum(logs, axis=0))
    drawn = [
        log if cost.drawn is None else cost.weight * np.log(cost.drawn)
        for log, cost in zip(logs, costs, strict=True)
    ]
    if all(cost.drawn is None for cost in costs):
        return Scores(index, None, None)
    total = drawn[0]
    for one in drawn[1:]:
        total = total + one
    return Scores(index, share_first(total), rank_intervals(total))
