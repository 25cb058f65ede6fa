"""Figures of one-to-one protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.results.base import Evidence
from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.verification import OperatingPoint, VerificationResult


def verification_figures(found: VerificationResult) -> Iterator[Figure]:
    """Yield operating points, the supplier's threshold, accuracy by folds, EER and AUC."""
    name = found.protocol
    for point in found.operating_points:
        yield from _operating_point(name, point)
    yield Figure("eer", name, value=found.eer, threshold=found.eer_threshold, trials=found.n_mated)
    yield Figure("auc", name, value=found.auc, trials=found.n_mated)
    folds = found.folds
    if folds is not None:
        for metric, value in (
            ("fold_accuracy", folds.accuracy),
            ("fold_standard_error", folds.standard_error),
        ):
            yield Figure(metric, name, value=value, trials=folds.trials, method="folds")
    own = found.recommended
    if own is not None:
        yield of_rate("recommended_fmr", own.fmr, protocol=name, threshold=own.threshold)
        yield of_rate("recommended_fnmr", own.fnmr, protocol=name, threshold=own.threshold)


def _operating_point(protocol: str, point: OperatingPoint) -> Iterator[Figure]:
    for metric, rate in (("fnmr_at_fmr", point.fnmr), ("fmr_at_fmr", point.fmr)):
        if rate is None:  # the test set cannot support this operating point
            yield Figure(
                metric,
                protocol,
                target=point.target_fmr,
                threshold=point.threshold,
                evidence=Evidence.NOT_ENOUGH,
            )
        else:
            yield of_rate(
                metric,
                rate,
                protocol=protocol,
                target=point.target_fmr,
                threshold=point.threshold,
                aim=point.evidence,
            )
