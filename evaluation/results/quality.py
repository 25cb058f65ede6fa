"""What a quality model is worth: errors of recognition against samples discarded."""

from __future__ import annotations

from evaluation.results.base import Document, Evidence, Rate


class DiscardPoint(Document):
    """FNMR of what is left when the mated comparisons of lowest quality are discarded."""

    discard: float
    """Share that is discarded at most: as many comparisons as it holds, rounded down."""
    discarded: int
    fnmr: Rate
    """Of the comparisons that are left."""


class DiscardArea(Document):
    """Mean FNMR while up to a share is discarded: the area under the curve over its width."""

    up_to: float
    area: float
    area_low: float | None = None
    area_high: float | None = None
    """95 % interval by the subject bootstrap; None with too few subjects."""
    best: float
    """The same, were errors discarded first."""
    normalised: float | None = None
    """0 for the best possible order, 1 for one that does not help; None where no
    comparison is an error, or discarding could not help."""


class QualityPoint(Document):
    """Error versus discard at one threshold, which is fixed before anything is discarded."""

    target_fmr: float
    evidence: Evidence
    """Of the target: what the base's non-mated comparisons support."""
    threshold: float
    points: tuple[DiscardPoint, ...]
    curve_discard: tuple[float, ...]
    curve_fnmr: tuple[float, ...]
    areas: tuple[DiscardArea, ...]


class QualityResult(Document):
    """A quality model, judged by the errors of a recognition model."""

    protocol: str
    title: str
    base: str
    """The one-to-one protocol whose comparisons are discarded."""
    recogniser: str
    """Name of the recognition model."""
    n_mated: int
    n_non_mated: int
    n_subjects: int
    n_without_quality: int
    """Mated comparisons with a sample of no quality value; they are discarded first."""
    points: tuple[QualityPoint, ...]
    """One for each target FMR that can be shown."""
