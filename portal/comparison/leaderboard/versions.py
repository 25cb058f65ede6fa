"""One product over its versions: what each missed at the same operating point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from evaluation.ranking import ALPHA
from evaluation.report.ranking import format_difference, format_difference_interval, format_p
from portal.comparison.baseline import difference_of
from portal.comparison.figures.bars import Bar, interval_bars
from portal.comparison.leaderboard.board import rates_at
from portal.comparison.leaderboard.field import released_results
from portal.comparison.leaderboard.points import point_of
from portal.comparison.measured import MeasuredModel
from portal.comparison.paired import paired_ranking
from portal.core import wording
from portal.core.charts import Chart, Table
from portal.runs.models import Evidence
from portal.submissions.models import SubmissionState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from evaluation.ranking import PairedDifference
    from portal.comparison.basis import Basis
    from portal.runs.models import EvaluationRun, Measurement

MOST_PAIRED = 8
"""Versions, the newest, of which each is held against the one before."""
NO_DIFFERENCE_KNOWN = "Cannot be said: the evidence of single trials was not kept for both."
FIRST = "The first version that was measured here."


@dataclass(frozen=True, slots=True)
class Version:
    """One version with its rate, and what the paired test says of it and the one before."""

    run: EvaluationRun
    rate: Measurement | None
    against_older: str
    """One sentence."""
    difference: PairedDifference | None = None
    """This version's rate less that of the one before."""

    @property
    def is_withdrawn(self) -> bool:
        return self.run.submission.state == SubmissionState.WITHDRAWN

    @property
    def submitted_at(self) -> datetime:
        return self.run.submission.created_at


def versions_of(product: UUID, basis: Basis) -> list[Version]:
    """Return the released versions of a product on a test set, the newest first."""
    runs = list(released_results().filter(test_set=basis.test_set, submission__product=product))
    point = point_of(basis)
    rates = rates_at(point, runs)
    paired = _paired(runs, rates, basis)
    found = []
    for run, older in zip_longest(runs, runs[1:]):
        difference = paired.get((run.pk, older.pk)) if older else None
        found.append(Version(run, rates.get(run.pk), _said(older, difference), difference))
    return found


def versions_chart(versions: Sequence[Version], basis: Basis) -> Chart | None:
    """Return the rate of each version with its interval, the newest on top."""
    printable = [one for one in versions if one.rate and _is_printable(one.rate)]
    bars = [
        Bar(f"Version {one.run.submission.version}", one.rate, is_marked=place == 0)
        for place, one in enumerate(printable)
        if one.rate
    ]
    rate = basis.rates.missed
    figure = interval_bars(
        bars, title=f"{rate} (lower is better)", marked="Newest", unmarked="Earlier"
    )
    if figure is None:
        return None
    newest = printable[0]
    return Chart(
        name="chart-versions",
        title=f"{rate} of each version",
        sentence=(
            f"{point_of(basis).words}: version {newest.run.submission.version}, the newest"
            f" released, misses {wording.rate(newest.rate)}."
            if newest.rate
            else ""
        ),
        figure=figure,
        table=Table(
            f"{point_of(basis).words}, of each version",
            ("Version", rate, "95% interval"),
            tuple((bar.name, wording.rate(bar.rate), wording.interval(bar.rate)) for bar in bars),
        ),
    )


def _is_printable(rate: Measurement | None) -> bool:
    return rate is not None and rate.value is not None and rate.evidence != Evidence.NOT_ENOUGH


def _paired(
    runs: Sequence[EvaluationRun], rates: dict[UUID, Measurement], basis: Basis
) -> dict[tuple[UUID, UUID], PairedDifference]:
    """Return the difference of each version to the one before, where the evidence is there."""
    known: dict[str, EvaluationRun] = {}
    for run in runs[:MOST_PAIRED]:
        if _is_printable(rates.get(run.pk)):
            known.setdefault(run.submission.version, run)  # one was taken back and sent again
    ranking = paired_ranking([MeasuredModel.of(run, []) for run in known.values()], basis).ranking
    if ranking is None:
        return {}
    places = {known[model.version].pk: place for place, model in enumerate(ranking.models)}
    return {
        (newer.pk, older.pk): difference_of(ranking, places[newer.pk], places[older.pk])
        for newer, older in pairwise(runs)
        if newer.pk in places and older.pk in places
    }


def _said(older: EvaluationRun | None, difference: PairedDifference | None) -> str:
    if older is None:
        return FIRST
    if difference is None:
        return NO_DIFFERENCE_KNOWN
    version, rate = older.submission.version, difference.false_negative
    p = format_p(difference.p_adjusted)
    around = f"{format_difference_interval(rate)}; p {p if p.startswith('<') else f'= {p}'}"
    points = f"{format_difference(rate.value)} percentage points ({around})"
    if difference.p_adjusted >= ALPHA:
        return f"Cannot be told apart from {version}: {points}."
    return f"Misses {'more' if rate.value > 0 else 'fewer'} than {version}: {points}."
