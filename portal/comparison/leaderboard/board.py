"""The leaderboard: every released model at one operating point, ranked as far as can be said.

With a ranking that holds, models stand in groups of equals. Until it is worked out, or where
the evidence was not kept, they stand by the measured rate, and a rank is the range that the 95%
intervals leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from portal.comparison.leaderboard.models import RankedSet
from portal.comparison.leaderboard.points import point_of
from portal.comparison.leaderboard.present import present_field
from portal.comparison.leaderboard.storing import rankings_at
from portal.core import wording
from portal.runs.models import Evidence, Measurement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.comparison.leaderboard.field import Field
    from portal.comparison.leaderboard.models import StoredRanking
    from portal.comparison.leaderboard.points import Point
    from portal.runs.models import EvaluationRun

NO_EVIDENCE = (
    "The evidence of its single trials was not kept, so it cannot be placed among the others."
)
SUPERSEDED = "A newer version of the product was measured."
NOT_ENOUGH = "Not enough evidence at this operating point."
NOT_MEASURED = "Not measured at this operating point."
AT_WORK = (
    "Which differences are real is being worked out, because the released results have changed."
    " Until then models stand by their measured rate, and each rank is the range that the 95%"
    " intervals leave open. Open this page again in a few minutes."
)
UNKNOWN = (
    "Which differences are real cannot be said here: the evidence of single trials was not kept"
    " for these results, or it is too large to be ranked. Models stand by their measured rate,"
    " and each rank is the range that the 95% intervals leave open."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One ranked model."""

    run: EvaluationRun
    rate: Measurement
    best_rank: int
    worst_rank: int
    group: int | None = None
    """None: which differences are real is not known."""
    first: float | None = None
    """Share of draws in which it is first."""
    drawn_ranks: tuple[int, int] | None = None
    """Middle 95% of its ranks in the draws."""
    n_earlier: int = 0
    """Older versions of the product with a result on the test set."""

    @property
    def rank(self) -> str:
        """Its rank, or the range of ranks that it shares with its equals."""
        return rank_words(self.best_rank, self.worst_rank)

    @property
    def first_words(self) -> str:
        return share_words(self.first)

    @property
    def name(self) -> str:
        return f"{self.run.submission.product.name} {self.run.submission.version}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A model that is not ranked, and why."""

    run: EvaluationRun
    rate: Measurement | None
    reason: str

    @property
    def name(self) -> str:
        return f"{self.run.submission.product.name} {self.run.submission.version}"


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is said of one test set at one operating point."""

    basis: Basis
    point: Point
    field: Field
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]
    earlier: tuple[LeftOut, ...]
    """Older versions of the products that stand above."""
    ranking: StoredRanking | None
    """The one that holds for the released results; None while there is none."""
    why_no_groups: str = ""

    @property
    def leaders(self) -> list[Row]:
        """Models of the first group: the best, and those that cannot be told apart from it."""
        return [row for row in self.rows if row.group == 1]


def rank_words(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best}\N{EN DASH}{worst}"


def share_words(share: float | None) -> str:
    """Return the share of draws in which a model is first: "62%", "less than 1%"."""
    if share is None:
        return wording.NOT_MEASURED
    if 0 < share < 0.01:
        return "Less than 1%"
    if 0.99 < share < 1:
        return "More than 99%"
    return f"{share:.0%}"


def board_of(basis: Basis) -> Board:
    """Return the leaderboard on a basis."""
    point, field = point_of(basis), present_field(basis.test_set)
    rates = rates_at(point, [*field.ranked, *field.earlier, *(run for run, _ in field.left_out)])
    ranking, why_not = _ranking_of(basis, point, field)
    printable = {run.pk: rate for run in field.ranked if (rate := _printable(rates.get(run.pk)))}
    places = {place["run"]: place for place in ranking.places} if ranking else {}
    known = [run for run in field.ranked if run.pk in printable]
    placed = [run for run in known if not ranking or str(run.pk) in places]
    unplaced = [run for run in known if ranking and str(run.pk) not in places]
    others = [run for run in field.ranked if run.pk not in printable]
    make = _grouped if ranking else _by_interval
    left_out = [
        *field.left_out,
        *((run, NO_EVIDENCE) for run in unplaced),
        *((run, _why_no_rate(rates.get(run.pk))) for run in others),
    ]
    return Board(
        basis=basis,
        point=point,
        field=field,
        rows=tuple(make(placed, printable, places, field)),
        left_out=tuple(LeftOut(run, rates.get(run.pk), reason) for run, reason in left_out),
        earlier=tuple(LeftOut(run, rates.get(run.pk), SUPERSEDED) for run in field.earlier),
        ranking=ranking,
        why_no_groups=why_not if len(placed) > 1 else "",
    )


def rates_at(point: Point, runs: Iterable[EvaluationRun]) -> dict[UUID, Measurement]:
    """Return the figure of each run at an operating point, in one query.

    Where the evidence does not reach the target, what says so has the name of another figure.
    """
    of_point = Q(metric=point.metric, condition=point.condition)
    in_its_place = Q(evidence=Evidence.NOT_ENOUGH, condition__in=point.conditions)
    found = Measurement.objects.filter(
        of_point | in_its_place,
        run__in=list(runs),
        protocol=point.protocol.name,
        target=point.target,
    )
    figures = sorted(found, key=lambda figure: figure.metric == point.metric)
    return {figure.run_id: figure for figure in figures}


def _ranking_of(basis: Basis, point: Point, field: Field) -> tuple[StoredRanking | None, str]:
    """Return the ranking that holds now, or a sentence that says why there is none."""
    newest = rankings_at(basis.test_set, point).defer("draws").first()
    worked_out = RankedSet.objects.filter(test_set=basis.test_set, digest=field.digest).exists()
    if newest is not None and newest.digest == field.digest:
        return (newest, "") if newest.places else (None, UNKNOWN)
    return None, UNKNOWN if worked_out else AT_WORK


def _printable(rate: Measurement | None) -> Measurement | None:
    if rate is None or rate.value is None or rate.evidence == Evidence.NOT_ENOUGH:
        return None
    return rate


def _why_no_rate(rate: Measurement | None) -> str:
    return NOT_MEASURED if rate is None else NOT_ENOUGH


def _grouped(
    runs: Sequence[EvaluationRun],
    rates: dict[UUID, Measurement],
    places: dict[str, dict[str, int | float]],
    field: Field,
) -> Iterable[Row]:
    """Yield models group by group; all of a group share its ranks."""
    group_of = {run.pk: int(places[str(run.pk)]["group"]) for run in runs}
    order = sorted(runs, key=lambda run: (group_of[run.pk], rates[run.pk].value))
    groups = [group_of[run.pk] for run in order]
    for run in order:
        place, group = places[str(run.pk)], group_of[run.pk]
        first = groups.index(group)
        yield Row(
            run=run,
            rate=rates[run.pk],
            best_rank=first + 1,
            worst_rank=first + groups.count(group),
            group=group,
            first=place["first"],
            drawn_ranks=(int(place["rank_low"]), int(place["rank_high"])),
            n_earlier=field.n_earlier[run.submission.product_id],
        )


def _by_interval(
    runs: Sequence[EvaluationRun],
    rates: dict[UUID, Measurement],
    _: dict[str, dict[str, int | float]],
    field: Field,
) -> Iterable[Row]:
    """Yield models by their rate; a rank leaves open what overlapping intervals leave open."""
    bounds = {run.pk: _bounds(rates[run.pk]) for run in runs}
    for run in sorted(runs, key=lambda run: rates[run.pk].value or 0.0):
        low, high = bounds[run.pk]
        yield Row(
            run=run,
            rate=rates[run.pk],
            best_rank=1 + sum(other_high < low for _, other_high in bounds.values()),
            worst_rank=len(runs) - sum(other_low > high for other_low, _ in bounds.values()),
            n_earlier=field.n_earlier[run.submission.product_id],
        )


def _bounds(rate: Measurement) -> tuple[float, float]:
    """Return the 95% interval; a rate without one could be anything."""
    low = 0.0 if rate.low is None else rate.low
    return low, 1.0 if rate.high is None else rate.high
