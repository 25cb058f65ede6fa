"""Figures of groups of people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.differentials import weakest_entered
from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evaluation.results.base import Rate
    from evaluation.results.differentials import (
        DifferentialMeasures,
        DifferentialResult,
        DifferentialThreshold,
        GroupDivision,
        SearchDifferentialResult,
    )

_MEASURES = ("max_to_min", "max_minus_min", "max_to_geometric_mean", "gini")


def differential_figures(found: DifferentialResult) -> Iterator[Figure]:
    """Yield each group's rates, those across groups, and the measures of their spread."""
    labels = _labels(found)
    for one in found.thresholds:
        yield from _rates(found, one, labels)
        for metric, apart, rates in (
            ("group_fmr", one.fmr, {group.group: group.fmr for group in one.groups}),
            ("group_fnmr", one.fnmr, {group.group: group.fnmr for group in one.groups}),
        ):
            yield from _spread(
                metric,
                apart.measures,
                rates,
                protocol=found.protocol,
                condition=_division(found),
                target=one.target_fmr,
                threshold=one.threshold,
            )


def search_differential_figures(found: SearchDifferentialResult) -> Iterator[Figure]:
    """Yield each group's FPIR and FNIR, and the measures of their spread."""
    labels = _labels(found)
    for one in found.thresholds:
        where = f"gallery={found.gallery_size};rank={one.rank}"
        begin = "investigation_" if one.threshold is None else ""
        at_threshold = partial(
            of_rate, protocol=found.protocol, target=one.target_fpir, threshold=one.threshold
        )
        for group in one.groups:
            for metric, rate in (("group_fpir", group.fpir), ("group_fnir", group.fnir)):
                if rate is not None:
                    condition = f"{where};{labels[group.group]}"
                    yield at_threshold(begin + metric, rate, condition=condition)
        for metric, apart, rates in (
            ("group_fpir", one.fpir, {group.group: group.fpir for group in one.groups}),
            ("group_fnir", one.fnir, {group.group: group.fnir for group in one.groups}),
        ):
            yield from _spread(
                begin + metric,
                apart.measures,
                rates,
                protocol=found.protocol,
                condition=f"{where};{_division(found)}",
                target=one.target_fpir,
                threshold=one.threshold,
            )


def _labels(found: GroupDivision) -> dict[str, str]:
    """Attributes and values of each group, by its name."""
    return {
        group.name: ";".join(
            f"{attribute}={value}"
            for attribute, value in zip(found.attributes, group.values, strict=True)
        )
        for group in found.groups
    }


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


def _spread(
    metric: str,
    measures: DifferentialMeasures | None,
    rates: Mapping[str, Rate | None],
    *,
    protocol: str,
    condition: str,
    target: float | None,
    threshold: float | None,
) -> Iterator[Figure]:
    """Yield the measures of how far a rate of the groups lies apart, where there are any."""
    if measures is None:
        return
    for name in _MEASURES:
        yield Figure(
            f"{metric}_{name}",
            protocol,
            condition=condition,
            target=target,
            threshold=threshold,
            value=getattr(measures, name),
            evidence=weakest_entered(measures, rates),
        )


def _division(found: GroupDivision) -> str:
    return f"by={'*'.join(found.attributes)}"
