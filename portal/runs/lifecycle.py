"""Moves of a whole run by the worker: begin, claim the scoring, record, or give back.

A run in RUNNING is held by nobody: its shards are. A run in SCORING is held by one worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from portal.core.queue import worker_name
from portal.runs.claims import fail_platform, move_run, settle_cancel
from portal.runs.models import Curve, EvaluationRun, Measurement, RunState, Shard, ShardState
from portal.runs.schedule import advance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from portal.runs.recording import Outcome


def waiting_run(run_id: UUID) -> EvaluationRun | None:
    return (
        EvaluationRun.objects.select_related("submission", "test_set")
        .filter(pk=run_id, state=RunState.QUEUED, cancel_requested_at=None)
        .first()
    )


@transaction.atomic
def begin(run: EvaluationRun, pieces: Sequence[Shard]) -> bool:
    """Start the run with its shards; those of an earlier attempt are kept."""
    begun = move_run(
        run,
        to=RunState.RUNNING,
        attempt=run.attempt,
        next_attempt=run.attempt + 1,
        where=Q(cancel_requested_at=None),
        started_at=run.started_at or timezone.now(),
        nudged_at=None,
    )
    if not begun:
        return False
    if not run.shards.exists():
        Shard.objects.bulk_create(pieces)
    advance(run.pk)
    return True


@transaction.atomic
def start_failed(run: EvaluationRun, *, note: str) -> None:
    """Count a failed start; the sweep tries again until the last attempt, which fails the run."""
    waiting = EvaluationRun.objects.filter(pk=run.pk, state=RunState.QUEUED, attempt=run.attempt)
    tried = run.attempt + 1
    if waiting.update(attempt=tried, staff_note=note[:2000], nudged_at=timezone.now()) and (
        tried >= settings.MAX_ATTEMPTS
    ):
        fail_platform(run, note=note)


@transaction.atomic
def claim_scoring(run_id: UUID) -> EvaluationRun | None:
    """Take a run whose every shard is done; None where it is not to be had."""
    run = EvaluationRun.objects.select_related("submission", "test_set").filter(pk=run_id).first()
    if run is None:
        return None
    now = timezone.now()
    undone = Shard.objects.filter(run=OuterRef("pk")).exclude(state=ShardState.DONE)
    claimed = move_run(
        run,
        to=RunState.SCORING,
        attempt=run.attempt,
        where=Q(~Exists(undone), cancel_requested_at=None),
        worker=worker_name(),
        lease_expires_at=now + settings.LEASE,
        heartbeat_at=now,
    )
    return run if claimed else None


def renew_scoring(run: EvaluationRun) -> bool:
    now = timezone.now()
    held = EvaluationRun.objects.filter(
        pk=run.pk, state=RunState.SCORING, attempt=run.attempt, cancel_requested_at=None
    )
    return held.update(heartbeat_at=now, lease_expires_at=now + settings.LEASE) == 1


def stop_scoring(run: EvaluationRun) -> None:
    """Let go of a run that is no longer wanted."""
    EvaluationRun.objects.filter(pk=run.pk, state=RunState.SCORING, attempt=run.attempt).update(
        lease_expires_at=timezone.now()
    )
    settle_cancel(run, by=worker_name())


@transaction.atomic
def scoring_failed(run: EvaluationRun, *, note: str) -> None:
    """Give the run back to wait for another attempt; after the last one it has failed."""
    if run.attempt >= settings.MAX_ATTEMPTS:
        fail_platform(run, note=note)
        return
    move_run(
        run,
        to=RunState.QUEUED,
        attempt=run.attempt,
        reason="our platform failed",
        staff_note=note[:2000],
        nudged_at=timezone.now(),
    )


@transaction.atomic
def record(run: EvaluationRun, outcome: Outcome, *, result_file: str, sha256: str) -> bool:
    """Record the result, its figures and curves, and the end of the run, in one commit."""
    recorded = move_run(
        run,
        to=RunState.SCORED,
        attempt=run.attempt,
        where=Q(cancel_requested_at=None),
        result_file=result_file,
        result_sha256=sha256,
        staff_note="",
    )
    if not recorded:
        stop_scoring(run)
        return False
    Measurement.objects.bulk_create(outcome.measurements)
    Curve.objects.bulk_create(outcome.curves)
    return True
