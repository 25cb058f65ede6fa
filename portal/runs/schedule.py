"""What is to be done next of a run, and telling the workers.

The canary, the first shard of the extraction, goes alone: a model that fails does so before much
work is given out. Comparisons and the speed follow when all templates are there, the score last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from portal.core.queue import nudge
from portal.runs.models import EvaluationRun, RunState, Shard, ShardState, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

START_TASK = "portal.runs.tasks.start_run"
SCORE_TASK = "portal.runs.tasks.score_run"
SHARD_TASKS: dict[str, str] = {
    Stage.EXTRACT: "portal.runs.tasks.extract_shard",
    Stage.COMPARE: "portal.runs.tasks.compare_shard",
    Stage.SPEED: "portal.runs.tasks.measure_speed",
}


def startable(shards: Sequence[Shard]) -> list[Shard]:
    """Shards that wait and may be done now."""
    extract = sorted(
        (shard for shard in shards if shard.stage == Stage.EXTRACT), key=lambda shard: shard.index
    )
    if extract and extract[0].state != ShardState.DONE:
        candidates: Sequence[Shard] = extract[:1]
    elif any(shard.state != ShardState.DONE for shard in extract):
        candidates = extract
    else:
        candidates = shards
    return [shard for shard in candidates if shard.state == ShardState.WAITING]


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
    shards = list(run.shards.all())
    if all(shard.state == ShardState.DONE for shard in shards):
        return int(nudge(run, SCORE_TASK, run_id=str(run.pk)))
    return sum(
        nudge(shard, SHARD_TASKS[shard.stage], shard_id=str(shard.pk))
        for shard in startable(shards)
    )
