"""What the axis is marked with, in sentences: where groups differ, and the supplier's threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.results import Verdict
from portal.comparison.thresholds.groups import stretches
from portal.comparison.thresholds.words import threshold_text
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.comparison.thresholds.explorer import Explorer
    from portal.comparison.thresholds.groups import GroupAxis


def mark_sentences(explorer: Explorer) -> Iterator[str]:
    """Yield a sentence for every mark, and for every one that cannot be set."""
    by = explorer.by.replace("_", " ").replace(",", " and ")
    kinds = {("FMR", "FNMR"): "comparisons", ("FPIR", "FNIR"): explorer.names.trials}
    for rates, what in kinds.items():
        axes = [axis for axis in explorer.axes if axis.rate in rates]
        if axes:
            yield _highest(explorer, rates, what, by)
            yield from (differs_sentence(axis, by) for axis in axes)
    if explorer.recommended is not None:
        yield f"The supplier recommends the threshold {threshold_text(explorer.recommended)}."
    else:
        yield "The supplier recommends no threshold."
    if explorer.axes and not all(axis.is_followed for axis in explorer.axes):
        yield (
            "Groups are known at operating points alone here, not along the whole axis: this result"
            " is older than that measurement, or the attribute is not one of people."
        )


def _highest(explorer: Explorer, rates: tuple[str, str], what: str, by: str) -> str:
    found = explorer.highest_without_difference(rates)
    if found is None:
        return (
            f"In {what}, no measured threshold has enough evidence to say of every group by {by}"
            f" that it was not found to differ in {wording.listed(rates)}."
        )
    return (
        f"In {what}, {threshold_text(found)} is the highest measured threshold at which no group by"
        f" {by} differs significantly in {wording.listed(rates)}, with errors enough for a verdict:"
        " above it a group differs, or errors are too few to tell."
    )


def differs_sentence(axis: GroupAxis, by: str) -> str:
    """Say where along the axis a group differs in one rate; never that none does."""
    runs = stretches(axis, Verdict.DIFFERS)
    if not axis.is_followed:
        runs = [(t, t) for t in axis.thresholds_with(Verdict.DIFFERS)]
    if not runs and not stretches(axis, Verdict.NOT_SEPARABLE):
        return f"{axis.rate}: not enough evidence by {by} at any measured threshold."
    if not runs:
        return f"{axis.rate}: no group by {by} was found to differ at a measured threshold."
    where = [
        f"at {threshold_text(first)}"
        if first == last
        else f"from {threshold_text(first)} to {threshold_text(last)}"
        for first, last in runs
    ]
    return f"{axis.rate}: a group by {by} differs significantly {wording.listed(where)}."
