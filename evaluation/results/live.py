"""Live video: error rates per passage of a person before a camera.

The score of a watchlist subject for a passage is its best over the passage's frames. A
passage raises an alert where its best candidate is at or above the threshold; the alert
is right where that candidate is the person passing (rank 1, a tie counts against it).
TPIR is 1 - FNIR.
"""

from __future__ import annotations

from evaluation.results.base import Document, Evidence, Rate
from evaluation.results.identification import Extrapolation, SearchCounts, SearchCurve


class TimeToAlert(Document):
    """Seconds from a passage's beginning to its first right alert, of passages alerted rightly."""

    passages: int
    median_seconds: float
    """Half of the passages have alerted by then."""
    p90_seconds: float
    """Nine in ten have."""


class Alerts(Document):
    """Passages that raise an alert at a threshold, with both denominators of false ones."""

    right: int
    false_non_mated: int
    """Alerts for people who are not on the watchlist."""
    false_mated: int
    """Alerts that take somebody on the watchlist for another."""
    false_per_passage: Rate
    """False alerts out of all passages."""
    false_per_alert: Rate | None = None
    """False alerts out of all alerts; None without alerts."""


class LivePoint(Document):
    """One threshold."""

    target_fpir: float | None
    """The lowest threshold whose observed FPIR does not exceed this; None: the supplier's own."""
    evidence: Evidence
    threshold: float | None = None
    """None where the target lies below the smallest printable FPIR."""
    threshold_low: float | None = None
    threshold_high: float | None = None
    """95 % interval of the threshold; None: not known."""
    fpir: Rate | None = None
    """Per passage; None without non-mated passages."""
    fnir: Rate | None = None
    """Per passage, at rank 1; None without mated passages."""
    alerts: Alerts | None = None
    time_to_alert: TimeToAlert | None = None
    """None where no passage was alerted rightly."""


class WatchlistResult(SearchCounts):
    """Passages searched in a watchlist of one size."""

    fnir_without_threshold: Rate | None
    operating_points: tuple[LivePoint, ...]
    recommended: LivePoint | None = None
    curve: SearchCurve | None = None


class LiveResult(Document):
    """Error rates per passage on one protocol of a test set."""

    protocol: str
    title: str
    n_passage_subjects: int
    n_passages: int
    n_frames: int
    n_frames_failed: int
    watchlists: tuple[WatchlistResult, ...]
    """Ascending in size; smaller ones lie within larger ones."""
    extrapolated: tuple[Extrapolation, ...] = ()
