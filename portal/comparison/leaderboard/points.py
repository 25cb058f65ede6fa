"""The operating points at which models are ranked: of each protocol those that it prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.ranking import At
from portal.comparison.basis import RANK, target_key, target_words

if TYPE_CHECKING:
    from portal.comparison.basis import Basis, ProtocolFacts

SHORT_LIST = 5
"""Candidates that an officer can look through on a handset."""


@dataclass(frozen=True, slots=True)
class Point:
    """One missed rate of a protocol: at a target or without a threshold, and at a rank."""

    protocol: ProtocolFacts
    target: float | None = None
    """None: without a threshold, by the best candidates alone."""
    rank: int | None = None
    """Length of the list of candidates; None one to one."""

    @property
    def key(self) -> str:
        """What names it in the database, among those of its protocol."""
        target = "" if self.target is None else f"target={target_key(self.target)}"
        rank = "" if self.rank is None else f"rank={self.rank}"
        return ";".join(part for part in (target, rank) if part)

    @property
    def metric(self) -> str:
        """Name of its figure."""
        rates = self.protocol.rates
        return rates.missed_key if self.target is None else rates.missed_at_target

    @property
    def condition(self) -> str:
        """Under which its figure is stored: the largest gallery, and the rank."""
        if self.rank is None:
            return ""
        return f"gallery={self.protocol.gallery_size};rank={self.rank}"

    @property
    def conditions(self) -> list[str]:
        """Under which a figure may say that the evidence does not reach the point."""
        return sorted({self.condition, "" if self.rank is None else self.condition.split(";")[0]})

    @property
    def at(self) -> At:
        """The same for the evidence of single trials."""
        if self.rank is None:
            return At(target_fmr=self.target)
        if self.target is None:
            return At(mode=OperatingMode.INVESTIGATION, rank=self.rank)
        return At(target_fpir=self.target, rank=self.rank)

    @property
    def words(self) -> str:
        """What it is, for people: "FNIR at rank 5, with FPIR of at most 1% (1 in 100)"."""
        rates = self.protocol.rates
        where = "" if self.rank is None else f" at rank {self.rank}"
        if self.target is None:
            return f"{rates.missed}{where}, without a threshold"
        comma = "," if where else ""
        held = f"with {rates.false} of at most {target_words(self.target)}"
        return f"{rates.missed}{where}{comma} {held}"


def point_of(basis: Basis) -> Point:
    """Return what a page ranks by; where nobody unknown is searched for, without a threshold."""
    if not basis.is_search:
        return Point(basis.protocol, basis.target)
    if not basis.protocol.n_non_mated:
        return Point(basis.protocol, rank=RANK)
    return Point(basis.protocol, basis.target, RANK)


def points_of(protocol: ProtocolFacts) -> list[Point]:
    """Return every point at which models are ranked on a protocol."""
    targets = protocol.rates.targets
    if not protocol.is_search:
        return [Point(protocol, target) for target in targets]
    ranks = [rank for rank in (RANK, SHORT_LIST) if rank in protocol.rates.ranks]
    at_targets = [Point(protocol, target, rank) for target in targets for rank in ranks]
    return [Point(protocol, rank=RANK), *at_targets]
