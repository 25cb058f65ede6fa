"""Looks after every run that has not ended: lost leases, lost messages, cancels nobody answers."""

from __future__ import annotations

import logging
from collections import Counter

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.core.queue import machine_of
from portal.runs.claims import blame_model, fail_platform, move_run, settle_cancel
from portal.runs.leftovers import remove_step_files
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    EXPIRED_REASON,
    EvaluationRun,
    RunEvent,
    RunState,
    Shard,
    ShardState,
)
from portal.runs.schedule import advance
from portal.runs.slow import take_over_slow_shards
from portal.submissions.execution import ENDS_WORKER

logger = logging.getLogger(__name__)
REAPER = "reaper"


def sweep() -> int:
    """Look at every unfinished run once, and clear away after the others; returns the rows."""
    touched = _requeue_lost_shards() + _requeue_lost_scoring()
    touched += take_over_slow_shards(by=REAPER)
    for run in EvaluationRun.objects.filter(state__in=ACTIVE_RUN_STATES):
        if run.cancel_requested_at is not None:
            touched += settle_cancel(run, by=REAPER)
        else:
            touched += advance(run.pk)
    return touched + remove_step_files()


def _requeue_lost_shards() -> int:
    lost = Q(state=ShardState.RUNNING, lease_expires_at__lt=timezone.now())
    shards = list(Shard.objects.select_related("run").filter(lost))
    machines = Counter(machine_of(shard.worker) for shard in shards)
    return sum(
        _requeue_shard(shard, lost, alone=machines[machine_of(shard.worker)] == 1)
        for shard in shards
    )


@transaction.atomic
def _requeue_shard(shard: Shard, lost: Q, *, alone: bool = True) -> int:
    """Put a shard back; ``alone``: no other worker of the machine was lost with it.

    A machine that is gone takes all its workers with it. A model that ends its worker does not.
    """
    EvaluationRun.objects.select_for_update().get(pk=shard.run_id)  # before its shards, always
    times_at_work = shard.lost_again(alone=alone)
    waiting = {
        "state": ShardState.WAITING,
        "lease_expires_at": None,
        "nudged_at": None,
        "lost_at_work": times_at_work,
    }
    if not Shard.objects.filter(lost, pk=shard.pk, attempt=shard.attempt).update(**waiting):
        return 0
    note = f"{shard}: the worker {shard.worker} stopped answering in attempt {shard.attempt}."
    logger.warning("run %s: %s", shard.run_id, note)
    EvaluationRun.objects.filter(pk=shard.run_id, state=RunState.RUNNING).update(staff_note=note)
    RunEvent.objects.create(
        run=shard.run,
        from_state=shard.run.state,
        to_state=shard.run.state,
        attempt=shard.attempt,
        by=REAPER,
        reason=EXPIRED_REASON,
    )
    if times_at_work >= settings.MAX_ATTEMPTS:
        blame_model(
            shard.run,
            code=ENDS_WORKER.code,
            sentence=ENDS_WORKER.sentence,
            action=ENDS_WORKER.action,
            by=REAPER,
            note=note,
        )
    elif shard.attempt >= settings.MAX_ATTEMPTS:
        fail_platform(shard.run, note=note, by=REAPER)
    return 1


def _requeue_lost_scoring() -> int:
    lost = Q(state=RunState.SCORING, lease_expires_at__lt=timezone.now())
    touched = 0
    for run in EvaluationRun.objects.filter(lost, cancel_requested_at=None):
        note = f"Scoring: the worker {run.worker} stopped answering in attempt {run.attempt}."
        if run.attempt >= settings.MAX_ATTEMPTS:
            touched += fail_platform(run, note=note, by=REAPER, attempt=run.attempt, where=lost)
            continue
        touched += move_run(
            run,
            to=RunState.QUEUED,
            by=REAPER,
            reason=EXPIRED_REASON,
            attempt=run.attempt,
            where=lost,
            nudged_at=None,
            staff_note=note,
        )
    return touched
