"""A piece that takes far longer than its peers did: its machine is slow, or hangs.

The heartbeat of such a worker goes on, so no lease expires. The others do not wait for it: when
no piece of its kind is left to be begun, another worker may begin it anew. Only once: a second
attempt is waited for until the time limit of every piece.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.core.wording import duration
from portal.runs.models import EvaluationRun, RunEvent, RunState, Shard, ShardState

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)
TIMES_LONGER = 5
SLOW_REASON = "a worker was too slow"


def patience(run_id: UUID, stage: str) -> timedelta | None:
    """Return how long a piece is waited for, from the longest of its kind; None before any."""
    peers = Shard.objects.filter(run=run_id, stage=stage, state=ShardState.DONE)
    longest = peers.aggregate(longest=Max("seconds"))["longest"]
    if longest is None:
        return None
    return max(settings.LEASE, timedelta(seconds=TIMES_LONGER * longest))


def take_over_slow_shards(*, by: str) -> int:
    """Give pieces that keep a run from going on to other workers; returns how many."""
    now = timezone.now()
    first_attempts = Shard.objects.select_related("run__submission").filter(
        state=ShardState.RUNNING,
        attempt=1,
        claimed_at__lt=now - settings.LEASE,
        lease_expires_at__gte=now,
        run__state=RunState.RUNNING,
        run__cancel_requested_at=None,
    )
    return sum(_take_over(shard, by=by) for shard in first_attempts)


@transaction.atomic
def _take_over(shard: Shard, *, by: str) -> int:
    run = EvaluationRun.objects.select_for_update().get(pk=shard.run_id)  # before its shards
    if run.shards.filter(stage=shard.stage, state=ShardState.WAITING).exists():
        return 0
    wait = patience(run.pk, shard.stage)
    if wait is None or shard.claimed_at is None or shard.claimed_at + wait > timezone.now():
        return 0
    held = Shard.objects.filter(pk=shard.pk, state=ShardState.RUNNING, attempt=shard.attempt)
    waiting = {"state": ShardState.WAITING, "lease_expires_at": None, "nudged_at": None}
    if not held.update(**waiting, worker=""):
        return 0
    note = f"{shard}: the worker {shard.worker} took longer than {duration(wait)}."
    logger.warning("run %s: %s", run.pk, note)
    EvaluationRun.objects.filter(pk=run.pk).update(staff_note=note)
    RunEvent.objects.create(
        run=run,
        from_state=run.state,
        to_state=run.state,
        attempt=shard.attempt,
        by=by,
        reason=SLOW_REASON,
    )
    return 1
