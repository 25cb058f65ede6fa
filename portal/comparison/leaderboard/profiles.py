"""Weighted profiles: for each use case the measures that count, and how much by default.

The default weights are this service's, at the operating points that each use case has in
practice. They are a policy choice: whoever reads a profile sees them and can change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison.basis import (
    ENOUGH_ERRORS,
    RANK,
    Basis,
    choose_basis,
    default_target,
    protocols_of,
    target_key,
)
from portal.comparison.leaderboard.points import SHORT_LIST, Point
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import ProtocolFacts
    from portal.testsets.models import TestSet

SEARCHES = ("identification", "leave_one_out")
RANK_1, MISSED, SPEED = KEYS = ("rank1", "missed", "speed")
"""Measures by the name that they have in an address."""


@dataclass(frozen=True, slots=True)
class Speed:
    """A figure of speed, which is measured once and has no interval."""

    metric: str
    words: str
    unit: str
    condition: str = ""
    """How its condition begins, where it is measured under several: "gallery="."""
    condition_words: str = ""
    more_is_better: bool = False


SEARCH_TIME = Speed(
    "search_median_ms", "Median time of a search", "ms", "gallery=", "gallery of {}"
)
ONE_IMAGE = Speed("single_stream_p90_ms", "Time for one image, 90th percentile", "ms")
FACES = Speed(
    "server_queries_per_second",
    "Faces a second as they arrive",
    "a second",
    "bound_ms=",
    "99% answered within {} ms",
    more_is_better=True,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a profile: an error rate at a point, or a speed."""

    key: str
    weight: float
    """By default, out of 100."""
    point: Point | None = None
    speed: Speed | None = None

    @property
    def words(self) -> str:
        return self.point.words if self.point else self.speed.words if self.speed else ""


@dataclass(frozen=True, slots=True)
class UseCaseProfile:
    """What counts in one use case."""

    kinds: tuple[str, ...]
    """Kinds of protocol on which it is looked at, the best suited first."""
    target: float
    """FPIR at which it is looked at, where the test set supports it."""
    rank: int
    """Candidates that are looked through."""
    speed: Speed
    weights: dict[str, float]


PROFILES: dict[str, UseCaseProfile] = {
    UseCase.RFR: UseCaseProfile(
        SEARCHES, 0.01, RANK, SEARCH_TIME, {RANK_1: 40, MISSED: 40, SPEED: 20}
    ),
    UseCase.OIFR: UseCaseProfile(SEARCHES, 0.01, SHORT_LIST, ONE_IMAGE, {MISSED: 70, SPEED: 30}),
    UseCase.LFR: UseCaseProfile(("live", *SEARCHES), 0.001, RANK, FACES, {MISSED: 70, SPEED: 30}),
}


def profile_basis(
    use_case: str, test_sets: Sequence[TestSet], chosen: dict[str, Any]
) -> Basis | None:
    """Return what an address asks for, with the defaults of the use case for the rest."""
    profile = PROFILES[use_case]
    ordered = sorted(
        test_sets, key=lambda one: (not one.is_active, _suits(_best_of(one, profile), profile))
    )
    basis = choose_basis(ordered, chosen)
    if basis is None:
        return None
    protocols = {one.name: one for one in protocols_of(basis.test_set)}
    protocol = protocols.get(chosen.get("protocol", "")) or _best_of(basis.test_set, profile)
    asked = {target_key(target): target for target in protocol.rates.targets}
    target = asked.get(str(chosen.get("target", "")), _target_of(protocol, profile))
    return Basis(basis.test_set, protocol, target)


def measures_of(use_case: str, basis: Basis) -> list[Measure]:
    """Return the measures of a use case on a basis; what its protocol lacks gives its weight away.

    One to one there is no list of candidates, and without anybody unknown no threshold: then the
    one error rate that there is has the weight of both.
    """
    profile, protocol = PROFILES[use_case], basis.protocol
    weights = dict(profile.weights)
    speed = Measure(SPEED, weights.pop(SPEED), speed=profile.speed)
    if not basis.is_search:
        return [Measure(MISSED, sum(weights.values()), Point(protocol, basis.target)), speed]
    first = Point(protocol, rank=RANK)
    if not protocol.n_non_mated:
        return [Measure(RANK_1, sum(weights.values()), first), speed]
    rank = profile.rank if profile.rank in protocol.rates.ranks else RANK
    points = {RANK_1: first, MISSED: Point(protocol, basis.target, rank)}
    return [*(Measure(key, weight, points[key]) for key, weight in weights.items()), speed]


def _best_of(test_set: TestSet, profile: UseCaseProfile) -> ProtocolFacts:
    return min(
        protocols_of(test_set), key=lambda one: (_suits(one, profile), -one.n_mated, one.name)
    )


def _suits(protocol: ProtocolFacts, profile: UseCaseProfile) -> int:
    """Return how well a protocol suits a use case: the lower the better."""
    known = {kind: place for place, kind in enumerate(profile.kinds)}
    return known.get(protocol.kind, len(known) + int(protocol.is_search))


def _target_of(protocol: ProtocolFacts, profile: UseCaseProfile) -> float:
    """Return the use case's own target where it is well supported, or else the strictest."""
    supported = profile.target * protocol.n_non_mated >= ENOUGH_ERRORS
    if protocol.is_search and supported and profile.target in protocol.rates.targets:
        return profile.target
    return default_target(protocol)
