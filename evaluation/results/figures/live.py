"""Figures of live video."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.base import Evidence
from evaluation.results.figures.base import Figure, of_rate
from evaluation.results.figures.identification import extrapolated_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evaluation.results.base import Rate
    from evaluation.results.live import LivePoint, LiveResult


def live_figures(found: LiveResult) -> Iterator[Figure]:
    """Yield rates per passage, false alerts with both denominators, and times to alert."""
    for one in found.watchlists:
        condition = f"gallery={one.gallery_size};rank=1"
        if one.fnir_without_threshold is not None:
            rate = one.fnir_without_threshold
            yield of_rate("fnir", rate, protocol=found.protocol, condition=condition)
        for point in one.operating_points:
            yield from _of_point(found.protocol, condition, point, "{}_at_fpir")
        if one.recommended is not None:
            yield from _of_point(found.protocol, condition, one.recommended, "recommended_{}")
    for extrapolation in found.extrapolated:
        for extrapolated in extrapolation.points:
            yield from extrapolated_figures(found.protocol, extrapolation.target_fpir, extrapolated)


def _of_point(protocol: str, condition: str, point: LivePoint, name: str) -> Iterator[Figure]:
    target, threshold = point.target_fpir, point.threshold
    if threshold is None:
        yield Figure(name.format("tpir"), protocol, condition, target, evidence=Evidence.NOT_ENOUGH)
        return
    make = partial(
        of_rate,
        protocol=protocol,
        condition=condition,
        target=target,
        threshold=threshold,
        aim=Evidence.SUFFICIENT if target is None else point.evidence,
    )
    yield from _rates(point, name, make)
    if point.time_to_alert is not None:
        timed = point.time_to_alert
        for metric, seconds in (
            ("alert_seconds_p50", timed.median_seconds),
            ("alert_seconds_p90", timed.p90_seconds),
        ):
            yield Figure(
                name.format(metric),
                protocol,
                condition,
                target,
                threshold,
                value=seconds,
                trials=timed.passages,
            )


def _rates(point: LivePoint, name: str, make: Callable[[str, Rate], Figure]) -> Iterator[Figure]:
    alerts = point.alerts
    for metric, rate in (
        ("fpir", point.fpir),
        ("fnir", point.fnir),
        ("false_alerts_per_passage", None if alerts is None else alerts.false_per_passage),
        ("false_alerts_per_alert", None if alerts is None else alerts.false_per_alert),
    ):
        if rate is not None:
            yield make(name.format(metric), rate)
    if point.fnir is not None:
        yield _tpir(make(name.format("tpir"), point.fnir), point.fnir)


def _tpir(figure: Figure, fnir: Rate) -> Figure:
    """Turn a figure of FNIR into one of TPIR; the counts of errors stay with FNIR."""
    return replace(
        figure,
        value=1 - fnir.value,
        low=1 - fnir.high,
        high=1 - fnir.low,
        errors=None,
        failures=None,
    )
