"""A field record beside the laboratory: both rates, and whether they are compatible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.metrics.rates import independent_rate
from portal.core import wording
from portal.core.charts import Table
from portal.deployments.calculation import calculate
from portal.deployments.words import proportion, proportion_interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.accounts.models import User
    from portal.core.wording import MeasuredRate
    from portal.deployments.calculation import Calculation
    from portal.deployments.calculator import Bounded
    from portal.deployments.models import FieldGroup, FieldRecord

COMPATIBLE = (
    "The 95% intervals of the field and of the laboratory overlap, so they do not contradict one"
    " another. That does not show that they are equal."
)
HIGHER = "More false alerts were seen in the field than the laboratory's interval allows for."
LOWER = (
    "Fewer false alerts were confirmed in the field than the laboratory's interval allows for. In"
    " the field the same people pass again and again, and not every false alert is found out."
)
NO_MODEL = "The system was not measured here, so there is no figure of the laboratory."
NO_THRESHOLD = (
    "The record names no threshold, so it cannot be said which figure of the laboratory belongs to"
    " it."
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was seen, what the laboratory says of the same threshold, and what follows."""

    field: MeasuredRate
    """False alerts of faces."""
    of_alerts: MeasuredRate | None
    """False alerts of those alerts that were resolved."""
    laboratory: Calculation | None
    sentence: str


def field_rate(record: FieldRecord) -> MeasuredRate:
    """Return the confirmed false alerts of all faces; faces are taken as independent."""
    return independent_rate(record.false_alerts, record.faces)


def beside_laboratory(user: User, record: FieldRecord) -> Beside:
    """Return the record's rates beside the laboratory's at its threshold and watchlist."""
    field = field_rate(record)
    resolved = record.true_alerts + record.false_alerts
    of_alerts = independent_rate(record.false_alerts, resolved) if resolved else None
    if record.submission_id is None:
        return Beside(field, of_alerts, None, NO_MODEL)
    if record.threshold is None:
        return Beside(field, of_alerts, None, NO_THRESHOLD)
    _, found = calculate(
        user,
        {
            "model": str(record.submission_id),
            "threshold": str(record.threshold),
            "watchlist": str(record.watchlist),
        },
    )
    if found.model is None or found.model.pk != record.submission_id:
        return Beside(field, of_alerts, None, "No result of this model has been released.")
    if found.chosen is None:
        return Beside(field, of_alerts, None, found.why_not)
    return Beside(field, of_alerts, found, compared(field, found.chosen.fpir))


def compared(field: MeasuredRate, laboratory: Bounded) -> str:
    """Say whether two rates contradict one another, by their intervals."""
    low, high = field.low or 0.0, 1.0 if field.high is None else field.high
    if low > laboratory.high:
        return HIGHER
    return LOWER if high < laboratory.low else COMPATIBLE


def rates_table(found: Beside, record: FieldRecord) -> Table:
    """Return the field's rates and the laboratory's below one another."""
    rows = [_row("Field: false alerts of all faces", found.field)]
    if found.of_alerts:
        rows.append(_row("Field: false alerts of the alerts that were resolved", found.of_alerts))
    laboratory = found.laboratory
    if laboratory and laboratory.chosen and laboratory.rates:
        said = laboratory.rates.extrapolation(record.watchlist) or "measured at this size"
        fpir = laboratory.chosen.fpir
        label = f"Laboratory: FPIR at a watchlist of {wording.grouped(record.watchlist)}, {said}"
        rows.append((label, proportion(fpir), proportion_interval(fpir), ""))
    return Table("Field and laboratory", ("Figure", "Rate", "95% interval", "Counts"), tuple(rows))


def field_table(records: Iterable[FieldRecord]) -> Table:
    """Return the false alerts of several deployments, to stand beside the laboratory's."""
    header = ("Deployment", "Threshold", "Watchlist", "False alerts of all faces", "95% interval",
              "Counts")  # fmt: skip
    rows = []
    for record in records:
        rate = field_rate(record)
        threshold = "Not reported" if record.threshold is None else f"{record.threshold:.3f}"
        rows.append(
            (
                str(record),
                threshold,
                wording.grouped(record.watchlist),
                wording.rate(rate),
                wording.interval(rate),
                wording.counts(rate),
            )
        )
    return Table("Deployments of this model, at their own thresholds", header, tuple(rows))


def group_tables(groups: list[FieldGroup]) -> list[Table]:
    """Return the false alerts of each attribute's groups, with what the counts allow to say."""
    by_attribute: dict[str, list[FieldGroup]] = {}
    for group in groups:
        by_attribute.setdefault(group.attribute, []).append(group)
    header = ("Group", "False alerts", "Of its faces", "95% interval", "Counts")
    return [
        Table(f"False alerts by {attribute}", header, tuple(_group_row(one) for one in found))
        for attribute, found in by_attribute.items()
    ]


def _group_row(group: FieldGroup) -> tuple[str, ...]:
    count = wording.grouped(group.false_alerts)
    if not group.faces:
        return (group.value, count, "Its faces were not counted", "", "")
    rate = independent_rate(group.false_alerts, group.faces)
    return (group.value, count, wording.rate(rate), wording.interval(rate), wording.counts(rate))


def _row(label: str, rate: MeasuredRate) -> tuple[str, ...]:
    return (label, wording.rate(rate), wording.interval(rate), wording.counts(rate))
