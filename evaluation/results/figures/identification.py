"""Figures of searches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.base import Evidence
from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evaluation.results.identification import (
        ExtrapolatedPoint,
        GalleryResult,
        IdentificationPoint,
        IdentificationResult,
        RankedRate,
    )


def identification_figures(found: IdentificationResult) -> Iterator[Figure]:
    """Yield FNIR without and with threshold, FPIR, and extrapolated thresholds' rates."""
    for one in found.galleries:
        yield from _of_gallery(found.protocol, one)
    for extrapolation in found.extrapolated:
        for point in extrapolation.points:
            yield from extrapolated_figures(found.protocol, extrapolation.target_fpir, point)


def extrapolated_figures(
    protocol: str, target: float, point: ExtrapolatedPoint
) -> Iterator[Figure]:
    """Yield what was measured at a threshold meant for another size of the gallery."""
    make = partial(
        of_rate,
        protocol=protocol,
        condition=f"extrapolated_gallery={point.gallery_size}",
        target=target,
        threshold=point.threshold,
        aim=point.evidence,
    )
    if point.measured_fpir is not None:
        yield make("measured_fpir_at_extrapolated_fpir", point.measured_fpir)
    if point.measured_fnir is not None:
        yield make("measured_fnir_at_extrapolated_fpir", point.measured_fnir)


def point_figures(protocol: str, condition: str, point: IdentificationPoint) -> Iterator[Figure]:
    """Yield FPIR and FNIR at a target FPIR; without evidence one figure says so."""
    if point.fpir is None:
        yield Figure(
            "fpir_at_fpir",
            protocol,
            condition=condition,
            target=point.target_fpir,
            threshold=point.threshold,
            evidence=Evidence.NOT_ENOUGH,
        )
        return
    make = partial(
        of_rate,
        protocol=protocol,
        target=point.target_fpir,
        threshold=point.threshold,
        aim=point.evidence,
    )
    yield make("fpir_at_fpir", point.fpir, condition=condition)
    yield from _ranked("fnir_at_fpir", condition, point.fnir, make)


def _of_gallery(protocol: str, one: GalleryResult) -> Iterator[Figure]:
    condition = f"gallery={one.gallery_size}"
    yield from _ranked("fnir", condition, one.investigation, partial(of_rate, protocol=protocol))
    for point in one.operating_points:
        yield from point_figures(protocol, condition, point)
    own = one.recommended
    if own is not None:
        make = partial(of_rate, protocol=protocol, threshold=own.threshold)
        if own.fpir is not None:
            yield make("recommended_fpir", own.fpir, condition=condition)
        yield from _ranked("recommended_fnir", condition, own.fnir, make)


def _ranked(
    metric: str, condition: str, rates: tuple[RankedRate, ...], make: Callable[..., Figure]
) -> Iterator[Figure]:
    for one in rates:
        yield make(metric, one.fnir, condition=f"{condition};rank={one.rank}")
