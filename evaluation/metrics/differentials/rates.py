"""Each group's rate with its interval and evidence, from counts and one bootstrap for all.

One draw of subjects serves all groups and both rates, so that groups are compared on the
same people drawn. Evidence is that of any rate, and stricter in two ways, because a
group is judged beside others: fewer than ten subjects say nothing, and a rate with fewer
than three errors says something only where the rate over all groups together would have
made three (the rule of 3 at that rate).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.differentials.groups import FEWEST_SUBJECTS
from evaluation.metrics.rates import bootstrap_rate, independent_rate
from evaluation.results import Evidence, IntervalMethod

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray, IntArray
    from evaluation.metrics.differentials.counting import PlaceCounts
    from evaluation.results import Rate

_STREAM = 3  # the bootstraps of whole protocols draw 1 and 2
_FEWEST_ERRORS = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """Replicates of counts.

    Attributes
    ----------
    errors : ndarray of float64, shape (n_places, n_thresholds, n_replicates)
    trials : ndarray of float64, shape (n_places, n_replicates)
    """

    errors: FloatArray
    trials: FloatArray


@dataclass(frozen=True, slots=True)
class Pooled:
    """Errors and trials of all groups together, by which a group's evidence is judged."""

    errors: int
    trials: int

    @classmethod
    def of(cls, counts: PlaceCounts, threshold: int, places: IntArray) -> Pooled:
        """Add up some places at one threshold."""
        errors = counts.errors[places, threshold]
        return cls(errors=int(errors.sum()), trials=int(counts.trials[places].sum()))


def draw(
    kinds: tuple[PlaceCounts, ...], n_subjects: int, *, replicates: int, seed: int
) -> tuple[Drawn, ...]:
    """Draw subjects again, and count every kind of trial in the same draws.

    Parameters
    ----------
    kinds : tuple of PlaceCounts
    n_subjects : int
    replicates, seed : int

    Returns
    -------
    tuple of Drawn
        One for each kind.
    """
    blocks: list[list[tuple[FloatArray, FloatArray]]] = [[] for _ in kinds]
    for weights in weight_blocks(n_subjects, replicates=replicates, seed=(seed, _STREAM)):
        for kind, found in zip(kinds, blocks, strict=True):
            found.append(kind.weigh(weights))
    return tuple(
        Drawn(
            errors=np.concatenate([errors for errors, _ in found], axis=-1),
            trials=np.concatenate([trials for _, trials in found], axis=-1),
        )
        for found in blocks
    )


def place_rate(
    counts: PlaceCounts,
    drawn: Drawn,
    place: int,
    threshold: int,
    pooled: Pooled,
    *,
    method: IntervalMethod,
) -> Rate | None:
    """Rate of one place at one threshold.

    Parameters
    ----------
    counts : PlaceCounts
    drawn : Drawn
        Of these counts.
    place, threshold : int
        Positions.
    pooled : Pooled
    method : IntervalMethod
        Which bootstrap it was.

    Returns
    -------
    Rate or None
        None where there are no trials.
    """
    errors, trials = int(counts.errors[place, threshold]), int(counts.trials[place])
    if trials == 0:
        return None
    failures, subjects = int(counts.failures[place]), int(counts.subjects[place])
    if counts.independent[place]:
        rate = independent_rate(errors, trials, failures=failures)
    else:
        enough = subjects >= FEWEST_SUBJECTS
        replicates = drawn_rates(drawn.errors[place, threshold], drawn.trials[place])
        rate = bootstrap_rate(
            errors, trials, replicates if enough else None, method=method, failures=failures
        )
    # In whole numbers: the rate over all groups would make fewer than three errors here.
    expected_too_few = pooled.errors * trials < _FEWEST_ERRORS * pooled.trials
    if subjects < FEWEST_SUBJECTS or (errors < _FEWEST_ERRORS and expected_too_few):
        return rate.model_copy(update={"evidence": Evidence.NOT_ENOUGH})
    return rate


def drawn_rates(errors: FloatArray, trials: FloatArray) -> FloatArray:
    """Rates of the replicates that drew a trial."""
    return errors[trials > 0] / trials[trials > 0]
