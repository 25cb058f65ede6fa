"""Figures of image conditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.robustness import RobustnessResult


def robustness_figures(found: RobustnessResult) -> Iterator[Figure]:
    """Yield FNMR and FMR by condition and step, and the step at which FNMR doubles."""
    for point in found.points:
        at_point = partial(
            of_rate,
            protocol=found.protocol,
            target=point.target_fmr,
            threshold=point.threshold,
            aim=point.evidence,
        )
        yield at_point("clean_fnmr", point.clean_fnmr)
        yield at_point("clean_fmr", point.clean_fmr)
        for one in point.conditions:
            for step in one.steps:
                condition = f"{one.condition}={step.step:g}"
                yield at_point("degraded_fnmr", step.fnmr, condition=condition)
                yield at_point("degraded_fmr", step.fmr, condition=condition)
            yield Figure(
                "fnmr_doubles_at",
                found.protocol,
                condition=one.condition,
                target=point.target_fmr,
                value=one.doubles_at,
            )
