"""A weighted profile on a test set: each model's measures, index, and share of draws first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portal.comparison.leaderboard.board import LeftOut, rank_words, rates_at, share_words
from portal.comparison.leaderboard.present import present_field
from portal.comparison.leaderboard.scoring import Costs, at_least_printable, normalised, score
from portal.comparison.leaderboard.storing import drawn_rates, rankings_at
from portal.comparison.rows import Cell
from portal.core import wording
from portal.runs.models import Evidence, Measurement
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from evaluation.arrays import FloatArray
    from portal.comparison.basis import Basis
    from portal.comparison.leaderboard.field import Field
    from portal.comparison.leaderboard.profiles import Measure, Speed
    from portal.runs.models import EvaluationRun

    Figures = dict[UUID, Measurement]

AT_WORK = (
    "In how many draws each model is first is being worked out, because the released results have"
    " changed, or cannot be said, because the evidence of single trials was not kept. Until then"
    " no ranks are given: the order is that of the measured figures alone."
)
SPEED_ALONE = (
    "Only speed is weighed. It is measured once and has no interval, so no ranks are given: the"
    " order is that of the measured figures alone."
)
NO_EVIDENCE = "The evidence of its single trials"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A measure with the share of the whole that it has."""

    measure: Measure
    weight: float
    words: str
    """With the condition under which a speed was measured."""

    @property
    def share(self) -> str:
        return f"{100 * self.weight:.3g}%"


@dataclass(frozen=True, slots=True)
class Scored:
    """One model of a profile."""

    run: EvaluationRun
    figures: tuple[Measurement, ...]
    """One for each measure that is weighed."""
    cells: tuple[Cell, ...]
    """The same as they are shown."""
    index: float
    first: float | None = None
    ranks: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        return f"{self.run.submission.product.name} {self.run.submission.version}"

    @property
    def rank(self) -> str:
        return rank_words(*self.ranks) if self.ranks else wording.NOT_MEASURED

    @property
    def first_words(self) -> str:
        return share_words(self.first)


@dataclass(frozen=True, slots=True)
class ProfileBoard:
    """Models in the order of their index, those that lack a measure, and what was weighed."""

    use_case: str
    basis: Basis
    weighed: tuple[Weighed, ...]
    rows: tuple[Scored, ...]
    left_out: tuple[LeftOut, ...]
    why_no_ranks: str = ""

    @property
    def use_case_name(self) -> str:
        return str(UseCase(self.use_case).label)


def profile_board(
    use_case: str, basis: Basis, measures: Sequence[Measure], weights: Mapping[str, float]
) -> ProfileBoard:
    """Return the profile of the models that are offered for a use case."""
    field = present_field(basis.test_set)
    shares = normalised([weights[measure.key] for measure in measures])
    counted = [(one, share) for one, share in zip(measures, shares, strict=True) if share]
    runs = [run for run in field.ranked if use_case in run.submission.product.use_cases]
    found = [_figures(measure, runs) for measure, _ in counted]
    weighed = tuple(
        Weighed(measure, share, words)
        for (measure, share), (words, _) in zip(counted, found, strict=True)
    )
    draws = [_draws(measure, basis, field) for measure, _ in counted]
    missing = {run.pk: _missing(run, weighed, found, draws) for run in runs}
    whole = [run for run in runs if not missing[run.pk]]
    offered = {run.pk for run in runs}
    left_out = [
        *((run, f"Missing: {missing[run.pk]}.") for run in runs if missing[run.pk]),
        *((run, reason) for run, reason in field.left_out),
        *((run, "Not offered for this use.") for run in field.ranked if run.pk not in offered),
    ]
    rows, why_not = _scored(whole, weighed, [figures for _, figures in found], draws)
    return ProfileBoard(
        use_case=use_case,
        basis=basis,
        weighed=weighed,
        rows=tuple(rows),
        left_out=tuple(LeftOut(run, None, reason) for run, reason in left_out),
        why_no_ranks=why_not,
    )


def _cell(one: Weighed, figure: Measurement) -> Cell:
    """Show a rate with its evidence, or a speed with its unit."""
    speed = one.measure.speed
    return (
        Cell(text=f"{wording.grouped(figure.value)} {speed.unit}") if speed else Cell(rate=figure)
    )


def _figures(measure: Measure, runs: Sequence[EvaluationRun]) -> tuple[str, Figures]:
    """Return a measure's words and its figures, of those runs that have it."""
    if measure.point is not None:
        rates = rates_at(measure.point, runs)
        return measure.words, {pk: one for pk, one in rates.items() if _is_printable(one)}
    return _speeds(measure.speed, runs) if measure.speed else (measure.words, {})


