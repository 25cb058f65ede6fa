"""One kind of trial by place: rates of the groups, and what can be said of their differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.metrics.differentials.measures import differential_measures, entering
from evaluation.metrics.differentials.rates import Pooled, place_rate
from evaluation.metrics.differentials.separability import against_lowest, against_rest
from evaluation.metrics.differentials.sides import Side
from evaluation.results import RateDifferential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import IntArray
    from evaluation.metrics.differentials.counting import PlaceCounts
    from evaluation.metrics.differentials.rates import Drawn
    from evaluation.results import IntervalMethod, Rate


@dataclass(frozen=True, slots=True)
class RatedPlaces:
    """Trials of one kind with their replicates.

    Attributes
    ----------
    within : ndarray of int64, shape (n_groups,)
        Place of each group.
    """

    counts: PlaceCounts
    drawn: Drawn
    within: IntArray
    method: IntervalMethod

    def rate(self, place: int, k: int) -> Rate | None:
        """Rate of a place at the k-th threshold."""
        pooled = Pooled.of(self.counts, k, self.within)
        return place_rate(self.counts, self.drawn, place, k, pooled, method=self.method)

    def differential(
        self, names: Sequence[str], k: int
    ) -> tuple[tuple[Rate | None, ...], RateDifferential]:
        """Rates of the groups, and what can be said of their differences."""
        places = dict(zip(names, self.within.tolist(), strict=True))
        rates = {name: self.rate(place, k) for name, place in places.items()}
        sides = {name: self._side(places[name], k) for name in entering(rates)}
        return tuple(rates.values()), RateDifferential(
            measures=differential_measures(rates),
            against_lowest=against_lowest(sides),
            against_rest=against_rest(sides),
        )

    def _side(self, place: int, k: int) -> Side:
        return Side(
            errors=int(self.counts.errors[place, k]),
            trials=int(self.counts.trials[place]),
            subjects=int(self.counts.subjects[place]),
            drawn_errors=self.drawn.errors[place, k],
            drawn_trials=self.drawn.trials[place],
        )
