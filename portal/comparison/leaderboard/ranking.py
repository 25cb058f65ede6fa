"""One ranking: the models' evidence at one operating point, as far as it was kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from evaluation.errors import ResultError
from evaluation.ranking import load_mated, mated_errors_at, standing_of
from portal.comparison.paired import evidence_file
from portal.runs.models import Evidence, Measurement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from evaluation.arrays import IntArray
    from evaluation.ranking import MatedErrors
    from portal.comparison.leaderboard.field import Field
    from portal.comparison.leaderboard.points import Point
    from portal.runs.models import EvaluationRun

MOST_CELLS = 20_000_000
"""Models times people: of 200 models 100,000 people, which take a worker about 1 GB."""


class Place(NamedTuple):
    """Where one result stands."""

    run: str
    group: int
    rank_low: int
    rank_high: int
    first: float
    """Share of draws in which it is first."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Results with their places, the draws behind them, and those whose evidence is missing."""

    places: tuple[Place, ...] = ()
    drawn_errors: IntArray | None = None
    """Shape (draws, places)."""
    drawn_trials: IntArray | None = None
    """Shape (draws,)."""
    without_evidence: tuple[EvaluationRun, ...] = ()


def rank(field: Field, point: Point) -> Ranked:
    """Rank the results of a field that have a rate at the operating point.

    A file that cannot be read, or is of other trials than most, leaves its own result out alone.
    """
    runs = _with_a_rate(field.ranked, point)
    if sum(run.test_set.n_subjects for run in runs) > MOST_CELLS:
        return Ranked()
    found = _of_the_same_trials(
        {run.pk: errors for run in runs if (errors := _errors_of(run, point)) is not None}
    )
    missing = tuple(run for run in runs if run.pk not in found)
    if not found:
        return Ranked(without_evidence=missing)
    standing = standing_of(list(found.values()))
    places = zip(
        found, standing.group, standing.rank_low, standing.rank_high, standing.first, strict=True
    )
    return Ranked(
        places=tuple(
            Place(str(run), int(group), int(low), int(high), float(first))
            for run, group, low, high, first in places
        ),
        drawn_errors=standing.drawn_errors,
        drawn_trials=standing.drawn_trials,
        without_evidence=missing,
    )


def _with_a_rate(runs: Sequence[EvaluationRun], point: Point) -> list[EvaluationRun]:
    """Return the results with a rate that may be printed."""
    printed = Measurement.objects.filter(
        run__in=runs,
        metric=point.metric,
        protocol=point.protocol.name,
        condition=point.condition,
        target=point.target,
        value__isnull=False,
    ).exclude(evidence=Evidence.NOT_ENOUGH)
    known = set(printed.values_list("run", flat=True))
    return [run for run in runs if run.pk in known]


def _errors_of(run: EvaluationRun, point: Point) -> MatedErrors | None:
    try:
        return mated_errors_at(load_mated(evidence_file(run), point.protocol.name), point.at)
    except (OSError, ResultError):
        return None


def _of_the_same_trials(found: dict[UUID, MatedErrors]) -> dict[UUID, MatedErrors]:
    """Return those that were given the same trials as most."""
    digests = {run: errors.trials_digest for run, errors in found.items()}
    usual = Counter(digests.values()).most_common(1)
    return {run: errors for run, errors in found.items() if digests[run] == usual[0][0]}
