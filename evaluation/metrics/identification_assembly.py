"""Everything that is said about one model on one protocol of searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.identification import NOBODY
from evaluation.metrics.identification_extrapolation import belonging_targets, extrapolations
from evaluation.metrics.identification_sizes import (
    SizeRates,
    operating_point,
    search_counts,
    search_curve,
)
from evaluation.results import (
    CumulativeMatch,
    GalleryResult,
    IdentificationResult,
    RecommendedSearchThreshold,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray
    from evaluation.comparison import Gallery
    from evaluation.metrics.identification_sizes import Wanted
    from evaluation.metrics.identification_trials import SearchTrials


def identification_result(
    *,
    protocol: str,
    title: str,
    kind: Literal["identification", "leave_one_out"],
    gallery: Gallery,
    failed: BoolArray,
    trials: Sequence[SearchTrials],
    wanted: Wanted,
) -> IdentificationResult:
    """Measure one protocol.

    Parameters
    ----------
    protocol, title, kind : str
    gallery : Gallery
    failed : ndarray of bool, shape (n_samples,)
        Samples that yielded no template.
    trials : sequence of SearchTrials
        By ascending size of the gallery.
    wanted : Wanted

    Returns
    -------
    IdentificationResult
        The same bits whatever the number of threads or shards before.

    Raises
    ------
    EmptyTrialsError
        There is no search at all.
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """
    whole = trials[-1]
    subjects = np.union1d(whole.mated.subject, whole.non_mated.subject)
    if subjects.size == 0:
        raise EmptyTrialsError("there are no searches")
    rates = [SizeRates(one, wanted, targets=wanted.targets) for one in trials[:-1]]
    extrapolated = belonging_targets(wanted, whole.gallery_size)
    rates.append(SizeRates(whole, wanted, targets=[*wanted.targets, *extrapolated.values()]))
    return IdentificationResult(
        protocol=protocol,
        title=title,
        kind=kind,
        n_probe_subjects=int(subjects.size),
        galleries=tuple(_gallery_result(one, gallery, failed, wanted) for one in rates),
        extrapolated=extrapolations(rates[-1], wanted),
    )


def _gallery_result(
    rates: SizeRates, gallery: Gallery, failed: BoolArray, wanted: Wanted
) -> GalleryResult:
    trials = rates.trials
    points = [operating_point(rates, target, wanted.ranks) for target in wanted.targets]
    return GalleryResult(
        **search_counts(trials, gallery, failed).model_dump(),
        investigation=rates.at_ranks(NOBODY, wanted.investigation),
        cumulative_match=_cumulative_match(trials, max(wanted.investigation)),
        operating_points=tuple(points) if rates.n_non_mated else (),
        recommended=_recommended(rates, wanted),
        curve=search_curve(rates),
    )


def _recommended(rates: SizeRates, wanted: Wanted) -> RecommendedSearchThreshold | None:
    own = wanted.recommended
    if own is None:
        return None
    return RecommendedSearchThreshold(
        threshold=own,
        fpir=None if rates.fpir is None else rates.fpir.at(own),
        fnir=rates.at_ranks(own, wanted.ranks),
    )


def _cumulative_match(trials: SearchTrials, longest: int) -> CumulativeMatch | None:
    mated = trials.mated
    if not mated.score.size:
        return None
    ranks = mated.rank[mated.score > -np.inf]
    longest = min(longest, trials.gallery_size)
    found = np.cumsum(np.bincount(ranks[ranks <= longest], minlength=longest + 1)[1:])
    return CumulativeMatch(found=tuple(found.tolist()), searches=int(mated.score.size))
