"""The same people drawn for every model, so that differences between models are paired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import (
    MATED_SEARCH_STREAM,
    MATED_STREAM,
    NON_MATED_SEARCH_STREAM,
    NON_MATED_STREAM,
    mated_replicates,
    weight_blocks,
)
from evaluation.metrics.subject_pairs import EveryPair, SubjectPairs
from evaluation.metrics.trial_evidence import SubjectPairEvidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import FloatArray, IntArray
    from evaluation.metrics.trial_evidence import SubjectEvidence, TrialEvidence


@dataclass(frozen=True, slots=True)
class FalseMatches:
    """One model's false matches at one point, and the trials they are out of."""

    errors: SubjectPairs
    trials: SubjectPairs | EveryPair


def mated_errors(evidence: Sequence[TrialEvidence], points: Sequence[int]) -> IntArray:
    """Gather the false negatives of each subject by each model, shape (n_subjects, n_models)."""
    return _errors([one.mated for one in evidence], points)


def false_negative_replicates(errors: IntArray, evidence: TrialEvidence) -> FloatArray:
    """FNMR or FNIR of each model in each replicate, shape (replicates, n_models)."""
    stream = MATED_STREAM if evidence.gallery_size is None else MATED_SEARCH_STREAM
    return mated_replicates(
        errors,
        evidence.mated.trials,
        replicates=evidence.replicates,
        seed=(evidence.seed, stream),
    )


def false_positive_replicates(
    evidence: Sequence[TrialEvidence], points: Sequence[int]
) -> FloatArray:
    """FMR or FPIR of each model in each replicate.

    Returns
    -------
    ndarray of float64, shape (at most replicates, n_models)
        Replicates that drew no trial for one of the models are left out for all.
    """
    compared, searched = [], []
    for one, point in zip(evidence, points, strict=True):
        if isinstance(one.non_mated, SubjectPairEvidence):
            compared.append(false_matches(one.non_mated, point))
        else:
            searched.append(one.non_mated)
    first = evidence[0]
    if compared:
        return fmr_replicates(compared, first)
    return mated_replicates(
        _errors(searched, points),
        searched[0].trials,
        replicates=first.replicates,
        seed=(first.seed, NON_MATED_SEARCH_STREAM),
    )


def _errors(evidence: Sequence[SubjectEvidence], points: Sequence[int]) -> IntArray:
    columns = [one.errors[:, point] for one, point in zip(evidence, points, strict=True)]
    return np.stack(columns, axis=1)


def false_matches(evidence: SubjectPairEvidence, point: int) -> FalseMatches:
    """Put together one model's counts at one point."""
    n = evidence.subject.size
    so_far = evidence.match_point <= point
    errors = SubjectPairs(
        evidence.match_a[so_far], evidence.match_b[so_far], n, evidence.match_count[so_far]
    )
    if evidence.samples is not None:
        return FalseMatches(errors, EveryPair(evidence.samples))
    listed = SubjectPairs(evidence.pair_a, evidence.pair_b, n, evidence.pair_trials)
    return FalseMatches(errors, listed)


def fmr_replicates(models: Sequence[FalseMatches], evidence: TrialEvidence) -> FloatArray:
    """FMR of each model in each replicate.

    Returns
    -------
    ndarray of float64, shape (at most replicates, n_models)
        Replicates that drew no trial for one of the models are left out for all.
    """
    rates = []
    blocks = weight_blocks(
        evidence.non_mated.subject.size,
        replicates=evidence.replicates,
        seed=(evidence.seed, NON_MATED_STREAM),
    )
    for weights in blocks:
        trials = np.stack([model.trials.weigh(weights) for model in models], axis=1)
        errors = np.stack([model.errors.weigh(weights) for model in models], axis=1)
        drawn = np.all(trials > 0, axis=1)
        rates.append(errors[drawn] / trials[drawn])
    return np.concatenate(rates)
