"""What monitoring reads of runs: how many, how long they and their pieces wait, how they failed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from portal.core.health import Check, add_check
from portal.core.metrics import REGISTRY
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    EXPIRED_REASON,
    EvaluationRun,
    RunEvent,
    RunState,
    Shard,
    ShardState,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client import Metric

WINDOWS = {"1m": timedelta(minutes=1), "10m": timedelta(minutes=10)}
BLAME = {RunState.FAILED_SUPPLIER: "supplier", RunState.FAILED_PLATFORM: "platform"}
PATIENCE_IN_SWEEPS = 5
STEPS = ("start", *Stage.values, "score")
Groups = dict[tuple[str, str], dict[str, Any]]
"""Of one run: (stage, state) of its pieces -> their number and times."""


class Runs:
    """Seven queries, however many runs there are."""

    def collect(self) -> Iterator[Metric]:
        yield _by_state()
        yield from _pieces_and_waits()
        yield _finished_pieces()
        yield _failures()
        yield from _expired()


def _by_state() -> Metric:
    metric = GaugeMetricFamily("assay_runs", "Evaluation runs by state.", labels=["state"])
    counts = dict(EvaluationRun.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in RunState.values:
        metric.add_metric([state], counts.get(state, 0))
    return metric


# -- what waits


def _pieces_and_waits() -> Iterator[Metric]:
    runs = _groups_of_active_runs()
    pieces = GaugeMetricFamily(
        "assay_pieces", "Pieces of runs that have not ended.", labels=["stage", "state"]
    )
    for stage in Stage.values:
        for state in ShardState.values:
            found = sum(groups.get((stage, state), {}).get("n", 0) for groups in runs)
            pieces.add_metric([stage, state], found)
    yield pieces
    waits = GaugeMetricFamily(
        "assay_oldest_waiting_seconds",
        "How long the oldest job that a worker could do now has waited; 0 if none waits.",
        labels=["step"],
    )
    since = _waiting_since(runs)
    now = timezone.now()
    for step in STEPS:
        at = min(since[step], default=now)
        waits.add_metric([step], max(0.0, (now - at).total_seconds()))
    yield waits


def _groups_of_active_runs() -> list[Groups]:
    rows = (
        Shard.objects.filter(run__state__in=ACTIVE_RUN_STATES)
        .order_by()
        .values("run_id", "run__state", "run__started_at", "stage", "state")
        .annotate(
            n=Count("pk"), tried=Count("heartbeat_at"), first=Min("heartbeat_at"),
            last=Max("heartbeat_at"),
        )
    )  # fmt: skip
    runs: defaultdict[Any, Groups] = defaultdict(dict)
    for row in rows:
        runs[row["run_id"]][row["stage"], row["state"]] = {**row}
    return list(runs.values())


def _waiting_since(runs: Iterable[Groups]) -> defaultdict[str, list[datetime]]:
    since: defaultdict[str, list[datetime]] = defaultdict(list)
    queued = EvaluationRun.objects.filter(state=RunState.QUEUED).order_by()
    moved = queued.annotate(since=Coalesce(Max("events__at"), "queued_at"))
    since["start"] = list(moved.values_list("since", flat=True))
    for groups in runs:
        if next(iter(groups.values()))["run__state"] == RunState.RUNNING:
            for step, at in _waiting_in(groups):
                since[step].append(at)
    return since


def _waiting_in(groups: Groups) -> Iterator[tuple[str, datetime]]:
    """Yield the steps of one running run that wait for a worker, and since when.

    A step opens when the one before it has ended; a piece that was begun before waits since its
    last sign of life. While the first piece of the extraction is done, the others wait for it.
    """
    started = next(iter(groups.values()))["run__started_at"]
    first_is_at_work = (Stage.EXTRACT, ShardState.RUNNING) in groups and (
        (Stage.EXTRACT, ShardState.DONE) not in groups
    )
    extracting = any((Stage.EXTRACT, s) in groups for s in (ShardState.WAITING, ShardState.RUNNING))
    extracted = groups.get((Stage.EXTRACT, ShardState.DONE), {}).get("last")
    for stage in [Stage.EXTRACT] if extracting else [Stage.COMPARE, Stage.SPEED]:
        waiting = groups.get((stage, ShardState.WAITING))
        if waiting is None or first_is_at_work:
            continue
        opened = started if stage == Stage.EXTRACT else extracted or started
        is_begun = waiting["tried"] == waiting["n"]
        yield stage, max(opened, waiting["first"]) if is_begun else opened
    if all(state == ShardState.DONE for _, state in groups):
        yield "score", max(row["last"] or started for row in groups.values())


# -- what was done


def _finished_pieces() -> Metric:
    """Count by the last sign of life, which is at most one heartbeat before the end."""
    metric = GaugeMetricFamily(
        "assay_pieces_finished", "Pieces finished lately.", labels=["stage", "window"]
    )
    now = timezone.now()
    recent = now - max(WINDOWS.values())
    of_late = Q(run__state__in=ACTIVE_RUN_STATES) | Q(run__finished_at__gte=recent)
    rows = (
        Shard.objects.filter(of_late, state=ShardState.DONE, heartbeat_at__gte=recent)
        .order_by()
        .values_list("stage")
        .annotate(
            **{
                f"n_{window}": Count("pk", filter=Q(heartbeat_at__gte=now - span))
                for window, span in WINDOWS.items()
            }
        )
    )
    counts = {stage: numbers for stage, *numbers in rows}
    for stage in Stage.values:
        for window, n in zip(WINDOWS, counts.get(stage, [0] * len(WINDOWS)), strict=True):
            metric.add_metric([stage, window], n)
    return metric


def _failures() -> Metric:
    metric = CounterMetricFamily(
        "assay_failed_runs", "Runs that failed, by whose fault and code.", labels=["blame", "code"]
    )
    failed = EvaluationRun.objects.filter(state__in=BLAME).order_by()
    for state, code, n in failed.values_list("state", "failure_code").annotate(Count("pk")):
        metric.add_metric([BLAME[RunState(state)], code], n)
    return metric


def _expired() -> Iterator[Metric]:
    expired = CounterMetricFamily(
        "assay_run_leases_expired", "Expired leases of which a run's history tells."
    )
    expired.add_metric([], RunEvent.objects.filter(reason=EXPIRED_REASON).count())
    yield expired
    now = timezone.now()
    again = CounterMetricFamily(
        "assay_pieces_begun_again",
        "Further attempts at pieces: their lease expired, or they met a fault of the platform.",
    )
    overdue = GaugeMetricFamily(
        "assay_leases_overdue", "Pieces whose lease has run out and that no sweep has taken up."
    )
    counts = Shard.objects.aggregate(
        again=Sum(F("attempt") - 1, filter=Q(attempt__gt=1)),
        overdue=Count("pk", filter=Q(state=ShardState.RUNNING, lease_expires_at__lt=now)),
    )
    again.add_metric([], counts["again"] or 0)
    overdue.add_metric([], counts["overdue"])
    yield again
    yield overdue


def workers_answer() -> Check:
    """Whether somebody works where there is work; workers with nothing to do leave no sign."""
    now = timezone.now()
    since = [at for times in _waiting_since(_groups_of_active_runs()).values() for at in times]
    lately = now - PATIENCE_IN_SWEEPS * settings.SWEEP_EVERY
    renewed = Shard.objects.filter(lease_expires_at__gt=now).exists() or (
        EvaluationRun.objects.filter(lease_expires_at__gt=now).exists()
    )
    passed = renewed or min(since, default=now) > lately
    return Check("workers", passed=passed, detail=f"{len(since)} steps wait", needed=False)


REGISTRY.register(Runs())
add_check(workers_answer)
