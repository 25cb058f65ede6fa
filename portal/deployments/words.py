"""A calculation in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core import wording
from portal.core.charts import Table
from portal.deployments.groups import FACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.deployments.calculation import Calculation
    from portal.deployments.calculator import Bounded, Outcome
    from portal.deployments.groups import GroupDivision
    from portal.deployments.laboratory import LaboratoryRates

NONE_EXPECTED = "No alert is expected"


def number(value: float) -> str:
    """Return an expected number: whole from ten up, two figures below."""
    if value >= 9.95:
        return wording.grouped(round(value))
    return f"{value:.1f}" if value >= 0.95 or value == 0 else f"{value:.2g}"


def expected(found: Bounded) -> str:
    """Return an expected number; where no error was seen, only the most that it can be."""
    return f"at most {number(found.high)}" if found.value == 0 else number(found.value)


def interval(found: Bounded) -> str:
    return f"{number(found.low)} to {number(found.high)}"


def proportion(found: Bounded) -> str:
    """Return an error rate; without an error only the most that it can be."""
    if found.value == 0:
        return f"≤ {wording.upper_bound(found.high)}"
    return _percent(found.value)


def proportion_interval(found: Bounded) -> str:
    return f"{_percent(found.low)} to {_percent(found.high)}"


def _percent(rate: float) -> str:
    """Return a percentage that is 100% only where it is."""
    return "over 99.99%" if 0.9999 < rate < 1 else wording.percent(rate)


def sentence(calculation: Calculation) -> str:
    """Say what the deployment comes to, in both denominators."""
    found, rates = calculation.chosen, calculation.rates
    if found is None or rates is None:
        return ""
    deployment, share = found.deployment, found.false_share
    low, high = (wording.grouped(end) for end in found.false_alerts_range)
    of_alerts = ""
    if share:
        of_alerts = f", and {proportion(share)} of all alerts ({proportion_interval(share)})"
    return (
        f"In {wording.grouped(round(deployment.faces))} faces, of which"
        f" {number(deployment.listed)} belong to people on the watchlist, expect"
        f" {expected(found.true_alerts)} true and {expected(found.false_alerts)} false alerts."
        f" In a single deployment of this kind there may be {low} to {high} false ones."
        f" False alerts are {proportion(found.false_share_of_faces)} of all faces{of_alerts}."
    )


def outcome_table(found: Outcome, rates: LaboratoryRates) -> Table:
    """Return every number of the chosen deployment with its interval."""
    size = found.deployment.watchlist
    low, high = (wording.grouped(end) for end in found.false_alerts_range)
    source = rates.extrapolation(size) or "measured at this size"
    rows = [
        _of_rate(f"FPIR at a watchlist of {wording.grouped(size)}: {source}", found.fpir),
        (
            f"TPIR, people on the watchlist who raise an alert: {_tpir_source(rates)}",
            _percent(found.tpir.value),
            proportion_interval(found.tpir),
        ),
        _of_number("True alerts", found.true_alerts),
        _of_number("Faces of people on the watchlist without an alert", found.missed),
        _of_number("False alerts an hour", found.false_alerts_per_hour),
        _of_number("False alerts in the deployment", found.false_alerts),
        ("False alerts in a single deployment, with chance", "", f"{low} to {high}"),
        _of_rate("False alerts as a share of all faces", found.false_share_of_faces),
    ]
    share = "False alerts as a share of all alerts"
    rows.append(
        _of_rate(share, found.false_share) if found.false_share else (share, NONE_EXPECTED, "")
    )
    return Table("What to expect", ("Figure", "Expected", "95% interval"), tuple(rows))


def _of_rate(label: str, found: Bounded) -> tuple[str, str, str]:
    return label, proportion(found), proportion_interval(found)


def _of_number(label: str, found: Bounded) -> tuple[str, str, str]:
    return label, expected(found), interval(found)


def _tpir_source(rates: LaboratoryRates) -> str:
    if rates.measured_size is None:
        return "from comparisons of two images; it falls as the watchlist grows"
    size = wording.grouped(rates.measured_size)
    return f"measured at N = {size}; it falls as the watchlist grows"


def sizes_table(sizes: Sequence[Outcome], rates: LaboratoryRates) -> Table:
    """Return false alerts for several sizes of the watchlist."""
    rows = tuple(
        (
            wording.grouped(one.deployment.watchlist),
            proportion(one.fpir),
            expected(one.false_alerts_per_hour),
            interval(one.false_alerts_per_hour),
            expected(one.false_alerts),
            _source(rates, one.deployment.watchlist),
        )
        for one in sizes
    )
    header = ("People on the watchlist", "FPIR", "False alerts an hour", "95% interval",
              "In the deployment", "Source")  # fmt: skip
    return Table("False alerts by the size of the watchlist", header, rows)


def _source(rates: LaboratoryRates, watchlist: int) -> str:
    said = rates.extrapolation(watchlist) or "measured"
    return f"{said[0].upper()}{said[1:]}"


def group_table(division: GroupDivision) -> Table:
    """Return what the threshold comes to for each group of one attribute."""
    rows = tuple(
        (
            group.group,
            expected(group.false_alerts) if group.false_alerts else "Not enough evidence",
            interval(group.false_alerts) if group.false_alerts else "",
            wording.counts(group.false) if group.false else "",
            wording.rate(group.missed) if group.missed else "Not measured",
        )
        for group in division.groups
    )
    header = (division.attribute, f"False alerts in {FACES:,} faces", "95% interval",
              "Errors and trials", "Missed, as measured")  # fmt: skip
    return Table(f"By {division.attribute.lower()}", header, rows)
