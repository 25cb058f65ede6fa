"""On what models are compared: one test set, one protocol of it and one operating point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from portal.comparison.rates import RATES, ErrorRates
from portal.core import wording
from portal.testsets.protocols import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.testsets.models import TestSet
    from portal.testsets.protocols import KindWords

RECOGNITION = "embedding"
"""The task of models whose templates are compared."""
RANK = 1
"""The person must stand first: the length of the list at which searches are compared."""
ENOUGH_ERRORS = 30
"""Rule of 30: a target is well supported where chance alone would give 30 errors."""


@dataclass(frozen=True, slots=True)
class ProtocolFacts:
    """A protocol as its test set describes it."""

    name: str
    title: str
    kind: str
    n_mated: int = 0
    n_non_mated: int = 0
    gallery_size: int | None = None
    """People in the largest gallery or watchlist that is searched; None one to one."""

    @property
    def rates(self) -> ErrorRates:
        return RATES[self.kind]

    @property
    def is_search(self) -> bool:
        return self.rates.enrolled != ""

    @property
    def words(self) -> KindWords:
        """What its trials are called."""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Basis:
    """The common ground of a comparison."""

    test_set: TestSet
    protocol: ProtocolFacts
    target: float

    @property
    def is_search(self) -> bool:
        """Whether people are searched for among many, by image or before a camera."""
        return self.protocol.is_search

    @property
    def rates(self) -> ErrorRates:
        return self.protocol.rates

    @property
    def condition(self) -> str:
        """Under which the missed rate is stored: the largest gallery, and the rank."""
        return self.condition_at(RANK)

    def condition_at(self, rank: int) -> str:
        return f"{self.gallery_condition};rank={rank}" if self.is_search else ""

    @property
    def gallery_condition(self) -> str:
        return f"gallery={self.protocol.gallery_size}" if self.is_search else ""

    @property
    def false_condition(self) -> str:
        """Under which the false rate is stored: alerts alone name the rank."""
        return self.condition if self.rates.has_alerts else self.gallery_condition

    @property
    def conditions(self) -> frozenset[str]:
        """Every condition under which a figure of this basis is stored, and none."""
        at_ranks = (self.condition_at(rank) for rank in self.rates.ranks)
        return frozenset({"", self.condition, self.gallery_condition, *at_ranks})

    @property
    def enrolled(self) -> str:
        """How many people can be found: "80 people"."""
        size = self.protocol.gallery_size
        return f"{wording.grouped(size)} {'person' if size == 1 else 'people'}"

    @property
    def people(self) -> str:
        """Among how many people is searched: "in a gallery of 80 people"; "" one to one."""
        return f"{self.rates.enrolled} of {self.enrolled}" if self.is_search else ""

    @property
    def where(self) -> str:
        """Where the missed rate holds: "at rank 1 in a gallery of 80 people"; "" one to one."""
        return f"at rank {RANK} {self.people}" if self.is_search else ""

    @property
    def operating_point(self) -> str:
        """What is compared: "False non-match rate (FNMR) at a false match rate (FMR) of ..."."""
        where = f" {self.where}, " if self.is_search else " "
        false = f"{self.rates.false_name.lower()} ({self.rates.false})"
        return f"{self.rates.missed_words}{where}at a {false} of at most"

    @property
    def held(self) -> str:
        """Begins a sentence: "With false matches held to 0.1% (1 in 1,000)"."""
        return self.rates.held.format(target=self.target_words, people=self.enrolled)

    @property
    def target_words(self) -> str:
        """The operating point in words: "0.1% (1 in 1,000)"."""
        return target_words(self.target)

    @property
    def query(self) -> str:
        """The part of an address that leads back to this basis."""
        chosen = {"test_set": self.test_set.slug, "protocol": self.protocol.name}
        return urlencode(chosen | {"target": self.target_key})

    @property
    def target_key(self) -> str:
        """The operating point as an address has it: "0.001"."""
        return target_key(self.target)


def target_key(target: float) -> str:
    return f"{target:g}"


def target_words(target: float) -> str:
    short, spoken = wording.short_percent(target), wording.one_in(target)
    return short if short == spoken else f"{short} ({spoken})"


def target_choices(targets: Iterable[float]) -> list[tuple[str, str]]:
    """Return the keys and the words of operating points."""
    return [(target_key(target), target_words(target)) for target in targets]


def protocols_of(test_set: TestSet) -> list[ProtocolFacts]:
    """Return the protocols on which recognition models are compared.

    Searches among a number of people that is not known are left out: their figures cannot be
    told from those of smaller galleries.
    """
    found = [
        _facts(test_set, protocol)
        for protocol in test_set.protocols
        if protocol.get("kind") in RATES
    ]
    return [one for one in found if one.gallery_size or not one.is_search]


def _facts(test_set: TestSet, protocol: dict[str, Any]) -> ProtocolFacts:
    sizes = protocol.get("gallery_sizes") or ()
    if not sizes and protocol["kind"] == "leave_one_out":
        sizes = (test_set.n_subjects,)  # registered before the description said so
    return ProtocolFacts(
        name=protocol["name"],
        title=protocol.get("title") or protocol["name"],
        kind=protocol["kind"],
        n_mated=protocol.get("n_mated") or 0,
        n_non_mated=protocol.get("n_non_mated") or 0,
        gallery_size=max(sizes, default=None),
    )


def default_target(protocol: ProtocolFacts) -> float:
    """Return the strictest target that the protocol supports well."""
    targets = protocol.rates.targets
    supported = [target for target in targets if target * protocol.n_non_mated >= ENOUGH_ERRORS]
    return min(supported, default=targets[0])


def choose_basis(test_sets: Sequence[TestSet], chosen: dict[str, Any]) -> Basis | None:
    """Return what the address asks for, with defaults for the rest; None without any result.

    A protocol that the chosen test set does not have gives way to the one-to-one protocol with
    the most comparisons of different people, which supports the strictest operating points, or
    where there is none to such searches; a target that the protocol does not have, to its default.
    """
    if not test_sets:
        return None
    by_slug = {test_set.slug: test_set for test_set in test_sets}
    test_set = by_slug.get(chosen.get("test_set", ""), test_sets[0])
    protocols = {protocol.name: protocol for protocol in protocols_of(test_set)}
    if not protocols:
        return None
    strongest = max(protocols.values(), key=lambda one: (not one.is_search, one.n_non_mated))
    protocol = protocols.get(chosen.get("protocol", ""), strongest)
    targets = {target_key(target): target for target in protocol.rates.targets}
    target = targets.get(str(chosen.get("target", "")), default_target(protocol))
    return Basis(test_set=test_set, protocol=protocol, target=target)
