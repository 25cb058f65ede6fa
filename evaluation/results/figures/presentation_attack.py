"""Figures of presentation-attack detection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.base import Evidence
from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.results.presentation_attack import AttackPoint, PresentationAttackResult


def presentation_attack_figures(found: PresentationAttackResult) -> Iterator[Figure]:
    """Yield the rates at the threshold, those at target APCERs, EER and AUC."""
    name = found.protocol
    at_threshold = partial(of_rate, protocol=name, threshold=found.threshold)
    yield at_threshold("apcer", found.apcer)
    yield at_threshold("bpcer", found.bpcer)
    yield at_threshold("pooled_apcer", found.pooled_apcer)
    yield at_threshold("bpnrr", found.bpnrr)
    for metric, value in (("acer", found.acer), ("pooled_acer", found.pooled_acer)):
        yield Figure(metric, name, threshold=found.threshold, value=value)
    for one in found.species:
        yield at_threshold("apcer", one.apcer, condition=f"species={one.species}")
        yield at_threshold("apnrr", one.apnrr, condition=f"species={one.species}")
    yield from _points(name, "bpcer_at_apcer", "apcer_at_apcer", found.operating_points)
    yield from _points(name, "bpcer_at_pooled_apcer", "pooled_apcer_at", found.pooled_points)
    for metric, secondary in (("pad_eer", found.eer), ("pad_auc", found.auc)):
        yield Figure(metric, name, value=secondary, trials=found.n_bona_fide)


def _points(
    protocol: str, metric: str, reached: str, points: Sequence[AttackPoint]
) -> Iterator[Figure]:
    for point in points:
        for name, rate in ((metric, point.bpcer), (reached, point.apcer)):
            if rate is None:  # the test set cannot support this operating point
                yield Figure(
                    name, protocol, target=point.target_apcer, evidence=Evidence.NOT_ENOUGH
                )
            else:
                yield of_rate(
                    name,
                    rate,
                    protocol=protocol,
                    target=point.target_apcer,
                    threshold=point.threshold,
                    aim=point.evidence,
                )
