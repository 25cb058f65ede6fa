"""Everything that is said about one model on one verification protocol.

All rates at all thresholds come from one set of counts, and their intervals from
one bootstrap per kind of trial, so that figures beside each other belong together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, cast

import numpy as np

from evaluation.comparison import PairScores
from evaluation.metrics import bootstrap
from evaluation.metrics.curves import curve_thresholds, histogram_of_all_pairs, histogram_of_pairs
from evaluation.metrics.evidence import evidence_for_target, smallest_printable_fmr
from evaluation.metrics.folds import fold_accuracy
from evaluation.metrics.intervals import MatedRates, NonMatedRates
from evaluation.metrics.trials import trials_of_all_pairs, trials_of_pairs
from evaluation.metrics.verification import area_under_curve, equal_error_rate, threshold_at_fmr
from evaluation.results import (
    Curve,
    Evidence,
    FoldAccuracy,
    OperatingPoint,
    RecommendedThreshold,
    ScoreHistogram,
    VerificationResult,
)

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, Int32Array
    from evaluation.card import ModelCard
    from evaluation.comparison import AllPairsPart
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.testsets import AllPairsProtocol, PairProtocol

TARGET_FMRS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


class HasSubjects(Protocol):
    """What is read of a test set."""

    @property
    def subject_index(self) -> Int32Array:
        """int32, shape (n_samples,): equal numbers mean the same subject."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """One protocol's trials with what only its kind has."""

    kind: Literal["pairs", "all_pairs"]
    mated: MatedTrials
    non_mated: NonMatedTrials
    folds: FoldAccuracy | None
    scores: ScoreHistogram


def verification_result(
    *,
    test_set: HasSubjects,
    protocol: PairProtocol | AllPairsProtocol,
    comparisons: PairScores | AllPairsPart,
    failed: BoolArray,
    card: ModelCard,
    seed: int,
    replicates: int = bootstrap.REPLICATES,
) -> VerificationResult:
    """Measure one protocol.

    Parameters
    ----------
    test_set : TestSet
    protocol : PairProtocol or AllPairsProtocol
    comparisons : PairScores or AllPairsPart
        All comparisons of the protocol: parts concatenated or merged before.
    failed : ndarray of bool, shape (n_samples,)
        Samples that yielded no template.
    card : ModelCard
        For the similarity and the recommended threshold.
    seed : int
        Of the bootstraps.
    replicates : int
        Of the bootstraps, at least 1,000 for a result that is to be printed.

    Returns
    -------
    VerificationResult
        The same bits whatever the number of threads or shards before.

    Raises
    ------
    EmptyTrialsError
        No mated comparison, or no completed non-mated one.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    measured = _measure(test_set.subject_index, protocol, comparisons, failed, card)
    mated, non_mated = measured.mated, measured.non_mated
    n = non_mated.counted.n
    printable = printable_thresholds(non_mated)
    named = [*printable.values(), *([] if (own := card.recommended_threshold) is None else [own])]
    on_curve = curve_thresholds(non_mated.counted)
    fnmr = MatedRates(mated, np.union1d(on_curve, named), replicates=replicates, seed=seed)
    fmr = NonMatedRates(
        non_mated,
        np.unique(named),
        targets=list(printable),
        replicates=replicates,
        seed=seed,
    )
    eer = equal_error_rate(mated.counted, non_mated.counted)
    return VerificationResult(
        protocol=protocol.name,
        title=protocol.title,
        kind=measured.kind,
        n_mated=mated.counted.n,
        n_non_mated=n,
        n_mated_failed=mated.counted.failures,
        n_non_mated_failed=non_mated.n_failed,
        n_subjects=int(np.unique(test_set.subject_index).size),
        smallest_printable_fmr=smallest_printable_fmr(n),
        operating_points=tuple(
            _operating_point(target, printable.get(target), n, fmr, fnmr) for target in TARGET_FMRS
        ),
        recommended=None
        if own is None
        else RecommendedThreshold(threshold=own, fmr=fmr.at(own), fnmr=fnmr.at(own)),
        eer=eer.rate,
        eer_threshold=eer.threshold,
        auc=area_under_curve(mated.counted, non_mated.counted),
        folds=measured.folds,
        curve=_curve(on_curve, non_mated, fnmr),
        scores=measured.scores,
    )


def printable_thresholds(non_mated: NonMatedTrials) -> dict[float, float]:
    """Lowest threshold at each target FMR that the trials can show, by target.

    Parameters
    ----------
    non_mated : NonMatedTrials

    Returns
    -------
    dict of float to float
        From the highest target down; targets below 3/n are left out.
    """
    n = non_mated.counted.n
    return {
        target: threshold_at_fmr(non_mated.counted, max_fmr=target)
        for target in TARGET_FMRS
        if evidence_for_target(target, n) is not Evidence.NOT_ENOUGH
    }


def _measure(
    subject_index: Int32Array,
    protocol: PairProtocol | AllPairsProtocol,
    comparisons: PairScores | AllPairsPart,
    failed: BoolArray,
    card: ModelCard,
) -> _Measured:
    if isinstance(comparisons, PairScores):
        listed = cast("PairProtocol", protocol)
        mated, non_mated = trials_of_pairs(listed, comparisons, subject_index)
        return _Measured(
            kind="pairs",
            mated=mated,
            non_mated=non_mated,
            folds=_folds(listed, comparisons),
            scores=histogram_of_pairs(comparisons, listed.mated, card.similarity),
        )
    mated, non_mated = trials_of_all_pairs(comparisons, failed, subject_index)
    return _Measured(
        kind="all_pairs",
        mated=mated,
        non_mated=non_mated,
        folds=None,
        scores=histogram_of_all_pairs(comparisons),
    )


def _folds(protocol: PairProtocol, comparisons: PairScores) -> FoldAccuracy | None:
    if protocol.fold is None:
        return None
    made = comparisons.completed
    failed_folds, counts = np.unique(protocol.fold[protocol.mated & ~made], return_counts=True)
    return fold_accuracy(
        comparisons.scores[made],
        protocol.mated[made],
        protocol.fold[made].astype(np.int64),
        failed_mated=dict(zip(failed_folds.tolist(), counts.tolist(), strict=True)),
    )


def _operating_point(
    target: float, threshold: float | None, n: int, fmr: NonMatedRates, fnmr: MatedRates
) -> OperatingPoint:
    evidence = evidence_for_target(target, n)
    if threshold is None:
        return OperatingPoint(target_fmr=target, evidence=evidence)
    interval = fmr.threshold_interval(target)
    return OperatingPoint(
        target_fmr=target,
        evidence=evidence,
        threshold=threshold,
        threshold_low=interval.low,
        threshold_high=interval.high,
        fmr=fmr.at(threshold),
        fnmr=fnmr.at(threshold),
    )


def _curve(thresholds: FloatArray, non_mated: NonMatedTrials, fnmr: MatedRates) -> Curve:
    rates = [fnmr.at(threshold) for threshold in thresholds.tolist()]
    counts = non_mated.counted.n_at_or_above(thresholds)
    return Curve(
        threshold=tuple(thresholds.tolist()),
        fmr=tuple((counts / non_mated.counted.n).tolist()),
        fnmr=tuple(rate.value for rate in rates),
        fnmr_low=tuple(rate.low for rate in rates),
        fnmr_high=tuple(rate.high for rate in rates),
    )
