"""Error rates under image conditions that are made worse in steps."""

from __future__ import annotations

from evaluation.results.base import Document, Evidence, Rate


class ConditionStep(Document):
    """One step of one condition, at the threshold that was fixed on the clean images."""

    step: float
    """In the condition's own unit."""
    fnmr: Rate
    fmr: Rate
    excess_low: float
    """Lower end of the 95 % interval of FNMR minus twice the clean FNMR, paired by subject."""


class ConditionResult(Document):
    """One condition at one operating point, from the mildest step to the hardest."""

    condition: str
    steps: tuple[ConditionStep, ...]
    doubles_at: float | None = None
    """First step whose FNMR is at least twice the clean one; None: not within the steps."""
    surely_doubles_at: float | None = None
    """First step at which the doubling is beyond chance at 95 %."""


class RobustnessPoint(Document):
    """All conditions at one threshold."""

    target_fmr: float
    threshold: float
    evidence: Evidence
    """Of the clean FMR's target: what the clean set's non-mated comparisons support."""
    clean_fnmr: Rate
    clean_fmr: Rate
    doubled: float
    """The FNMR that counts as doubled: twice the clean one, or twice its upper bound of 3/n
    where no clean comparison was missed."""
    conditions: tuple[ConditionResult, ...]


class RobustnessResult(Document):
    """FNMR against image conditions on one protocol; references stay clean."""

    protocol: str
    title: str
    base: str
    """The clean protocol that threshold and trials are taken from."""
    n_mated: int
    n_non_mated: int
    n_subjects: int
    points: tuple[RobustnessPoint, ...]
