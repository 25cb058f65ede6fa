"""The operating point that a comparison of models is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evaluation.metrics.trial_evidence import OperatingMode

if TYPE_CHECKING:
    from evaluation.metrics.trial_evidence import EvidencePoint

_FIRST = 1


class HasPoints(Protocol):
    """Trials that were decided at operating points."""

    @property
    def gallery_size(self) -> int | None: ...

    @property
    def points(self) -> tuple[EvidencePoint, ...]: ...


@dataclass(frozen=True, slots=True)
class At:
    """Where models are to be compared; what is left open is chosen from the evidence.

    Attributes
    ----------
    target_fmr : float, optional
        Comparisons of two at this target.
    target_fpir : float, optional
        Searches at this target.
    mode : OperatingMode
        At a target, at the suppliers' own thresholds, or searches without a threshold.
    rank : int, optional
        Searches with a list of so many candidates; by default of one.
    """

    target_fmr: float | None = None
    target_fpir: float | None = None
    mode: OperatingMode = OperatingMode.TARGET
    rank: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the evidence says which target."""
        return self.mode is OperatingMode.TARGET and self.target is None

    @property
    def target(self) -> float | None:
        """FMR or FPIR."""
        return self.target_fpir if self.target_fmr is None else self.target_fmr

    def suits(self, trials: HasPoints) -> bool:
        """Whether such trials can have the operating point at all."""
        if trials.gallery_size is not None:
            return self.target_fmr is None
        investigates = self.mode is OperatingMode.INVESTIGATION
        return self.target_fpir is None and self.rank is None and not investigates

    def place(self, trials: HasPoints) -> int:
        """Position among a model's operating points, or -1."""
        if not self.suits(trials):
            return -1
        rank = None if trials.gallery_size is None else self.rank or _FIRST
        wanted = (self.mode, self.target, rank)
        points = [(point.mode, point.target, point.rank) for point in trials.points]
        return points.index(wanted) if wanted in points else -1
