"""Everything that is said about groups on one verification protocol.

All groups are judged at the thresholds of the whole protocol, never at one of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics import bootstrap
from evaluation.metrics.differentials.axis import axis_thresholds, is_followed
from evaluation.metrics.differentials.groups import groupings
from evaluation.metrics.differentials.thresholds import GroupsAtThresholds
from evaluation.results import DifferentialResult, DifferentialThreshold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import FloatArray
    from evaluation.metrics.differentials.compared import Compared
    from evaluation.metrics.differentials.groups import Grouping
    from evaluation.results import DifferentialCurve, VerificationResult


def differential_results(
    compared: Compared,
    values: Mapping[str, Sequence[str]],
    overall: VerificationResult,
    *,
    seed: int,
    replicates: int = bootstrap.REPLICATES,
) -> tuple[DifferentialResult, ...]:
    """Measure the groups of one protocol.

    Parameters
    ----------
    compared : Compared
        The protocol's comparisons.
    values : mapping of str to sequence of str
        Of each attribute of the test set, the value of each sample; '' where unknown.
    overall : VerificationResult
        Of the same comparisons: its printable operating points and the supplier's
        recommended threshold are the thresholds; its curve has those of the axis along
        which attributes of people are followed.
    seed : int
        Of the bootstrap.
    replicates : int
        Of the bootstrap, at least 1,000 for a result that is to be printed.

    Returns
    -------
    tuple of DifferentialResult
        One for each attribute with two known values, and for each crossing of attributes
        of people; the same bits whatever the number of threads or shards before.

    Raises
    ------
    NonFiniteScoreError
        A score is NaN or infinite.
    """
    targets = _targets(overall)
    axis = compared.counted_thresholds(axis_thresholds(overall.curve.threshold, overall.curve.fmr))
    nowhere = axis[:0]
    return tuple(
        _result(
            compared,
            grouping,
            targets,
            axis if is_followed(grouping) else nowhere,
            seed=seed,
            replicates=replicates,
        )
        for grouping in groupings(values, compared.members)
    )


def _targets(overall: VerificationResult) -> list[tuple[float | None, float]]:
    """Thresholds of the whole protocol, each with what it was set for."""
    targets: list[tuple[float | None, float]] = [
        (point.target_fmr, point.threshold)
        for point in overall.operating_points
        if point.threshold is not None
    ]
    if overall.recommended is not None:
        targets.append((None, overall.recommended.threshold))
    return targets


def _result(
    compared: Compared,
    grouping: Grouping,
    targets: Sequence[tuple[float | None, float]],
    axis: FloatArray,
    *,
    seed: int,
    replicates: int,
) -> DifferentialResult:
    n_mated_outside, n_non_mated_outside = compared.n_mated, compared.n_non_mated
    sections: tuple[DifferentialThreshold, ...] = ()
    curve: DifferentialCurve | None = None
    if grouping.groups:
        thresholds = np.unique(np.array([*(t for _, t in targets), *axis], dtype=np.float64))
        division = compared.division(grouping)
        counted = compared.count(division, thresholds)
        n_mated_outside = counted.mated.outside
        n_non_mated_outside = counted.non_mated.outside
        measured = GroupsAtThresholds(
            grouping.names, counted, division.n_subjects, replicates=replicates, seed=seed
        )
        place = {threshold: k for k, threshold in enumerate(thresholds.tolist())}
        sections = tuple(measured.at(place[t], t, target) for target, t in targets)
        if axis.size:
            curve = measured.along([(place[t], t) for t in axis.tolist()])
    return DifferentialResult(
        protocol=compared.protocol.name,
        title=compared.protocol.title,
        **grouping.facts._asdict(),
        n_mated_outside=n_mated_outside,
        n_non_mated_outside=n_non_mated_outside,
        pairing=compared.pairing(grouping),
        thresholds=sections,
        curve=curve,
    )
