"""Error rates of presentation-attack detection (ISO/IEC 30107-3)."""

from __future__ import annotations

from evaluation.results.base import Document, Evidence, Rate


class SpeciesErrors(Document):
    """One attack species at the threshold of the result."""

    species: str
    apcer: Rate
    """Attacks accepted as bona fide, of all of this species."""
    apnrr: Rate
    """Attacks to which the model gave no response."""


class AttackPoint(Document):
    """BPCER at the lowest observed threshold whose APCER does not exceed the target."""

    target_apcer: float
    evidence: Evidence
    """Of the target: what the smallest species, or all attacks together, support."""
    threshold: float | None = None
    """None where the evidence is not enough."""
    species: str | None = None
    """The worst species there."""
    apcer: Rate | None = None
    bpcer: Rate | None = None


class DetectionErrorTradeoff(Document):
    """APCER and BPCER against the threshold, ascending in threshold; equal lengths."""

    threshold: tuple[float, ...]
    apcer: tuple[float, ...]
    """Of the species that is worst at the threshold."""
    pooled_apcer: tuple[float, ...]
    bpcer: tuple[float, ...]


class LivenessHistogram(Document):
    """Counts of completed presentations in equal bins of the liveness score."""

    edges: tuple[float, ...]
    bona_fide: tuple[int, ...]
    attack: tuple[int, ...]


class PresentationAttackResult(Document):
    """A presentation is accepted as bona fide when its liveness score >= threshold."""

    protocol: str
    title: str
    n_bona_fide: int
    n_attacks: int
    n_subjects: int
    threshold: float
    is_recommended: bool
    """The threshold is the supplier's; else it is 0.5."""
    worst_species: str
    """The species whose APCER is greatest; the first by name of several."""
    apcer: Rate
    """Of the worst species."""
    bpcer: Rate
    acer: float
    """Mean of APCER of the worst species and BPCER."""
    pooled_apcer: Rate
    """Over all attacks, whatever their species; for comparison with older reports."""
    pooled_acer: float
    bpnrr: Rate
    species: tuple[SpeciesErrors, ...]
    operating_points: tuple[AttackPoint, ...]
    """APCER of the worst species."""
    pooled_points: tuple[AttackPoint, ...]
    """APCER over all attacks."""
    eer: float | None
    """Over all attacks that gave a response; None where there is none."""
    auc: float | None
    det: DetectionErrorTradeoff
    scores: LivenessHistogram
