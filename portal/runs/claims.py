"""Who holds which piece of a run: every write names the row, its state and the attempt.

A worker that lost its claim writes nothing, because its rows no longer match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.core.queue import worker_name
from portal.core.states import move
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    RUN_MOVES,
    EvaluationRun,
    RunEvent,
    RunState,
    Shard,
    ShardState,
)
from portal.runs.schedule import advance

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLATFORM_SENTENCE = "Our platform failed while evaluating this model; the model is not at fault."
PLATFORM_ACTION = (
    "The model needs no change. JSaRC sees this failure in its queue and can run it again."
)


def move_run(run: EvaluationRun, *, to: str, by: str = "", **fields: Any) -> bool:
    """Move a run; a final state also gets its end, and no run ends holding a lease."""
    if to not in ACTIVE_RUN_STATES:
        fields.setdefault("finished_at", timezone.now())
    if to != RunState.SCORING:
        fields.setdefault("lease_expires_at", None)
    return move(
        EvaluationRun,
        run.pk,
        to=to,
        moves=RUN_MOVES,
        events=RunEvent,
        by=by or worker_name(),
        **fields,
    )


@transaction.atomic
def claim_shard(shard_id: int) -> Shard | None:
    """Take a waiting shard of a running run; None where it is not to be had."""
    shards = Shard.objects.select_related("run__submission", "run__test_set")
    shard = shards.filter(pk=shard_id).first()
    if shard is None:
        return None
    run = _lock_run(shard)
    if run.state != RunState.RUNNING or run.cancel_requested_at is not None:
        return None
    now = timezone.now()
    waiting = Shard.objects.filter(
        pk=shard_id,
        state=ShardState.WAITING,
        attempt=shard.attempt,
        attempt__lt=settings.MAX_ATTEMPTS,
    )
    taken = waiting.update(
        state=ShardState.RUNNING,
        attempt=shard.attempt + 1,
        worker=worker_name(),
        lease_expires_at=now + settings.LEASE,
        heartbeat_at=now,
        claimed_at=now,
        model_at_work=False,
    )
    if not taken:
        return None
    shard.attempt += 1
    return shard


def renew_shard(shard: Shard, *, at_work: bool = False) -> bool:
    """Renew the lease, and say whether the model is at work.

    False if the lease was lost, or the run is no longer wanted.
    """
    now = timezone.now()
    return (
        _held(shard)
        .filter(run__state=RunState.RUNNING, run__cancel_requested_at=None)
        .update(heartbeat_at=now, lease_expires_at=now + settings.LEASE, model_at_work=at_work)
        == 1
    )


@transaction.atomic
def finish_shard(shard: Shard, *, result_file: str, sha256: str, seconds: float) -> bool:
    """Record a shard's file, which lies whole on the disk, and send what comes next.

    A run that somebody asked to cancel records nothing more, whether or not the worker knows yet.
    """
    run = _lock_run(shard)
    if run.state != RunState.RUNNING:
        return False
    if run.cancel_requested_at is not None:
        stop_shard(shard)
        return False
    recorded = {"result_file": result_file, "result_sha256": sha256, "seconds": seconds}
    if not _held(shard).update(state=ShardState.DONE, lease_expires_at=None, **recorded):
        return False
    advance(run.pk)
    return True


@transaction.atomic
def give_back_shard(shard: Shard, *, note: str) -> None:
    """Put a shard back after a fault of ours; after the last attempt the run has failed.

    The sweep sends it again after a while: a full disk is still full in this second.
    """
    run = _lock_run(shard)
    if not _release(shard, nudged_at=timezone.now()):
        return
    note = f"{shard}, attempt {shard.attempt}: {note}"[:2000]
    if settle_cancel(run, by=worker_name()):
        return
    EvaluationRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(staff_note=note)
    if shard.attempt >= settings.MAX_ATTEMPTS:
        fail_platform(run, note=note)


@transaction.atomic
def stop_shard(shard: Shard) -> None:
    """Put a shard back because its run is no longer wanted, and end a run that is cancelled."""
    run = _lock_run(shard)
    _release(shard, nudged_at=None)
    settle_cancel(run, by=worker_name())


@transaction.atomic
def fail_supplier(shard: Shard, *, code: str, sentence: str, action: str) -> None:
    """End the run because of its model; a worker that lost its claim ends nothing."""
    run = _lock_run(shard)
    if _release(shard, nudged_at=None):
        blame_model(run, code=code, sentence=sentence, action=action)


def blame_model(
    run: EvaluationRun, *, code: str, sentence: str, action: str, by: str = "", note: str = ""
) -> bool:
    """End the run because of its model; the supplier reads all but the note, which is for staff."""
    return move_run(
        run,
        to=RunState.FAILED_SUPPLIER,
        by=by,
        reason=code,
        failure_code=code,
        failure_sentence=sentence,
        failure_action=action,
        **({"staff_note": note[:2000]} if note else {}),
    )


def fail_platform(run: EvaluationRun, *, note: str, by: str = "", **still: Any) -> bool:
    """End the run because of us; the supplier reads that they are not to blame.

    ``still`` holds what must be true of the row yet, as `move` takes it: attempt, where.
    """
    return move_run(
        run,
        to=RunState.FAILED_PLATFORM,
        by=by,
        reason="our platform failed",
        failure_code="PLATFORM",
        failure_sentence=PLATFORM_SENTENCE,
        failure_action=PLATFORM_ACTION,
        staff_note=note[:2000],
        **still,
    )


@transaction.atomic
def settle_cancel(run: EvaluationRun, *, by: str) -> bool:
    """Say CANCELLED once nobody works on the run any more."""
    locked = EvaluationRun.objects.select_for_update().filter(
        pk=run.pk, cancel_requested_at__isnull=False
    )
    present = locked.first()
    if present is None or _is_held(present):
        return False
    return move_run(run, to=RunState.CANCELLED, by=by)


def _is_held(run: EvaluationRun) -> bool:
    now = timezone.now()
    scoring = run.state == RunState.SCORING and run.lease_expires_at and run.lease_expires_at > now
    held = Q(state=ShardState.RUNNING, lease_expires_at__gt=now)
    return bool(scoring) or run.shards.filter(held).exists()


def _held(shard: Shard) -> QuerySet[Shard]:
    return Shard.objects.filter(pk=shard.pk, state=ShardState.RUNNING, attempt=shard.attempt)


def _release(shard: Shard, **fields: Any) -> bool:
    waiting = {"state": ShardState.WAITING, "lease_expires_at": None, "worker": ""}
    return bool(_held(shard).update(**waiting, **fields))


def _lock_run(shard: Shard) -> EvaluationRun:
    """Lock the run's row, always before any row of its shards."""
    return EvaluationRun.objects.select_for_update().get(pk=shard.run_id)
