"""Celery's way in: a task takes an id, calls one function, and may be delivered twice."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from portal.comparison.leaderboard import work
from portal.core import machine


@shared_task(ignore_result=True)
def rank_test_set(*, test_set_id: str) -> None:
    with machine.together():
        work.rank_test_set(test_set_id=UUID(test_set_id))


@shared_task(ignore_result=True)
def sweep_rankings() -> None:
    work.sweep()
