"""What the same threshold comes to for groups of people, each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.group_rates import group_rates
from portal.core import wording
from portal.deployments.calculator import Bounded, at_watchlist
from portal.runs.models import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement

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
    false, missed = (
        group_rates([model.run], basis, f"group_{key}", target=target)[model.run.pk]
        for key in (rates.false_key, rates.missed_key)
    )
    return _divisions(
        (attribute, _outcome(value, false.get(group), missed.get(group), basis, watchlist))
        for group in dict.fromkeys([*false, *missed])
        for attribute, value in [group]
    )


def _outcome(
    value: str,
    false: Measurement | None,
    missed: Measurement | None,
    basis: Basis,
    watchlist: int,
) -> GroupOutcome:
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
