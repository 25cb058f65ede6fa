"""Celery's way in: a task takes an id, calls one function, and may be delivered twice."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from portal.core import machine
from portal.submissions import execution, reaper


@shared_task(ignore_result=True)
def check_submission(*, submission_id: str) -> None:
    with machine.together():
        execution.check_submission(submission_id=UUID(submission_id))


@shared_task(ignore_result=True)
def sweep_submissions() -> None:
    reaper.sweep()
