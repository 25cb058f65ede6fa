"""Everything that is said about one model on one protocol of live video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.identification import NOBODY
from evaluation.metrics.identification_extrapolation import belonging_targets, extrapolations
from evaluation.metrics.identification_sizes import (
    SizeRates,
    Wanted,
    operating_point,
    search_counts,
    search_curve,
)
from evaluation.metrics.live_alerts import alerts_at, time_to_alert
from evaluation.results import Evidence, LivePoint, LiveResult, WatchlistResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray
    from evaluation.comparison import Gallery
    from evaluation.metrics.live_trials import PassageTrials
    from evaluation.results import Rate
    from evaluation.testsets.protocols import LiveProtocol

LIVE_TARGET_FPIRS = (1e-1, 1e-2, 1e-3, 1 / 6000)
LIVE_SIZES = (1_000, 3_000, 5_000, 10_000)
_RANK = 1


def wanted_live(*, recommended: float | None, replicates: int, seed: int) -> Wanted:
    """Operating points of live video: rank 1, and usual sizes of watchlists."""
    return Wanted(
        targets=LIVE_TARGET_FPIRS,
        ranks=(_RANK,),
        investigation=(_RANK,),
        extrapolated=LIVE_SIZES,
        recommended=recommended,
        replicates=replicates,
        seed=seed,
    )


def live_result(
    *,
    protocol: LiveProtocol,
    gallery: Gallery,
    failed: BoolArray,
    passages: Sequence[PassageTrials],
    wanted: Wanted,
) -> LiveResult:
    """Measure one protocol.

    Parameters
    ----------
    protocol : LiveProtocol
    gallery : Gallery
        The watchlist.
    failed : ndarray of bool, shape (n_samples,)
        Samples that yielded no template.
    passages : sequence of PassageTrials
        By ascending size of the watchlist.
    wanted : Wanted

    Returns
    -------
    LiveResult
        The same bits whatever the number of threads or shards before.

    Raises
    ------
    EmptyTrialsError
        There is no passage.
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """
    if protocol.frame.size == 0:
        raise EmptyTrialsError("there are no passages")
    whole = passages[-1].trials
    extrapolated = belonging_targets(wanted, whole.gallery_size)
    rates = [SizeRates(one.trials, wanted, targets=wanted.targets) for one in passages[:-1]]
    rates.append(SizeRates(whole, wanted, targets=[*wanted.targets, *extrapolated.values()]))
    return LiveResult(
        protocol=protocol.name,
        title=protocol.title,
        n_passage_subjects=int(np.union1d(whole.mated.subject, whole.non_mated.subject).size),
        n_passages=int(np.unique(protocol.passage).size),
        n_frames=int(protocol.frame.size),
        n_frames_failed=int(np.count_nonzero(failed[protocol.frame])),
        watchlists=tuple(
            _watchlist(one, of_size, gallery, failed, wanted)
            for one, of_size in zip(passages, rates, strict=True)
        ),
        extrapolated=extrapolations(rates[-1], wanted),
    )


def _watchlist(
    passages: PassageTrials,
    rates: SizeRates,
    gallery: Gallery,
    failed: BoolArray,
    wanted: Wanted,
) -> WatchlistResult:
    own = wanted.recommended
    points = tuple(_point_at_target(passages, rates, target, wanted) for target in wanted.targets)
    return WatchlistResult(
        **search_counts(passages.trials, gallery, failed).model_dump(),
        fnir_without_threshold=_fnir(rates, NOBODY),
        operating_points=points if rates.n_non_mated else (),
        recommended=None if own is None else _recommended(passages, rates, own, wanted),
        curve=search_curve(rates),
    )


def _point_at_target(
    passages: PassageTrials, rates: SizeRates, target: float, wanted: Wanted
) -> LivePoint:
    point = operating_point(rates, target, (_RANK,))
    if point.threshold is None:
        return LivePoint(target_fpir=target, evidence=point.evidence)
    return LivePoint(
        target_fpir=target,
        evidence=point.evidence,
        threshold=point.threshold,
        threshold_low=point.threshold_low,
        threshold_high=point.threshold_high,
        fpir=point.fpir,
        fnir=_fnir(rates, point.threshold),
        alerts=alerts_at(passages, point.threshold, replicates=wanted.replicates, seed=wanted.seed),
        time_to_alert=time_to_alert(passages, point.threshold),
    )


def _recommended(
    passages: PassageTrials, rates: SizeRates, threshold: float, wanted: Wanted
) -> LivePoint:
    fpir = None if rates.fpir is None else rates.fpir.at(threshold)
    n = passages.trials.mated.score.size + rates.n_non_mated
    drawn = {"replicates": wanted.replicates, "seed": wanted.seed}
    return LivePoint(
        target_fpir=None,
        evidence=Evidence.NOT_ENOUGH if fpir is None else fpir.evidence,
        threshold=threshold,
        fpir=fpir,
        fnir=_fnir(rates, threshold),
        alerts=alerts_at(passages, threshold, **drawn) if n else None,
        time_to_alert=time_to_alert(passages, threshold),
    )


def _fnir(rates: SizeRates, threshold: float) -> Rate | None:
    return None if rates.fnir is None else rates.fnir.at(_RANK, threshold)
