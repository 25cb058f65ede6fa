"""Celery's way in: a task takes an id, calls one function, and may be delivered twice."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from portal.core import machine
from portal.runs import execution, reaper, scoring


@shared_task(ignore_result=True)
def start_run(*, run_id: str) -> None:
    execution.start_run(run_id=UUID(run_id))


@shared_task(ignore_result=True)
def extract_shard(*, shard_id: str) -> None:
    with machine.together():
        execution.run_shard(shard_id=int(shard_id))


@shared_task(ignore_result=True)
def compare_shard(*, shard_id: str) -> None:
    with machine.together():
        execution.run_shard(shard_id=int(shard_id))


@shared_task(ignore_result=True)
def measure_speed(*, shard_id: str) -> None:
    """Wait for the machine first and claim after: nobody holds a lease while waiting."""
    with machine.alone():
        execution.run_shard(shard_id=int(shard_id))


@shared_task(ignore_result=True)
def score_run(*, run_id: str) -> None:
    with machine.together():
        scoring.score(run_id=UUID(run_id))


@shared_task(ignore_result=True)
def sweep_runs() -> None:
    reaper.sweep()
