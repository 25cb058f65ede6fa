"""Figures of quality models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.quality import QualityResult


def quality_figures(found: QualityResult) -> Iterator[Figure]:
    """Yield FNMR by share discarded, and the areas, at each target FMR."""
    for point in found.points:
        for one in point.points:
            yield of_rate(
                "edc_fnmr",
                one.fnmr,
                protocol=found.protocol,
                condition=f"discard={one.discard:g}",
                target=point.target_fmr,
                threshold=point.threshold,
                aim=point.evidence,
            )
        for area in point.areas:
            condition = f"up_to={area.up_to:g}"
            yield Figure(
                "edc_area",
                found.protocol,
                condition=condition,
                target=point.target_fmr,
                threshold=point.threshold,
                value=area.area,
                low=area.area_low,
                high=area.area_high,
                trials=found.n_mated,
                evidence=point.evidence,
            )
            yield Figure(
                "edc_area_normalised",
                found.protocol,
                condition=condition,
                target=point.target_fmr,
                threshold=point.threshold,
                value=area.normalised,
                trials=found.n_mated,
                evidence=point.evidence,
            )
