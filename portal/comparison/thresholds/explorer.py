"""What one result says along one axis of thresholds: computed here, worded and drawn elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from evaluation.results import Evidence, IdentificationResult, LiveResult
from portal.comparison.thresholds.figure import place_at
from portal.comparison.thresholds.groups import axes_of, highest_without_difference
from portal.comparison.thresholds.measured import steps_of_pairs
from portal.comparison.thresholds.names import PASSAGES, SEARCHES
from portal.comparison.thresholds.searches import extrapolated, gallery_of, search_yield

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evaluation.results import EvaluationResult, VerificationResult
    from portal.comparison.thresholds.figure import Figure
    from portal.comparison.thresholds.groups import Differential, GroupAxis
    from portal.comparison.thresholds.measured import Searched, Steps
    from portal.comparison.thresholds.names import Names
    from portal.comparison.thresholds.searches import Gallery

    Searches = IdentificationResult | LiveResult


class _Named(Protocol):
    """A section of a result that belongs to a protocol."""

    @property
    def protocol(self) -> str: ...


_Section = TypeVar("_Section", bound=_Named)
HIGHEST_FALSE_RATE = 0.5
MOST_STEPS = 100
"""Thresholds at which the slider stops."""
DEFAULT_ENROLLED = 0.5
"""Share of searches whose person is enrolled, unless the reader says otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a result; names that it does not have give way to its defaults."""

    pairs: str = ""
    searches: str = ""
    by: str = ""
    """Attributes of the groups, as "sex" or "sex,skin_tone"."""
    people: int | None = None
    enrolled: float = DEFAULT_ENROLLED


@dataclass(frozen=True, slots=True)
class Explorer:
    """Everything along the axis."""

    pairs: VerificationResult | None
    searches: Searches | None
    by: str
    enrolled: float
    one_to_one: Steps | None
    gallery: Gallery | None
    axes: tuple[GroupAxis, ...]
    """Of the chosen groups: FMR and FNMR, then FPIR and FNIR, as far as they were measured."""
    recommended: float | None
    thresholds: tuple[float, ...]
    """Where the slider stops, ascending."""
    opening: float
    """Threshold that is shown before one is chosen."""
    people: int | None
    """Number of people that is asked about (N)."""

    @property
    def names(self) -> Names:
        """What the rates are called: passages before a camera are no searches to their readers."""
        return PASSAGES if isinstance(self.searches, LiveResult) else SEARCHES

    def rates_at(self, threshold: float) -> dict[str, Figure]:
        """Return the rates of everybody that are known, by short name, in the order shown."""
        found: dict[str, Figure] = {}
        if self.one_to_one:
            _, found["FMR"], found["FNMR"] = self.one_to_one.at(threshold)
        if self.gallery:
            found["FPIR"], found["TPIR"] = (
                self.gallery.fpir(threshold),
                self.gallery.tpir(threshold),
            )
            found["Yield"] = search_yield(found["TPIR"], found["FPIR"], self.enrolled)
        elif "FMR" in found and self.people:
            found["FPIR"] = extrapolated(found["FMR"], 1, self.people)
        return found

    def stop_at(self, threshold: float) -> float:
        """Return the stop of the slider that stands for a threshold."""
        return self.thresholds[place_at(self.thresholds, threshold)]

    def highest_without_difference(self, rates: tuple[str, str]) -> float | None:
        """Return the mark of comparisons (FMR, FNMR) or of searches (FPIR, FNIR)."""
        return highest_without_difference([axis for axis in self.axes if axis.rate in rates])


def searches_of(result: EvaluationResult) -> list[Searches]:
    return [*result.identification, *result.live]


def divisions_of(result: EvaluationResult, protocols: Iterable[str]) -> list[str]:
    """Return the keys of the divisions into groups that some of the protocols measured."""
    chosen = set(protocols)
    found = [*result.differentials, *result.search_differentials]
    keys = [",".join(one.attributes) for one in found if one.protocol in chosen and one.groups]
    return list(dict.fromkeys(keys))


def explore(result: EvaluationResult, wanted: Wanted) -> Explorer | None:
    """Return the explorer of a result; None where it has no threshold to explore."""
    pairs = _chosen(result.verification, wanted.pairs, lambda one: one.n_non_mated)
    searches = _chosen(searches_of(result), wanted.searches, _largest_size)
    one_to_one = steps_of_pairs(pairs) if pairs else None
    gallery = gallery_of(galleries_of(searches), wanted.people) if searches else None
    stepped = [one for one in (one_to_one, gallery and gallery.steps) if one]
    if not stepped:
        return None
    protocols = [one.protocol for one in (pairs, searches) if one]
    keys = divisions_of(result, protocols)
    by = wanted.by if wanted.by in keys else next(iter(keys), "")
    axes = _axes(result, protocols, by)
    recommended = _recommended(pairs, searches)
    stops = _stops(stepped, axes, recommended)
    opening = recommended if recommended is not None else _opening(pairs, searches)
    return Explorer(
        pairs=pairs,
        searches=searches,
        by=by,
        enrolled=wanted.enrolled,
        one_to_one=one_to_one,
        gallery=gallery,
        axes=axes,
        recommended=recommended,
        thresholds=stops,
        opening=stops[len(stops) // 2] if opening is None else opening,
        people=gallery.wanted if gallery else wanted.people,
    )


def _largest_size(searches: Searches) -> int:
    return max(one.gallery_size for one in galleries_of(searches))


def galleries_of(searches: Searches) -> Sequence[Searched]:
    """Return the searches by size of gallery or watchlist, ascending."""
    if isinstance(searches, IdentificationResult):
        return searches.galleries
    return searches.watchlists


def _chosen(
    sections: Sequence[_Section], name: str, weight: Callable[[_Section], int]
) -> _Section | None:
    """Return the section that is named, else the one of the greatest weight."""
    by_name = {one.protocol: one for one in sections}
    return by_name.get(name) or max(sections, key=weight, default=None)


def _axes(result: EvaluationResult, protocols: Sequence[str], by: str) -> tuple[GroupAxis, ...]:
    found: list[Differential] = [*result.differentials, *result.search_differentials]
    return tuple(
        axis
        for one in found
        if one.protocol in protocols and ",".join(one.attributes) == by
        for axis in axes_of(one)
    )


def _recommended(pairs: VerificationResult | None, searches: Searches | None) -> float | None:
    """Return the supplier's threshold, with which either was measured."""
    own = [pairs] if pairs else []
    largest = galleries_of(searches)[-1:] if searches else ()
    points = [one.recommended for one in (*own, *largest) if one.recommended]
    return next((point.threshold for point in points), None)


