"""Figures of groups of people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.differentials import (
        DifferentialMeasures,
        DifferentialResult,
        DifferentialThreshold,
    )

_MEASURES = ("max_to_min", "max_minus_min", "max_to_geometric_mean", "gini")


def differential_figures(found: DifferentialResult) -> Iterator[Figure]:
    """Yield each group's rates, those across groups, and the measures of their spread."""
    labels = {
        group.name: ";".join(
            f"{attribute}={value}"
            for attribute, value in zip(found.attributes, group.values, strict=True)
        )
        for group in found.groups
    }
    for one in found.thresholds:
        yield from _rates(found, one, labels)
        for rate, measures in (("fmr", one.fmr.measures), ("fnmr", one.fnmr.measures)):
            if measures is not None:
                yield from _measures(found, one, rate, measures)


def _rates(
    found: DifferentialResult, one: DifferentialThreshold, labels: dict[str, str]
) -> Iterator[Figure]:
    at_threshold = partial(
        of_rate, protocol=found.protocol, target=one.target_fmr, threshold=one.threshold
    )
    for group in one.groups:
        for metric, rate in (("group_fmr", group.fmr), ("group_fnmr", group.fnmr)):
            if rate is not None:
                yield at_threshold(metric, rate, condition=labels[group.group])
    for cell in one.cross_groups:
        condition = f"{labels[cell.group_a]}|{labels[cell.group_b]}"
        yield at_threshold("cross_group_fmr", cell.fmr, condition=condition)
    if one.fnmr_between_groups is not None:
        yield at_threshold(
            "between_groups_fnmr", one.fnmr_between_groups, condition=_division(found)
        )


def _measures(
    found: DifferentialResult,
    one: DifferentialThreshold,
    rate: str,
    measures: DifferentialMeasures,
) -> Iterator[Figure]:
    for name in _MEASURES:
        yield Figure(
            f"group_{rate}_{name}",
            found.protocol,
            condition=_division(found),
            target=one.target_fmr,
            threshold=one.threshold,
            value=getattr(measures, name),
        )


def _division(found: DifferentialResult) -> str:
    return f"by={'*'.join(found.attributes)}"
