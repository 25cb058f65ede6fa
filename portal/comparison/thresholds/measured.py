"""The rates of everybody along the thresholds that one protocol measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.thresholds.figure import Figure, of_rate, of_share, place_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results import GalleryResult, Rate, VerificationResult, WatchlistResult

    Searched = GalleryResult | WatchlistResult

Pair = tuple[Figure, Figure]
"""What is falsely matched, and what is missed."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Thresholds that were measured, ascending, with the two rates at each."""

    thresholds: tuple[float, ...]
    false: tuple[Figure, ...]
    missed: tuple[Figure, ...]

    def at(self, wanted: float) -> tuple[float, Figure, Figure]:
        """Return the threshold that stands for the wanted one, and its rates."""
        place = place_at(self.thresholds, wanted)
        return self.thresholds[place], self.false[place], self.missed[place]


def steps_of_pairs(found: VerificationResult) -> Steps:
    """Return one-to-one rates; those of operating points have the intervals of both."""
    curve = found.curve
    shares = zip(curve.threshold, curve.fmr, curve.fnmr, strict=True)
    intervals = zip(curve.fnmr_low, curve.fnmr_high, strict=True)
    points = {
        t: (of_share(fmr, found.n_non_mated), of_share(fnmr, found.n_mated, interval))
        for (t, fmr, fnmr), interval in zip(shares, intervals, strict=True)
    }
    return _ascending(points | dict(_known_of_pairs(found)))


def _known_of_pairs(found: VerificationResult) -> Iterator[tuple[float, Pair]]:
    for point in found.operating_points:
        if point.threshold is not None and point.fmr and point.fnmr:
            yield point.threshold, (of_rate(point.fmr), of_rate(point.fnmr))
    if own := found.recommended:
        yield own.threshold, (of_rate(own.fmr), of_rate(own.fnmr))


def steps_of_searches(found: Searched) -> Steps | None:
    """Return FPIR and FNIR at rank 1; None without searches of both kinds."""
    curve = found.curve
    if curve is None:
        return None
    shares = zip(curve.threshold, curve.fpir, curve.fnir, strict=True)
    intervals = zip(curve.fnir_low, curve.fnir_high, strict=True)
    points = {
        t: (of_share(fpir, found.n_non_mated), of_share(fnir, found.n_mated, interval))
        for (t, fpir, fnir), interval in zip(shares, intervals, strict=True)
    }
    return _ascending(points | dict(_known_of_searches(found)))


def _known_of_searches(found: Searched) -> Iterator[tuple[float, Pair]]:
    own = [found.recommended] if found.recommended else []
    for point in (*found.operating_points, *own):
        fnir = _at_rank_1(point.fnir)
        if point.threshold is not None and point.fpir and fnir:
            yield point.threshold, (of_rate(point.fpir), of_rate(fnir))


def _at_rank_1(fnir: object) -> Rate | None:
    """Return FNIR at rank 1: searches have it at several ranks, passages at this one."""
    if not isinstance(fnir, tuple):
        return fnir  # type: ignore[return-value]  # a rate, or None
    return next((one.fnir for one in fnir if one.rank == 1), None)


def _ascending(points: dict[float, Pair]) -> Steps:
    thresholds = tuple(sorted(points))
    return Steps(
        thresholds,
        tuple(points[t][0] for t in thresholds),
        tuple(points[t][1] for t in thresholds),
    )
