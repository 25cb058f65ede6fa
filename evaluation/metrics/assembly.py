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
from evaluation.metrics.verification_evidence import verification_evidence
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
    from evaluation.metrics.counting import NonMatedScores
    from evaluation.metrics.trial_evidence import TrialEvidence
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


def verification_sections(
    *,
    test_set: HasSubjects,
    protocol: PairProtocol | AllPairsProtocol,
    comparisons: PairScores | AllPairsPart,
    failed: BoolArray,
    card: ModelCard,
    seed: int,
    replicates: int = bootstrap.REPLICATES,
) -> tuple[VerificationResult, TrialEvidence]:
    """Measure one protocol, and keep what a comparison with other models needs.

    Parameters
    ----------
    test_set : TestSet
        Of template pairs anything that has the templates' ``subject_index``.
    protocol : PairProtocol or AllPairsProtocol
        Of template pairs, with templates in place of samples.
    comparisons : PairScores or AllPairsPart
        All comparisons of the protocol: parts concatenated or merged before.
    failed : ndarray of bool, shape (n_samples,)
        Samples, or templates, that there is nothing to compare of.
    card : ModelCard
        For the similarity and the recommended threshold.
    seed : int
        Of the bootstraps.
    replicates : int
        Of the bootstraps, at least 1,000 for a result that is to be printed.

    Returns
    -------
    VerificationResult, TrialEvidence
        The same bits whatever the number of threads or shards before.

    Raises
    ------
    EmptyTrialsError
        No mated comparison, or no completed non-mated one.
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    measured = _measure(test_set.subject_index, protocol, comparisons, failed, card)
    own = card.recommended_threshold
    rates = _rates(measured, own, replicates=replicates, seed=seed)
    mated, non_mated = measured.mated.counted, measured.non_mated.counted
    eer = equal_error_rate(mated, non_mated)
    result = VerificationResult(
        protocol=protocol.name,
        title=protocol.title,
        kind=measured.kind,
        n_mated=mated.n,
        n_non_mated=non_mated.n,
        n_mated_failed=mated.failures,
        n_non_mated_failed=measured.non_mated.n_failed,
        n_subjects=int(np.unique(test_set.subject_index).size),
        smallest_printable_fmr=smallest_printable_fmr(non_mated.n),
        operating_points=tuple(rates.point(target) for target in TARGET_FMRS),
        recommended=None
        if own is None
        else RecommendedThreshold(threshold=own, fmr=rates.fmr.at(own), fnmr=rates.fnmr.at(own)),
        eer=eer.rate,
        eer_threshold=eer.threshold,
        auc=area_under_curve(mated, non_mated),
        folds=measured.folds,
        curve=rates.curve(),
        scores=measured.scores,
    )
    decided = None
    if isinstance(comparisons, PairScores):
        decided = comparisons, cast("PairProtocol", protocol).mated
    evidence = verification_evidence(
        result,
        measured.mated,
        measured.non_mated,
        decided=decided,
        seed=seed,
        replicates=replicates,
    )
    return result, evidence


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


def _rates(measured: _Measured, own: float | None, *, replicates: int, seed: int) -> _Rates:
    printable = printable_thresholds(measured.non_mated)
    named = [*printable.values(), *([] if own is None else [own])]
    on_curve = curve_thresholds(measured.non_mated.counted)
    return _Rates(
        non_mated=measured.non_mated.counted,
        printable=printable,
        on_curve=on_curve,
        fnmr=MatedRates(
            measured.mated, np.union1d(on_curve, named), replicates=replicates, seed=seed
        ),
        fmr=NonMatedRates(
            measured.non_mated,
            np.unique(named),
            targets=list(printable),
            replicates=replicates,
            seed=seed,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Rates:
    """Rates at all thresholds that are named or drawn, from one bootstrap per kind of trial."""

    non_mated: NonMatedScores
    printable: dict[float, float]
    on_curve: FloatArray
    fnmr: MatedRates
    fmr: NonMatedRates

    def point(self, target: float) -> OperatingPoint:
        evidence = evidence_for_target(target, self.non_mated.n)
        threshold = self.printable.get(target)
        if threshold is None:
            return OperatingPoint(target_fmr=target, evidence=evidence)
        interval = self.fmr.threshold_interval(target)
        return OperatingPoint(
            target_fmr=target,
            evidence=evidence,
            threshold=threshold,
            threshold_low=interval.low,
            threshold_high=interval.high,
            fmr=self.fmr.at(threshold),
            fnmr=self.fnmr.at(threshold),
        )

    def curve(self) -> Curve:
        rates = [self.fnmr.at(threshold) for threshold in self.on_curve.tolist()]
        counts = self.non_mated.n_at_or_above(self.on_curve)
        return Curve(
            threshold=tuple(self.on_curve.tolist()),
            fmr=tuple((counts / self.non_mated.n).tolist()),
            fnmr=tuple(rate.value for rate in rates),
            fnmr_low=tuple(rate.low for rate in rates),
            fnmr_high=tuple(rate.high for rate in rates),
        )
