"""On what models are compared: one test set, one protocol of it and one operating point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from portal.core import wording
from portal.testsets.protocols import VERIFICATION_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.testsets.models import TestSet

RECOGNITION = "embedding"
"""The task of models whose templates are compared one to one."""
TARGET_FMRS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
ENOUGH_ERRORS = 30
"""Rule of 30: a target is well supported where chance alone would give 30 false matches."""


@dataclass(frozen=True, slots=True)
class ProtocolFacts:
    """A protocol as its test set describes it."""

    name: str
    title: str
    n_mated: int = 0
    n_non_mated: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """The common ground of a comparison."""

    test_set: TestSet
    protocol: ProtocolFacts
    target: float

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
        return f"{self.target:g}"


def target_words(target: float) -> str:
    return f"{wording.short_percent(target)} ({wording.one_in(target)})"


def protocols_of(test_set: TestSet) -> list[ProtocolFacts]:
    """Return the protocols on which recognition models are compared, one to one."""
    return [
        ProtocolFacts(
            name=protocol["name"],
            title=protocol.get("title") or protocol["name"],
            n_mated=protocol.get("n_mated") or 0,
            n_non_mated=protocol.get("n_non_mated") or 0,
        )
        for protocol in test_set.protocols
        if protocol.get("kind") in VERIFICATION_KINDS
    ]


def default_target(protocol: ProtocolFacts) -> float:
    """Return the strictest target that the protocol supports well."""
    supported = [t for t in TARGET_FMRS if t * protocol.n_non_mated >= ENOUGH_ERRORS]
    return min(supported, default=TARGET_FMRS[0])


def choose_basis(test_sets: Sequence[TestSet], chosen: dict[str, Any]) -> Basis | None:
    """Return what the address asks for, with defaults for the rest; None without any result.

    A protocol that the chosen test set does not have gives way to the one with the most
    comparisons of different people, which supports the strictest operating points.
    """
    if not test_sets:
        return None
    by_slug = {test_set.slug: test_set for test_set in test_sets}
    test_set = by_slug.get(chosen.get("test_set", ""), test_sets[0])
    protocols = {protocol.name: protocol for protocol in protocols_of(test_set)}
    if not protocols:
        return None
    strongest = max(protocols.values(), key=lambda protocol: protocol.n_non_mated)
    protocol = protocols.get(chosen.get("protocol", ""), strongest)
    target = float(chosen.get("target") or default_target(protocol))
    return Basis(test_set=test_set, protocol=protocol, target=target)
