"""All groups at one threshold: rates within and across groups, measures and comparisons."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.differentials.axis import rate_curves
from evaluation.metrics.differentials.counting import cell_numbers
from evaluation.metrics.differentials.rated import RatedPlaces
from evaluation.metrics.differentials.rates import draw
from evaluation.results import (
    CrossGroupRate,
    DifferentialCurve,
    DifferentialThreshold,
    GroupRates,
    IntervalMethod,
    RateDifferential,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray
    from evaluation.metrics.differentials.compared import Counted
    from evaluation.results import Rate


class GroupsAtThresholds:
    """Sections of thresholds from one set of counts and one draw of subjects.

    Parameters
    ----------
    names : sequence of str
        Of the groups.
    counted : Counted
    n_subjects : int
    replicates, seed : int
        Of the bootstrap.
    """

    def __init__(
        self, names: Sequence[str], counted: Counted, n_subjects: int, *, replicates: int, seed: int
    ) -> None:
        self._names = names
        self._cells = cell_numbers(len(names))
        self._fmr_is_counted: BoolArray = counted.fmr_is_counted
        kinds = (counted.mated, counted.non_mated)
        mated, non_mated = draw(kinds, n_subjects, replicates=replicates, seed=seed)
        self._fnmr = RatedPlaces(
            counted.mated, mated, np.arange(len(names)), IntervalMethod.SUBJECT_BOOTSTRAP
        )
        self._fmr = RatedPlaces(
            counted.non_mated,
            non_mated,
            self._cells.diagonal(),
            IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP,
        )

    def at(self, k: int, threshold: float, target_fmr: float | None) -> DifferentialThreshold:
        """Section of the k-th threshold."""
        names = self._names
        fnmr, fnmr_apart = self._fnmr.differential(names, k)
        counted = bool(self._fmr_is_counted[k])
        fmr: tuple[Rate | None, ...] = (None,) * len(names)
        fmr_apart = RateDifferential()
        if counted:
            fmr, fmr_apart = self._fmr.differential(names, k)
        return DifferentialThreshold(
            target_fmr=target_fmr,
            threshold=threshold,
            fmr_is_counted=counted,
            groups=tuple(
                GroupRates(group=name, fmr=false_matches, fnmr=false_non_matches)
                for name, false_matches, false_non_matches in zip(names, fmr, fnmr, strict=True)
            ),
            cross_groups=self._cross_groups(k) if counted else (),
            fnmr_between_groups=self._fnmr.rate(len(names), k),
            fmr=fmr_apart,
            fnmr=fnmr_apart,
        )

    def along(self, axis: Sequence[tuple[int, float]]) -> DifferentialCurve:
        """Curve over thresholds at which false matches are counted, each with its number."""
        places = [k for k, _ in axis]
        return DifferentialCurve(
            threshold=tuple(threshold for _, threshold in axis),
            fmr=rate_curves(self._fmr, self._names, places),
            fnmr=rate_curves(self._fnmr, self._names, places),
        )

    def _cross_groups(self, k: int) -> tuple[CrossGroupRate, ...]:
        """FMR between every two groups that have comparisons."""
        found = []
        for first, second in combinations(range(len(self._names)), 2):
            rate = self._fmr.rate(int(self._cells[first, second]), k)
            if rate is not None:
                names = self._names[first], self._names[second]
                found.append(CrossGroupRate(group_a=names[0], group_b=names[1], fmr=rate))
        return tuple(found)
