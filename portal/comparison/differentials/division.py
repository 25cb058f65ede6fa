"""One division of people into groups at one threshold, of comparisons and of searches alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.basis import target_key, target_words
from portal.core import wording

if TYPE_CHECKING:
    from evaluation.results import (
        DifferentialResult,
        DifferentialThreshold,
        EvaluationResult,
        GroupSize,
        Rate,
        RateDifferential,
        SearchDifferentialResult,
        SearchDifferentialThreshold,
    )

    Found = DifferentialResult | SearchDifferentialResult
    At = DifferentialThreshold | SearchDifferentialThreshold

OWN = "recommended"
"""Key of the threshold that the supplier recommends."""


@dataclass(frozen=True, slots=True)
class RateKind:
    """One of the two rates that are compared between groups."""

    key: str
    short: str
    name: str


ONE_TO_ONE = (
    RateKind("fmr", "FMR", "False match rate"),
    RateKind("fnmr", "FNMR", "False non-match rate"),
)
SEARCHES = (
    RateKind("fpir", "FPIR", "False positive identification rate"),
    RateKind("fnir", "FNIR", "False negative identification rate"),
)


@dataclass(frozen=True, slots=True)
class Division:
    """Who is told apart from whom, in one protocol."""

    found: Found

    @property
    def key(self) -> str:
        return f"{self.found.protocol}:{'+'.join(self.found.attributes)}"

    @property
    def is_search(self) -> bool:
        return hasattr(self.found, "gallery_size")

    @property
    def kinds(self) -> tuple[RateKind, RateKind]:
        return SEARCHES if self.is_search else ONE_TO_ONE

    @property
    def attributes(self) -> str:
        """The attributes in words: "sex and age band"."""
        return wording.listed([name.replace("_", " ") for name in self.found.attributes])

    @property
    def title(self) -> str:
        return f"{self.found.title}, by {self.attributes}"

    @property
    def sizes(self) -> dict[str, GroupSize]:
        return {group.name: group for group in self.found.groups}


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """A division at one threshold that holds for everybody."""

    division: Division
    at: At

    @property
    def key(self) -> str:
        return OWN if self.target is None else target_key(self.target)

    @property
    def target(self) -> float | None:
        name = "target_fpir" if self.division.is_search else "target_fmr"
        found: float | None = getattr(self.at, name)
        return found

    @property
    def words(self) -> str:
        """Which threshold it is: "FMR 0.1% (1 in 1,000) over everybody"."""
        if self.target is None:
            return "The threshold that the supplier recommends"
        short = self.division.kinds[0].short
        return f"{short} {target_words(self.target)} over everybody"

    def rates(self, kind: RateKind) -> dict[str, Rate | None]:
        """Return the rate of each group, by its name."""
        return {group.group: getattr(group, kind.key) for group in self.at.groups}

    def differential(self, kind: RateKind) -> RateDifferential:
        found: RateDifferential = getattr(self.at, kind.key)
        return found


def divisions_of(result: EvaluationResult) -> list[Division]:
    """Return every division of a result that has figures, those by one attribute first."""
    every: list[Found] = [*result.differentials, *result.search_differentials]
    found = [Division(one) for one in every]
    measured = [one for one in found if thresholds_of(one)]
    return sorted(measured, key=lambda one: (len(one.found.attributes), one.is_search))


def thresholds_of(division: Division) -> list[AtThreshold]:
    """Return the thresholds at which a division has figures, the loosest first."""
    return [
        AtThreshold(division, at) for at in division.found.thresholds if at.threshold is not None
    ]


def telling(thresholds: list[AtThreshold]) -> AtThreshold:
    """Return the strictest at which both rates can be compared, else either, else the loosest."""
    targets = [one for one in thresholds if one.target is not None] or thresholds

    def compared(one: AtThreshold) -> int:
        return sum(one.differential(kind).measures is not None for kind in one.division.kinds)

    most = max(compared(one) for one in targets)
    return next(one for one in reversed(targets) if compared(one) == most) if most else targets[0]
