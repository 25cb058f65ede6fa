"""Every model against one that the reader pinned: paired differences, and what they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.ranking import ALPHA
from evaluation.report.ranking import format_difference, format_difference_interval, format_p
from portal.comparison.measured import distinct_names
from portal.core import wording
from portal.core.charts import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.ranking import PairedDifference, Ranking, RateDifference
    from portal.comparison.measured import MeasuredModel

SAME = "Cannot be told apart"
MORE, FEWER = "Misses more", "Misses fewer"


@dataclass(frozen=True, slots=True)
class Against:
    """What stands beside the other models' figures, and the table behind it."""

    name: str
    table: Table
    lines: dict[object, str]
    """By model: its difference with the interval, for the cell of its rate."""


def against(pinned: MeasuredModel, models: Sequence[MeasuredModel], ranking: Ranking) -> Against:
    """Put the paired differences of every other model to the pinned one into words."""
    places = numbers_in(ranking, models)
    others = [model for model in models if model.pk != pinned.pk]
    found = {
        model.pk: difference_of(ranking, places[model.pk], places[pinned.pk]) for model in others
    }
    rate = ranking.false_negative_name
    return Against(
        name=pinned.name,
        table=Table(
            f"{rate} of each model less that of {pinned.name}, in percentage points",
            ("Model", "Difference", "95% interval", "p, adjusted", "What it shows"),
            tuple(_row(model.name, found[model.pk]) for model in others),
        ),
        lines={pk: _line(difference) for pk, difference in found.items()},
    )


def numbers_in(ranking: Ranking, models: Sequence[MeasuredModel]) -> dict[object, int]:
    """Return the number under which a ranking has each model."""
    names = zip(models, distinct_names(models), strict=True)
    known = {(model.name, model.version): number for number, model in enumerate(ranking.models)}
    return {model.pk: known[name, model.run.submission.version] for model, name in names}


def places_of(ranking: Ranking, models: Sequence[MeasuredModel]) -> list[str]:
    """Return the place of each model: "1", or "2 to 3" of those that cannot be told apart."""
    said: dict[int, str] = {}
    for group in ranking.groups:
        first, last = len(said) + 1, len(said) + len(group.members)
        place = str(first) if first == last else f"{first} to {last}"
        said |= dict.fromkeys(group.members, place)
    numbers = numbers_in(ranking, models)
    return [said[numbers[model.pk]] for model in models]


def tells_any_apart(ranking: Ranking) -> bool:
    """Whether the evidence tells any two of the models apart at 95%."""
    return any(difference.p_adjusted < ALPHA for difference in ranking.differences)


def difference_of(ranking: Ranking, other: int, pinned: int) -> PairedDifference:
    """Return the difference of the other less the pinned one, whichever way it is kept."""
    for one in ranking.differences:
        if (one.a, one.b) == (other, pinned):
            return one
        if (one.a, one.b) == (pinned, other):
            turned = {"false_negative": _negated(one.false_negative), "a": other, "b": pinned}
            return one.model_copy(update=turned)
    raise LookupError(f"no difference of {other} and {pinned}")


def _negated(difference: RateDifference) -> RateDifference:
    low, high = difference.low, difference.high
    return difference.model_copy(
        update={
            "value": -difference.value,
            "low": None if high is None else -high,
            "high": None if low is None else -low,
        }
    )


def _row(name: str, difference: PairedDifference) -> tuple[str, ...]:
    return (
        name,
        format_difference(difference.false_negative.value),
        format_difference_interval(difference.false_negative) or wording.NOT_MEASURED,
        format_p(difference.p_adjusted),
        _verdict(difference),
    )


def _verdict(difference: PairedDifference) -> str:
    if difference.p_adjusted >= ALPHA:
        return SAME
    return MORE if difference.false_negative.value > 0 else FEWER


def _line(difference: PairedDifference) -> str:
    interval = format_difference_interval(difference.false_negative)
    points = format_difference(difference.false_negative.value)
    around = f" ({interval})" if interval else ""
    return f"{points} points{around}. {_verdict(difference)}"
