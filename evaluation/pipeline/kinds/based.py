"""Protocols that build on a one-to-one protocol: the base, and its trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from evaluation.comparison import compare_all_pairs, pair_scores
from evaluation.errors import ResultError
from evaluation.metrics.trials import trials_of_all_pairs, trials_of_pairs
from evaluation.testsets.protocols import AllPairsProtocol, PairProtocol

if TYPE_CHECKING:
    from evaluation.card import Similarity
    from evaluation.extraction import Templates
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.testsets.protocols import QualityProtocol, RobustnessProtocol
    from evaluation.testsets.types import TestSet

Base: TypeAlias = "PairProtocol | AllPairsProtocol"


def base_of(test_set: TestSet, protocol: RobustnessProtocol | QualityProtocol) -> Base:
    """Return the one-to-one protocol that another builds on.

    Raises
    ------
    ResultError
        It is no list of pairs and not all pairs.
    """
    base = test_set.protocol(protocol.base)
    if not isinstance(base, PairProtocol | AllPairsProtocol):
        raise ResultError(f"protocol {protocol.base} holds no pairs to build on")
    return base


def trials_of_base(
    base: Base, templates: Templates, test_set: TestSet, *, similarity: Similarity, threads: int
) -> tuple[MatedTrials, NonMatedTrials]:
    """Compare everything that a base compares, as the base itself does."""
    subjects = test_set.subject_index
    if isinstance(base, PairProtocol):
        return trials_of_pairs(base, pair_scores(templates, base, similarity=similarity), subjects)
    part = compare_all_pairs(
        templates, subjects, range(subjects.size), similarity=similarity, threads=threads
    )
    return trials_of_all_pairs(part, templates.failed, subjects)
