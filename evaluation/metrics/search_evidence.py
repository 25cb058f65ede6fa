"""The evidence of searches, or of passages as searches: each belongs to the person searched for.

All is of the whole gallery. A mated search is an error where the mate is not among the R
best at or above the threshold, a non-mated one where it returns anybody; a search without
a template returns nobody and counts in both rates, so all models have the same trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.metrics.identification import NOBODY
from evaluation.metrics.trial_evidence import (
    Decisions,
    EvidencePoint,
    OperatingMode,
    SubjectEvidence,
    TrialEvidence,
    highest_first,
)
from evaluation.results import RankedRate, Rate, WatchlistResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import BoolArray, IntArray
    from evaluation.metrics.identification_trials import SearchTrials
    from evaluation.results import GalleryResult

_RANK_OF_PASSAGES = 1


def search_evidence(
    overall: GalleryResult | WatchlistResult,
    trials: SearchTrials,
    *,
    protocol: str,
    title: str,
    seed: int,
    replicates: int,
) -> tuple[TrialEvidence, ...]:
    """Keep what a comparison with other models needs of one protocol.

    Parameters
    ----------
    overall : GalleryResult or WatchlistResult
        Of the whole gallery.
    trials : SearchTrials
        What it was measured on.
    protocol, title : str
    seed, replicates : int
        Of the bootstraps of the result.

    Returns
    -------
    tuple of TrialEvidence
        One; none without mated searches, which models are ranked by.
    """
    if not trials.mated.score.size:
        return ()
    points = highest_first(_points(overall))
    found = [_finds_mate(trials, point) for point in points]
    alarms = [_returns_anybody(trials, point) for point in points]
    n_mated, n_non_mated = trials.mated.score.size, trials.non_mated.top_score.size
    evidence = TrialEvidence(
        protocol=protocol,
        title=title,
        seed=seed,
        replicates=replicates,
        gallery_size=trials.gallery_size,
        points=points,
        mated=_by_subject(trials.mated.subject, [~each for each in found]),
        non_mated=_by_subject(trials.non_mated.subject, alarms),
        decisions=Decisions.of(
            np.repeat([True, False], [n_mated, n_non_mated]),
            np.ones(n_mated + n_non_mated, dtype=np.bool_),
            (np.concatenate(both) for both in zip(found, alarms, strict=True)),
        ),
    )
    return (evidence,)


class _Measured(NamedTuple):
    """What a result says at one operating point."""

    mode: OperatingMode
    target: float | None
    threshold: float | None
    fpir: Rate | None
    fnir: tuple[RankedRate, ...]


def _points(overall: GalleryResult | WatchlistResult) -> Iterator[EvidencePoint]:
    """Operating points that a result prints, once for each length of the list."""
    for point in _measured(overall):
        for ranked in point.fnir:
            yield EvidencePoint(
                mode=point.mode,
                target=point.target,
                threshold=point.threshold,
                rank=ranked.rank,
                false_positive=point.fpir,
                false_negative=ranked.fnir,
                false_positives_known=point.fpir is not None,
            )


def _measured(overall: GalleryResult | WatchlistResult) -> Iterator[_Measured]:
    for point in overall.operating_points:
        if point.threshold is not None:
            yield _Measured(
                OperatingMode.TARGET,
                point.target_fpir,
                point.threshold,
                point.fpir,
                _ranked(point.fnir),
            )
    own = overall.recommended
    if own is not None:
        yield _Measured(OperatingMode.RECOMMENDED, None, own.threshold, own.fpir, _ranked(own.fnir))
    without_threshold = (
        overall.fnir_without_threshold
        if isinstance(overall, WatchlistResult)
        else overall.investigation
    )
    yield _Measured(OperatingMode.INVESTIGATION, None, None, None, _ranked(without_threshold))


def _ranked(fnir: tuple[RankedRate, ...] | Rate | None) -> tuple[RankedRate, ...]:
    """FNIR by rank; passages have a rate at rank 1 alone."""
    if isinstance(fnir, Rate):
        return (RankedRate(rank=_RANK_OF_PASSAGES, fnir=fnir),)
    return fnir or ()


def _finds_mate(trials: SearchTrials, point: EvidencePoint) -> BoolArray:
    threshold = NOBODY if point.threshold is None else point.threshold
    found: BoolArray = trials.mated.score >= threshold
    return found if point.rank is None else found & (trials.mated.rank <= point.rank)


def _returns_anybody(trials: SearchTrials, point: EvidencePoint) -> BoolArray:
    threshold = NOBODY if point.threshold is None else point.threshold
    return trials.non_mated.top_score >= threshold


def _by_subject(subject: IntArray, errors: Sequence[BoolArray]) -> SubjectEvidence:
    """Count searches and errors of each person."""
    subjects, place, trials = np.unique(subject, return_inverse=True, return_counts=True)
    counted = [
        np.bincount(place[wrong], minlength=subjects.size).astype(np.int64) for wrong in errors
    ]
    return SubjectEvidence(subject=subjects, trials=trials, errors=np.stack(counted, axis=1))
