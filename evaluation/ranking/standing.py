"""Where each of many models stands at one operating point, from their mated trials alone.

A comparison says all about every two models. With hundreds of models that is more than can be
read or kept, so here each has its group of equals, the interval of its rank and the share of
draws in which it is first. Of each model only its errors by subject are held, so that memory
grows with models times subjects and not with the comparisons that were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import ResultError
from evaluation.metrics.bootstrap import MATED_SEARCH_STREAM, MATED_STREAM, mated_counts
from evaluation.ranking.differences import false_negative_difference
from evaluation.ranking.groups import rank_intervals, tie_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import FloatArray, IntArray
    from evaluation.ranking.at import At
    from evaluation.ranking.evidence_file import MatedEvidence


@dataclass(frozen=True, slots=True, eq=False)
class MatedErrors:
    """One model's false negatives by subject at one operating point."""

    test_set_sha256: str
    protocol: str
    gallery_size: int | None
    seed: int
    replicates: int
    subject: IntArray
    trials: IntArray
    errors: IntArray

    @property
    def trials_digest(self) -> str:
        """Digest of the mated trials and of how people are drawn: equal ones can be compared."""
        named = (self.test_set_sha256, self.protocol, self.gallery_size, self.seed, self.replicates)
        return sha256(
            repr(named).encode() + self.subject.tobytes() + self.trials.tobytes()
        ).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Models at one operating point; arrays have a number or a column for each, as given.

    Attributes
    ----------
    group : ndarray of int64, shape (n_models,)
        Tie group, from 1: not separable from the group's best at 95 %.
    rank_low, rank_high : ndarray of int64, shape (n_models,)
        Middle 95 % of the ranks in the replicates.
    first : ndarray of float64, shape (n_models,)
        Share of replicates in which the model has the lowest rate; equal ones share it.
    drawn_errors : ndarray of int64, shape (replicates, n_models)
    drawn_trials : ndarray of int64, shape (replicates,)
    """

    group: IntArray
    rank_low: IntArray
    rank_high: IntArray
    first: FloatArray
    drawn_errors: IntArray
    drawn_trials: IntArray


def mated_errors_at(evidence: MatedEvidence, at: At) -> MatedErrors:
    """Take a model's errors at one operating point.

    Raises
    ------
    ResultError
        It has no such point.
    """
    place = at.place(evidence)
    if place < 0:
        raise ResultError(f"{evidence.identity.model_name} has no such operating point")
    return MatedErrors(
        test_set_sha256=evidence.identity.test_set_sha256,
        protocol=evidence.protocol,
        gallery_size=evidence.gallery_size,
        seed=evidence.seed,
        replicates=evidence.replicates,
        subject=evidence.mated.subject,
        trials=evidence.mated.trials,
        errors=np.ascontiguousarray(evidence.mated.errors[:, place]),
    )


def standing_of(models: Sequence[MatedErrors]) -> Standing:
    """Find where each model stands among the others.

    Groups are those of `compare_models`. Of models with the same errors the one given first
    leads.

    Parameters
    ----------
    models : sequence of MatedErrors
        One or more.

    Raises
    ------
    ResultError
        They were not measured on the same trials, or are drawn by other seeds.
    """
    first = models[0]
    if len({one.trials_digest for one in models}) > 1:
        raise ResultError(f"the models were not measured on the same trials of {first.protocol}")
    errors = np.stack([one.errors for one in models], axis=1)
    counts = mated_counts(
        errors, first.trials, replicates=first.replicates, seed=(first.seed, _stream(first))
    )
    drawn = counts[:, :-1] / counts[:, -1:]
    intervals = rank_intervals(drawn)
    return Standing(
        group=_groups(errors, first.trials, drawn),
        rank_low=intervals[:, 0],
        rank_high=intervals[:, 1],
        first=share_first(drawn),
        drawn_errors=counts[:, :-1].astype(np.int64),
        drawn_trials=counts[:, -1].astype(np.int64),
    )


def share_first(drawn: FloatArray) -> FloatArray:
    """Share of replicates in which each column is the lowest; equal ones share a replicate.

    Parameters
    ----------
    drawn : ndarray of float64, shape (n_replicates, n_models)

    Returns
    -------
    ndarray of float64, shape (n_models,)
        Sums to 1.
    """
    is_lowest = drawn == drawn.min(axis=1, keepdims=True)
    shares: FloatArray = (is_lowest / is_lowest.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _stream(trials: MatedErrors) -> int:
    return MATED_STREAM if trials.gallery_size is None else MATED_SEARCH_STREAM


def _groups(errors: IntArray, trials: IntArray, drawn: FloatArray) -> IntArray:
    order = np.argsort(errors.sum(axis=0), kind="stable")

    def p_value(better: int, worse: int) -> float:
        a, b = order[better], order[worse]
        apart = drawn[:, a] - drawn[:, b]
        return false_negative_difference(errors[:, a], errors[:, b], trials, apart).p

    group = np.empty(order.size, dtype=np.int64)
    for number, found in enumerate(tie_groups(order.size, p_value), start=1):
        group[order[list(found.members)]] = number
    return group
