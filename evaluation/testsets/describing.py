"""Counts that tell a person what a test set can and cannot show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.protocols import PairProtocol

if TYPE_CHECKING:
    from evaluation.testsets.protocols import Protocol
    from evaluation.testsets.types import TestSet


@dataclass(frozen=True, slots=True)
class ProtocolDescription:
    """What one protocol holds.

    Attributes
    ----------
    smallest_printable_fmr : float or None
        Three divided by the non-mated trials (rule of 3), a proportion; None where
        fewer than three non-mated trials let nothing be printed.
    n_folds : int
        0 where the protocol has no folds.
    """

    name: str
    title: str
    kind: str
    n_mated: int
    n_non_mated: int
    n_folds: int
    smallest_printable_fmr: float | None


@dataclass(frozen=True, slots=True)
class Description:
    """What a test set holds; attribute values are counted by samples, most first."""

    n_samples: int
    n_subjects: int
    n_subjects_with_one_sample: int
    max_samples_per_subject: int
    n_with_landmarks: int
    attributes: Mapping[str, Mapping[str, int]]
    protocols: tuple[ProtocolDescription, ...]


def describe_test_set(test_set: TestSet) -> Description:
    """Count a test set's samples, subjects, attribute values and trials."""
    sizes = np.bincount(test_set.subject_index)
    attributes = {
        attribute: dict(
            Counter(sample.attributes[attribute] for sample in test_set.samples).most_common()
        )
        for attribute in test_set.manifest.attributes
    }
    return Description(
        n_samples=len(test_set.samples),
        n_subjects=test_set.n_subjects,
        n_subjects_with_one_sample=int(np.count_nonzero(sizes == 1)),
        max_samples_per_subject=int(sizes.max()),
        n_with_landmarks=sum(sample.landmarks is not None for sample in test_set.samples),
        attributes=attributes,
        protocols=tuple(_describe(test_set, protocol) for protocol in test_set.protocols),
    )


def _describe(test_set: TestSet, protocol: Protocol) -> ProtocolDescription:
    n_folds = 0
    if isinstance(protocol, PairProtocol):
        kind = "pairs"
        n_mated = int(np.count_nonzero(protocol.mated))
        n_non_mated = protocol.mated.size - n_mated
        if protocol.fold is not None:
            n_folds = np.unique(protocol.fold).size
    else:
        kind = "all_pairs"
        sizes = np.bincount(test_set.subject_index).astype(np.int64)
        n_samples = len(test_set.samples)
        n_mated = int((sizes * (sizes - 1) // 2).sum())
        n_non_mated = n_samples * (n_samples - 1) // 2 - n_mated
    return ProtocolDescription(
        name=protocol.name,
        title=protocol.title,
        kind=kind,
        n_mated=n_mated,
        n_non_mated=n_non_mated,
        n_folds=n_folds,
        smallest_printable_fmr=3 / n_non_mated if n_non_mated >= 3 else None,
    )
