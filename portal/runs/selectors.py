"""Which runs and results a person sees, and what the operations page counts.

A supplier's people see how their own runs fare, and a result once it is previewed or released.
Officials see released results, JSaRC all of them, and administrators how runs fare.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.accounts.models import Role
from portal.core.access import may
from portal.runs.headlines import HEADLINE_METRICS
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    EvaluationRun,
    Measurement,
    ReleaseState,
    RunState,
    Shard,
    ShardState,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from portal.accounts.models import User
    from portal.submissions.models import Submission

SHOWN_TO: dict[str, tuple[str, ...]] = {
    Role.SUPPLIER: (ReleaseState.PREVIEW, ReleaseState.RELEASED),
    Role.OFFICIAL: (ReleaseState.RELEASED,),
    Role.JSARC: tuple(ReleaseState.values),
}
"""Role -> releases of a result whose figures it may read; administrators read none."""
OPERATING_POINT_METRICS = ("fnmr_at_fmr", "fmr_at_fmr")
FAILED_STATES = (RunState.FAILED_SUPPLIER, RunState.FAILED_PLATFORM)


def runs_visible_to(user: User) -> QuerySet[EvaluationRun]:
    runs = EvaluationRun.objects.select_related("submission__product__supplier", "test_set")
    if not may(user, "runs.view"):
        return runs.none()
    if user.role == Role.SUPPLIER:
        return runs.filter(submission__product__supplier__organisation=user.organisation_id)
    if user.role == Role.OFFICIAL:
        return runs.filter(release=ReleaseState.RELEASED)
    return runs


def shows_result(user: User, run: EvaluationRun) -> bool:
    """Whether a person who sees the run may read its figures."""
    return run.state == RunState.SCORED and run.release in SHOWN_TO.get(user.role, ())


def runs_of(submission: Submission, user: User) -> QuerySet[EvaluationRun]:
    return runs_visible_to(user).filter(submission=submission).prefetch_related("shards")


def runs_ahead_of(runs: Sequence[EvaluationRun]) -> dict[UUID, int]:
    """How many unfinished runs were queued before each of those that wait."""
    waiting = [run for run in runs if run.state == RunState.QUEUED]
    if not waiting:
        return {}
    queued = EvaluationRun.objects.filter(state__in=ACTIVE_RUN_STATES).order_by("queued_at")
    times = list(queued.values_list("queued_at", flat=True))
    return {run.pk: bisect_left(times, run.queued_at) for run in waiting}


@dataclass(frozen=True, slots=True)
class StageProgress:
    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is: shards done of all, the score being the last piece."""

    stages: tuple[StageProgress, ...]
    percent: int


def progress_of(run: EvaluationRun) -> RunProgress:
    shards = run.shards.all()
    total = Counter(shard.stage for shard in shards)
    done = Counter(shard.stage for shard in shards if shard.state == ShardState.DONE)
    scored, task = int(run.state == RunState.SCORED), run.submission.task
    stages = [StageProgress(stage.words(task), done[stage], total[stage]) for stage in Stage]
    stages.append(StageProgress("Put the result together", scored, 1))
    pieces = sum(stage.total for stage in stages) if shards else 1
    finished = sum(stage.done for stage in stages)
    return RunProgress(tuple(stages), percent=round(100 * finished / pieces))


@dataclass(frozen=True, slots=True)
class OperatingPointRow:
    """One line of a result's table: FNMR and the FMR observed at the same threshold."""

    protocol: str
    target: float | None
    fnmr: Measurement
    fmr: Measurement | None


def first_figures(runs: Iterable[EvaluationRun]) -> dict[UUID, list[Measurement]]:
    """Return of each run the figures of its operating points, and those that are read first."""
    rows = Measurement.objects.filter(
        run__in=list(runs), metric__in=(*OPERATING_POINT_METRICS, *HEADLINE_METRICS)
    )
    found: dict[UUID, list[Measurement]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def operating_points(run: EvaluationRun, figures: Iterable[Measurement]) -> list[OperatingPointRow]:
    """Pair FNMR with the FMR observed, at each target of each protocol."""
    found = {
        (row.metric, row.protocol, row.target): row
        for row in figures
        if row.metric in OPERATING_POINT_METRICS and not row.condition
    }
    titles = {protocol["name"]: protocol["title"] for protocol in run.test_set.protocols}
    return [
        OperatingPointRow(
            titles.get(protocol, protocol), target, row, found.get(("fmr_at_fmr", protocol, target))
        )
        for (metric, protocol, target), row in found.items()
        if metric == "fnmr_at_fmr"
    ]


def figures(run: EvaluationRun, metrics: Iterable[str]) -> dict[str, Measurement]:
    """Figures that a run has once, by metric."""
    return {row.metric: row for row in run.measurements.filter(metric__in=metrics)}


# -- operations


def active_runs() -> QuerySet[EvaluationRun]:
    """Unfinished runs, oldest first, with their shards."""
    return (
        EvaluationRun.objects.select_related("submission__product__supplier", "test_set")
        .prefetch_related("shards")
        .filter(state__in=ACTIVE_RUN_STATES)
        .order_by("queued_at")
    )


def running_shards() -> QuerySet[Shard]:
    return (
        Shard.objects.select_related("run__submission__product", "run__test_set")
        .filter(state=ShardState.RUNNING)
        .order_by("heartbeat_at")
    )


def failed_runs() -> QuerySet[EvaluationRun]:
    """Return runs that failed or were cancelled and were not run again, latest first."""
    later = EvaluationRun.objects.filter(
        submission=OuterRef("submission"),
        test_set=OuterRef("test_set"),
        queued_at__gt=OuterRef("queued_at"),
    )
    return (
        EvaluationRun.objects.select_related("submission__product__supplier", "test_set")
        .filter(~Exists(later), state__in=[*FAILED_STATES, RunState.CANCELLED])
        .order_by("-finished_at")
    )


def failures_by_cause() -> list[tuple[str, str, int]]:
    """Code, sentence and number of the failed runs, most frequent first."""
    rows = EvaluationRun.objects.filter(state__in=FAILED_STATES)
    counts = Counter(rows.values_list("failure_code", "failure_sentence"))
    return [(code, sentence, n) for (code, sentence), n in counts.most_common()]


def results_to_release() -> QuerySet[EvaluationRun]:
    """Results that nobody but JSaRC sees yet, or that suppliers preview."""
    return (
        EvaluationRun.objects.select_related("submission__product__supplier", "test_set")
        .filter(Q(state=RunState.SCORED) & ~Q(release=ReleaseState.RELEASED))
        .exclude(release=ReleaseState.WITHHELD)
        .order_by("finished_at")
    )