def _opening(pairs: VerificationResult | None, searches: Searches | None) -> float | None:
    """Return the strictest threshold of an operating point that is well supported."""
    own = [pairs] if pairs else []
    largest = galleries_of(searches)[-1:] if searches else ()
    for one in (*own, *largest):
        points = [point for point in one.operating_points if point.threshold is not None]
        enough = [point for point in points if point.evidence is Evidence.SUFFICIENT]
        if points:
            return max(point.threshold for point in enough or points if point.threshold is not None)
    return None


def _stops(
    stepped: Sequence[Steps], axes: Sequence[GroupAxis], recommended: float | None
) -> tuple[float, ...]:
    """Return where the slider stops: wherever groups were measured, and evenly between.

    It begins where false matches, of comparisons if there are any, are no more than one half.
    """
    first = _first_telling(stepped[0])
    fixed = {t for axis in axes for t in axis.thresholds if t >= first}
    fixed |= set() if recommended is None else {recommended}
    every = sorted({t for steps in stepped for t in steps.thresholds if t >= first} - fixed)
    room = max(MOST_STEPS - len(fixed), 2)
    if len(every) > room:
        every = [every[round(k * (len(every) - 1) / (room - 1))] for k in range(room)]
    return tuple(sorted(fixed.union(every)))


def _first_telling(steps: Steps) -> float:
    rates = zip(steps.thresholds, steps.false, strict=True)
    telling = (threshold for threshold, false in rates if false.value <= HIGHEST_FALSE_RATE)
    return next(telling, steps.thresholds[0])