def _is_printable(one: Measurement) -> bool:
    return one.value is not None and bool(one.trials) and one.evidence != Evidence.NOT_ENOUGH


def _speeds(speed: Speed, runs: Sequence[EvaluationRun]) -> tuple[str, Figures]:
    """Return speeds under the condition that most were measured under, of two the larger one."""
    found = Measurement.objects.filter(
        run__in=runs, protocol="", metric=speed.metric, condition__startswith=speed.condition
    )
    known = [one for one in found if one.value]
    sizes = Counter(one.condition for one in known)
    if not sizes:
        return speed.words, {}
    usual = max(sizes, key=lambda condition: (sizes[condition], _size(condition)))
    under = speed.condition_words.format(wording.grouped(_size(usual)))
    words = f"{speed.words}, {under}" if under else speed.words
    return words, {one.run_id: one for one in known if one.condition == usual}


def _size(condition: str) -> float:
    number = condition.rpartition("=")[2]
    return float(number) if number.replace(".", "", 1).isdigit() else 0.0


def _draws(measure: Measure, basis: Basis, field: Field) -> dict[str, FloatArray] | None:
    """Return the drawn rates of each result; None while they do not hold, none of a speed."""
    if measure.point is None:
        return {}
    newest = rankings_at(basis.test_set, measure.point).first()
    if newest is None or newest.digest != field.digest:
        return None
    drawn = drawn_rates(newest)
    if drawn is None:
        return None
    return {place["run"]: drawn[:, k] for k, place in enumerate(newest.places)}


def _missing(
    run: EvaluationRun,
    weighed: Sequence[Weighed],
    found: Sequence[tuple[str, Figures]],
    draws: Sequence[dict[str, FloatArray] | None],
) -> str:
    """Name what a model lacks of the measures that are weighed."""
    lacking = [
        one.words for one, (_, figures) in zip(weighed, found, strict=True) if run.pk not in figures
    ]
    drawn = [known for one, known in zip(weighed, draws, strict=True) if one.measure.point]
    if not lacking and any(known is not None and str(run.pk) not in known for known in drawn):
        lacking = [NO_EVIDENCE]
    return "; ".join(lacking)


def _scored(
    runs: Sequence[EvaluationRun],
    weighed: Sequence[Weighed],
    figures: Sequence[Figures],
    draws: Sequence[dict[str, FloatArray] | None],
) -> tuple[list[Scored], str]:
    """Return the models by their index, and why they have no ranks, if they have none."""
    if not runs or not weighed:
        return [], ""
    are_drawn = _are_drawn_alike(draws)
    scores = score(
        [
            _costs(one, [known[run.pk] for run in runs], _columns(drawn, runs) if are_drawn else [])
            for one, known, drawn in zip(weighed, figures, draws, strict=True)
        ]
    )
    rows = [
        Scored(
            run=run,
            figures=tuple(known[run.pk] for known in figures),
            cells=tuple(
                _cell(one, known[run.pk]) for one, known in zip(weighed, figures, strict=True)
            ),
            index=float(scores.index[k]),
            first=None if scores.first is None else float(scores.first[k]),
            ranks=None
            if scores.ranks is None
            else (int(scores.ranks[k, 0]), int(scores.ranks[k, 1])),
        )
        for k, run in enumerate(runs)
    ]
    rows.sort(key=lambda row: (-row.index, row.name))
    if scores.first is not None:
        return rows, ""
    return rows, AT_WORK if not are_drawn else SPEED_ALONE


def _are_drawn_alike(draws: Sequence[dict[str, FloatArray] | None]) -> bool:
    """Whether every rate has been drawn, and equally often."""
    sizes = {drawn.size for known in draws if known for drawn in known.values()}
    return all(known is not None for known in draws) and len(sizes) <= 1


def _columns(
    drawn: dict[str, FloatArray] | None, runs: Sequence[EvaluationRun]
) -> list[FloatArray]:
    return [drawn[str(run.pk)] for run in runs] if drawn else []


def _costs(one: Weighed, figures: Sequence[Measurement], columns: Sequence[FloatArray]) -> Costs:
    values = np.array([figure.value for figure in figures], dtype=np.float64)
    if one.measure.speed is not None:
        return Costs(one.weight, 1 / values if one.measure.speed.more_is_better else values)
    trials = np.array([figure.trials for figure in figures], dtype=np.float64)
    drawn = at_least_printable(np.stack(columns, axis=1), trials) if columns else None
    return Costs(one.weight, at_least_printable(values, trials), drawn)
