"""One-to-one error rates on one protocol."""

from __future__ import annotations

from typing import Literal

from evaluation.results.base import Document, Evidence, Rate


class OperatingPoint(Document):
    """FNMR at the lowest threshold whose observed FMR does not exceed the target."""

    target_fmr: float
    evidence: Evidence
    threshold: float | None = None
    """None where the target lies below the smallest printable FMR."""
    threshold_low: float | None = None
    threshold_high: float | None = None
    """95 % interval of the threshold, made as the interval of ``fmr``; None: not known."""
    fmr: Rate | None = None
    fnmr: Rate | None = None


class RecommendedThreshold(Document):
    """What the supplier's own threshold really gives."""

    threshold: float
    fmr: Rate
    fnmr: Rate


class FoldAccuracy(Document):
    """LFW-style accuracy: threshold chosen on nine folds, applied to the tenth."""

    accuracy: float
    standard_error: float
    standard_deviation: float
    """Population standard deviation over the folds."""
    per_fold: tuple[float, ...]
    thresholds: tuple[float, ...]
    trials: int


class Curve(Document):
    """FMR and FNMR against threshold, ascending in threshold; equal lengths."""

    threshold: tuple[float, ...]
    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]
    fnmr_low: tuple[float, ...]
    fnmr_high: tuple[float, ...]


class ScoreHistogram(Document):
    """Counts of mated and non-mated scores in equal bins."""

    edges: tuple[float, ...]
    mated: tuple[int, ...]
    non_mated: tuple[int, ...]


class VerificationResult(Document):
    """One-to-one error rates on one protocol of a test set."""

    protocol: str
    title: str
    kind: Literal["pairs", "all_pairs", "template_pairs"]
    n_mated: int
    n_non_mated: int
    n_mated_failed: int
    n_non_mated_failed: int
    n_subjects: int
    smallest_printable_fmr: float
    operating_points: tuple[OperatingPoint, ...]
    recommended: RecommendedThreshold | None = None
    eer: float
    eer_threshold: float
    auc: float
    folds: FoldAccuracy | None = None
    curve: Curve
    scores: ScoreHistogram
