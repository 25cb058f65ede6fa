"""Rates of groups of people among a run's figures, by what their conditions say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison.basis import RANK
from portal.runs.models import Measurement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.runs.models import EvaluationRun

    Group = tuple[str, str]


def group_of(figure: Measurement, basis: Basis) -> Group | None:
    """Return attribute and value; None for another gallery, and for more than one attribute."""
    parts = [part.partition("=") for part in figure.condition.split(";")]
    where = {name: value for name, _, value in parts if name in ("gallery", "rank")}
    named = [(name, value) for name, _, value in parts if name not in ("gallery", "rank")]
    wanted = {"gallery": str(basis.protocol.gallery_size), "rank": str(RANK)}
    if basis.is_search and where != wanted:
        return None
    return named[0] if len(named) == 1 else None


def group_rates(
    runs: Sequence[EvaluationRun], basis: Basis, metric: str, *, target: float | None
) -> dict[UUID, dict[Group, Measurement]]:
    """Return one rate of every group of one attribute, by run, in one query.

    ``target`` is None at the thresholds that suppliers recommend.
    """
    found = Measurement.objects.filter(
        run__in=runs, protocol=basis.protocol.name, metric=metric, target=target
    ).order_by("pk")
    rates: dict[UUID, dict[Group, Measurement]] = {run.pk: {} for run in runs}
    for figure in found:
        group = group_of(figure, basis)
        if group:
            rates[figure.run_id][group] = figure
    return rates
