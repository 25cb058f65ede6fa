"""What the same threshold comes to for groups of people, each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.basis import RANK
from portal.core import wording
from portal.deployments.calculator import Bounded, at_watchlist
from portal.runs.models import Evidence, Measurement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel

FACES = 10_000
"""For so many faces of a group the false alerts are given."""


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """One group of people at one threshold."""

    group: str
    false: Measurement | None
    missed: Measurement | None
    false_alerts: Bounded | None
    """Among ``FACES`` faces of the group; None where there is not enough evidence."""


@dataclass(frozen=True, slots=True)
class GroupDivision:
    """Groups that share one attribute: women and men."""

    attribute: str
    groups: tuple[GroupOutcome, ...]


def group_outcomes(
    model: MeasuredModel, basis: Basis, *, target: float | None, watchlist: int
) -> list[GroupDivision]:
    """Return every division by one attribute; ``target`` is None at the recommended threshold."""
    rates = basis.rates
    found = Measurement.objects.filter(
        run=model.run,
        protocol=basis.protocol.name,
        target=target,
        metric__in=(f"group_{rates.false_key}", f"group_{rates.missed_key}"),
    ).order_by("pk")
    by_group: dict[tuple[str, str], dict[str, Measurement]] = {}
    for one in found:
        group = _group_of(one, basis)
        if group:
            by_group.setdefault(group, {})[one.metric] = one
    return _divisions(
        (attribute, _outcome(value, figures, basis, watchlist))
        for (attribute, value), figures in by_group.items()
    )


def _group_of(figure: Measurement, basis: Basis) -> tuple[str, str] | None:
    """Return attribute and value; None for another gallery, and for more than one attribute."""
    parts = [part.partition("=") for part in figure.condition.split(";")]
    where = {name: value for name, _, value in parts if name in ("gallery", "rank")}
    named = [(name, value) for name, _, value in parts if name not in ("gallery", "rank")]
    if basis.is_search and where != {
        "gallery": str(basis.protocol.gallery_size),
        "rank": str(RANK),
    }:
        return None
    return named[0] if len(named) == 1 else None


def _outcome(
    value: str, figures: dict[str, Measurement], basis: Basis, watchlist: int
) -> GroupOutcome:
    false = figures.get(f"group_{basis.rates.false_key}")
    missed = figures.get(f"group_{basis.rates.missed_key}")
    return GroupOutcome(value, false, missed, _false_alerts(false, basis, watchlist))


def _false_alerts(false: Measurement | None, basis: Basis, watchlist: int) -> Bounded | None:
    if false is None or false.evidence == Evidence.NOT_ENOUGH or false.value is None:
        return None
    if false.low is None or false.high is None:
        return None
    measured = Bounded(false.value, false.low, false.high)
    return at_watchlist(measured, measured=basis.protocol.gallery_size, watchlist=watchlist).times(
        FACES
    )


def _divisions(found: Iterable[tuple[str, GroupOutcome]]) -> list[GroupDivision]:
    divisions: dict[str, list[GroupOutcome]] = {}
    for attribute, group in found:
        divisions.setdefault(attribute, []).append(group)
    return [
        GroupDivision(wording.in_words(attribute), tuple(groups))
        for attribute, groups in divisions.items()
    ]
