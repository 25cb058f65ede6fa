"""One-to-many error rates by size of the gallery.

A candidate is a subject with the score of its best reference. FPIR is the share of
non-mated searches with a candidate at or above the threshold; FNIR at rank R is the share
of mated searches whose mate is not among the R best candidates at or above the threshold,
where candidates that tie with the mate stand before it.
"""

from __future__ import annotations

from typing import Literal

from evaluation.results.base import Document, Evidence, Rate


class RankedRate(Document):
    """FNIR with a list of so many candidates; rank-R identification is 1 - FNIR."""

    rank: int
    fnir: Rate


class IdentificationPoint(Document):
    """Identification mode: the lowest threshold whose observed FPIR does not exceed the target."""

    target_fpir: float
    evidence: Evidence
    """Of the target: what the number of non-mated searches supports."""
    threshold: float | None = None
    """None where the target lies below the smallest printable FPIR."""
    threshold_low: float | None = None
    threshold_high: float | None = None
    """95 % interval of the threshold; None: not known."""
    fpir: Rate | None = None
    fnir: tuple[RankedRate, ...] = ()
    """None without mated searches."""


class RecommendedSearchThreshold(Document):
    """What the supplier's own threshold really gives in searches."""

    threshold: float
    fpir: Rate | None = None
    fnir: tuple[RankedRate, ...] = ()


class SearchCurve(Document):
    """FPIR and FNIR at rank 1 against threshold, ascending in threshold; equal lengths."""

    threshold: tuple[float, ...]
    fpir: tuple[float, ...]
    fnir: tuple[float, ...]
    fnir_low: tuple[float, ...]
    fnir_high: tuple[float, ...]


class CumulativeMatch(Document):
    """Mated searches with the mate among the R best, without threshold; R = 1, 2, 3 ..."""

    found: tuple[int, ...]
    searches: int


class SearchCounts(Document):
    """Who was enrolled in a gallery of one size, and searched for; a search may be a passage."""

    gallery_size: int
    """Subjects to be enrolled."""
    n_references: int
    n_references_failed: int
    n_subjects_failed: int
    """Subjects none of whose references yielded a template: they cannot be found."""
    n_mated: int
    n_mated_failed: int
    """Mated searches that cannot succeed: no frame or no reference of the mate has a template."""
    n_mated_left_out: int
    """Searches whose mate is enrolled in the whole gallery, but not in this part."""
    n_non_mated: int
    n_non_mated_failed: int
    """Non-mated searches without a template: they return nobody."""
    smallest_printable_fpir: float | None
    """None without non-mated searches."""


class GalleryResult(SearchCounts):
    """Searches of a gallery of one size."""

    investigation: tuple[RankedRate, ...]
    """FNIR without threshold."""
    cumulative_match: CumulativeMatch | None = None
    operating_points: tuple[IdentificationPoint, ...]
    recommended: RecommendedSearchThreshold | None = None
    curve: SearchCurve | None = None
    """None without mated or without non-mated searches."""


class ExtrapolatedPoint(Document):
    """A threshold for a gallery of another size than measured."""

    gallery_size: int
    measured_target: float
    """FPIR at the measured size that belongs to the target at this size."""
    fmr: float
    """FMR that both belong to."""
    evidence: Evidence
    threshold: float | None = None
    """None where the evidence is not enough."""
    threshold_low: float | None = None
    threshold_high: float | None = None
    measured_fpir: Rate | None = None
    """FPIR at this threshold with the measured gallery."""
    measured_fnir: Rate | None = None
    """FNIR at rank 1 at this threshold with the measured gallery."""


class Extrapolation(Document):
    """Extrapolated, not measured: FPIR(N) = 1 - (1 - FMR)^N for independent comparisons."""

    target_fpir: float
    measured_gallery_size: int
    largest_gallery_size: int
    """Largest gallery for which the searches made support the target (rule of 3)."""
    points: tuple[ExtrapolatedPoint, ...]


class IdentificationResult(Document):
    """One-to-many error rates on one protocol of a test set."""

    protocol: str
    title: str
    kind: Literal["identification", "leave_one_out"]
    """Leave-one-out: every sample searches all others; the gallery's size counts its subject."""
    n_probe_subjects: int
    galleries: tuple[GalleryResult, ...]
    """Ascending in size; smaller ones lie within larger ones."""
    extrapolated: tuple[Extrapolation, ...] = ()
