"""Runs that were going on when a backup was made, of which the database is a copy."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from portal.runs import files
from portal.runs.claims import move_run
from portal.runs.models import ACTIVE_RUN_STATES, EvaluationRun, RunState, Shard, ShardState


@transaction.atomic
def free_runs(*, by: str, reason: str) -> int:
    """Let every unfinished run go on at the next sweep; returns how many there are.

    Attempts that the backup cut off are not counted, and no model is blamed for them. A piece
    whose file was removed while the backup was made, because its run had ended, is done again.
    """
    active = EvaluationRun.objects.filter(state__in=ACTIVE_RUN_STATES)
    for run in active.filter(state=RunState.SCORING):
        move_run(run, to=RunState.QUEUED, by=by, reason=reason, attempt=run.attempt)
    of_active = Shard.objects.filter(run__state__in=ACTIVE_RUN_STATES)
    _let_wait(of_active.filter(state=ShardState.RUNNING))
    done = of_active.filter(state=ShardState.DONE)
    gone = [shard.pk for shard in done.iterator() if not files.is_there(shard)]
    _let_wait(Shard.objects.filter(pk__in=gone))
    of_active.update(nudged_at=None)
    return active.update(nudged_at=None)


def _let_wait(shards: QuerySet[Shard]) -> None:
    shards.update(
        state=ShardState.WAITING,
        attempt=Greatest(F("attempt") - 1, 0),
        lease_expires_at=None,
        model_at_work=False,
        worker="",
        result_file="",
        result_sha256="",
        seconds=None,
    )
