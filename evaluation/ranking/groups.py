"""Ranks with their uncertainty, and groups of models that cannot be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.metrics.multiplicity import holm

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.arrays import FloatArray, IntArray

ALPHA = 0.05


class Group(NamedTuple):
    """A leader and the models not separable from it, in order of rank."""

    leader: int
    members: tuple[int, ...]
    p_adjusted: dict[int, float]


def tie_groups(n_models: int, p_value: Callable[[int, int], float]) -> list[Group]:
    """Put models into groups of equals, step by step.

    The best of the models left, by the observed rate, leads. Every other model left is
    compared with it, with Holm's correction over the comparisons of the step; those not
    separated at the 5 % level join its group. The rest go on to the next step. Not to be
    separable is no proof of being equal, and two members of a group may well be
    separable from each other.

    Parameters
    ----------
    n_models : int
        Numbered from the best observed rate, 0, to the worst.
    p_value : callable
        Two-sided p-value of two models, the better first.

    Returns
    -------
    list of Group
        Each model is in one group; the first group is "not separable from the best".
    """
    groups = []
    left = list(range(n_models))
    while left:
        leader, others = left[0], left[1:]
        adjusted = dict(
            zip(others, holm([p_value(leader, other) for other in others]), strict=True)
        )
        members = (leader, *(other for other in others if adjusted[other] > ALPHA))
        groups.append(Group(leader, members, adjusted))
        left = [model for model in left if model not in members]
    return groups


def ranks(values: FloatArray | IntArray) -> list[int]:
    """Rank of each value: one more than the number of lower ones."""
    return [1 + int(np.sum(values < value)) for value in values]


def rank_intervals(drawn: FloatArray) -> IntArray:
    """Middle 95 % of the ranks over replicates.

    Models that tie in a replicate each take all the ranks that they share.

    Parameters
    ----------
    drawn : ndarray of float64, shape (n_replicates, n_models)
        Lower is better.

    Returns
    -------
    ndarray of int64, shape (n_models, 2)
        Lowest and highest rank, from 1.
    """
    lowest, highest = np.empty_like(drawn), np.empty_like(drawn)
    for place, (rates, ordered) in enumerate(zip(drawn, np.sort(drawn, axis=1), strict=True)):
        lowest[place] = 1 + np.searchsorted(ordered, rates, side="left")
        highest[place] = np.searchsorted(ordered, rates, side="right")
    low = np.quantile(lowest, 0.025, axis=0, method="inverted_cdf")
    high = np.quantile(highest, 0.975, axis=0, method="inverted_cdf")
    return np.stack([low, high], axis=1).astype(np.int64)
