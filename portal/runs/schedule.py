"""What is to be done next of a run, and telling the workers.

The canary, the first shard of the extraction, goes alone: a model that fails does so before much
work is given out. Comparisons and the speed follow when all templates are there, the score last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from portal.core.queue import is_stale, nudge
from portal.runs.models import EvaluationRun, RunState, Shard, ShardState, Stage

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

START_TASK = "portal.runs.tasks.start_run"
SCORE_TASK = "portal.runs.tasks.score_run"
SHARD_TASKS: dict[str, str] = {
    Stage.EXTRACT: "portal.runs.tasks.extract_shard",
    Stage.COMPARE: "portal.runs.tasks.compare_shard",
    Stage.SPEED: "portal.runs.tasks.measure_speed",
}


def startable(run: EvaluationRun) -> QuerySet[Shard]:
    """Return the shards that wait and may be done now.

    A run may have thousands: they are told apart by the database, and never all read.
    """
    waiting = run.shards.filter(state=ShardState.WAITING)
    extract = run.shards.filter(stage=Stage.EXTRACT)
    canary = extract.order_by("index").first()
    if canary is not None and canary.state != ShardState.DONE:
        return waiting.filter(pk=canary.pk)
    if extract.exclude(state=ShardState.DONE).exists():
        return waiting.filter(stage=Stage.EXTRACT)
    return waiting


@transaction.atomic
def advance(run_id: UUID) -> int:
    """Send messages for what may be done now; returns how many.

    The run's row is locked, so of two shards that end at once the later one sees both ended.
    """
    run = EvaluationRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.cancel_requested_at is not None:
        return 0
    if run.state == RunState.QUEUED:
        return int(nudge(run, START_TASK, run_id=str(run.pk)))
    if run.state != RunState.RUNNING:
        return 0
    if not run.shards.exclude(state=ShardState.DONE).exists():
        return int(nudge(run, SCORE_TASK, run_id=str(run.pk)))
    return sum(
        nudge(shard, SHARD_TASKS[shard.stage], shard_id=str(shard.pk))
        for shard in startable(run).filter(is_stale())
    )
