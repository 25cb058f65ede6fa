"""All rates of one gallery at the operating points that are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.curves import curve_thresholds
from evaluation.metrics.evidence import evidence_for_target, smallest_printable_fmr
from evaluation.metrics.identification import (
    NOBODY,
    counted_top_scores,
    lowest_candidate,
    threshold_at_fpir,
)
from evaluation.metrics.identification_rates import MatedSearchRates, NonMatedSearchRates
from evaluation.results import Evidence, IdentificationPoint, RankedRate, SearchCounts, SearchCurve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray, FloatArray
    from evaluation.comparison import Gallery
    from evaluation.metrics.identification_trials import SearchTrials

TARGET_FPIRS = (1e-1, 1e-2, 3e-3, 1e-3, 1 / 6000)
INVESTIGATION_RANKS = (1, 5, 10, 20, 50)
IDENTIFICATION_RANKS = (1, 5, 20)
EXTRAPOLATED_SIZES = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which operating points are measured.

    Attributes
    ----------
    targets : tuple of float
        FPIRs.
    ranks, investigation : tuple of int
        Lengths of the list with and without a threshold; longer than a gallery: left out.
    extrapolated : tuple of int
        Sizes of galleries that were not measured.
    recommended : float or None
        The supplier's threshold.
    replicates, seed : int
        Of the bootstrap.
    """

    targets: tuple[float, ...] = TARGET_FPIRS
    ranks: tuple[int, ...] = IDENTIFICATION_RANKS
    investigation: tuple[int, ...] = INVESTIGATION_RANKS
    extrapolated: tuple[int, ...] = EXTRAPOLATED_SIZES
    recommended: float | None = None
    replicates: int = 1000
    seed: int = 0


class SizeRates:
    """FPIR and FNIR of one gallery, each from one bootstrap.

    Parameters
    ----------
    trials : SearchTrials
    wanted : Wanted
    targets : sequence of float
        FPIRs, each below 1.

    Attributes
    ----------
    fpir, fnir : NonMatedSearchRates and MatedSearchRates, or None
        None without searches of that kind.
    curve : ndarray of float64
        Thresholds of the chart, ascending.
    thresholds : dict of float to float
        By target FPIR; targets that the searches cannot show are left out.
    """

    def __init__(self, trials: SearchTrials, wanted: Wanted, *, targets: Sequence[float]) -> None:
        self._wanted = wanted
        self.trials = trials
        self.n_non_mated = int(trials.non_mated.top_score.size)
        self.returns_anybody = bool(np.any(trials.non_mated.top_score > -np.inf))
        self.thresholds = {
            target: threshold_at_fpir(trials.non_mated.top_score, max_fpir=target)
            for target in targets
            if self.evidence(target) is not Evidence.NOT_ENOUGH and self.returns_anybody
        }
        own = () if wanted.recommended is None else (wanted.recommended,)
        self._named = np.unique([*self.thresholds.values(), *own])
        self.curve = self._curve_thresholds()
        self.fpir = self._fpir()
        self.fnir = self._fnir()

    def evidence(self, target: float) -> Evidence:
        """Say what the number of non-mated searches supports."""
        return evidence_for_target(target, self.n_non_mated)

    def at_ranks(self, threshold: float, ranks: Sequence[int]) -> tuple[RankedRate, ...]:
        """FNIR at a threshold; none without mated searches."""
        if self.fnir is None:
            return ()
        within = [rank for rank in ranks if rank <= self.trials.gallery_size]
        return tuple(RankedRate(rank=rank, fnir=self.fnir.at(rank, threshold)) for rank in within)

    def _curve_thresholds(self) -> FloatArray:
        top_scores = self.trials.non_mated.top_score
        if not (self.returns_anybody and self.trials.mated.score.size):
            return np.empty(0)
        lowest = lowest_candidate(top_scores)
        return np.unique(np.maximum(curve_thresholds(counted_top_scores(top_scores)), lowest))

    def _fpir(self) -> NonMatedSearchRates | None:
        if not self.n_non_mated:
            return None
        return NonMatedSearchRates(
            self.trials.non_mated,
            np.union1d(self._named, self.curve),
            targets=list(self.thresholds),
            replicates=self._wanted.replicates,
            seed=self._wanted.seed,
        )

    def _fnir(self) -> MatedSearchRates | None:
        if not self.trials.mated.score.size:
            return None
        at_rank = {rank: np.append(NOBODY, self._named) for rank in self._wanted.ranks}
        for rank in self._wanted.investigation:
            at_rank.setdefault(rank, np.array([NOBODY]))
        at_rank[1] = np.union1d(at_rank[1], self.curve)
        return MatedSearchRates(
            self.trials.mated,
            at_rank,
            replicates=self._wanted.replicates,
            seed=self._wanted.seed,
        )


def operating_point(rates: SizeRates, target: float, ranks: Sequence[int]) -> IdentificationPoint:
    """Rates at the threshold of a target FPIR, where the searches can show it."""
    threshold, evidence = rates.thresholds.get(target), rates.evidence(target)
    if threshold is None or rates.fpir is None:
        return IdentificationPoint(target_fpir=target, evidence=Evidence.NOT_ENOUGH)
    interval = rates.fpir.threshold_interval(target)
    return IdentificationPoint(
        target_fpir=target,
        evidence=evidence,
        threshold=threshold,
        threshold_low=interval.low,
        threshold_high=interval.high,
        fpir=rates.fpir.at(threshold),
        fnir=rates.at_ranks(threshold, ranks),
    )


def search_counts(trials: SearchTrials, gallery: Gallery, failed: BoolArray) -> SearchCounts:
    """Count references, subjects and searches of a gallery of one size."""
    held = gallery.place < trials.gallery_size
    with_template = np.unique(gallery.place[held & ~failed[gallery.reference]]).size
    n = int(trials.non_mated.top_score.size)
    return SearchCounts(
        gallery_size=trials.gallery_size,
        n_references=int(np.count_nonzero(held)),
        n_references_failed=int(np.count_nonzero(failed[gallery.reference[held]])),
        n_subjects_failed=trials.gallery_size - int(with_template),
        n_mated=int(trials.mated.score.size),
        n_mated_failed=trials.mated.failures,
        n_mated_left_out=trials.n_left_out,
        n_non_mated=n,
        n_non_mated_failed=trials.n_non_mated_failed,
        smallest_printable_fpir=smallest_printable_fmr(n) if n else None,
    )


def search_curve(rates: SizeRates) -> SearchCurve | None:
    """FPIR and FNIR at rank 1; None without searches of both kinds."""
    if rates.fpir is None or rates.fnir is None or not rates.curve.size:
        return None
    thresholds = rates.curve.tolist()
    fnir = [rates.fnir.at(1, threshold) for threshold in thresholds]
    return SearchCurve(
        threshold=tuple(thresholds),
        fpir=tuple(rates.fpir.at(threshold).value for threshold in thresholds),
        fnir=tuple(rate.value for rate in fnir),
        fnir_low=tuple(rate.low for rate in fnir),
        fnir_high=tuple(rate.high for rate in fnir),
    )
