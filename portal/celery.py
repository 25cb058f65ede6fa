"""The Celery application: one per process, configured by the ``CELERY_`` settings."""

from __future__ import annotations

import ctypes
import logging.config
import os
import signal
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

from celery import Celery
from celery.signals import (
    beat_embedded_init,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_ready,
)
from django.conf import settings
from structlog.contextvars import bind_contextvars, clear_contextvars

from portal.core import redis_broker  # noqa: F401 - it takes the place of kombu's own

app = Celery("assay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_PR_SET_PDEATHSIG = 1


@worker_process_init.connect
@beat_embedded_init.connect
def die_with_the_parent(**_: Any) -> None:
    """Ask the kernel to end this process if the worker is killed, so that none is orphaned."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@setup_logging.connect
def log_as_everything_else_does(loglevel: int | str, **_: Any) -> None:
    """Use the portal's logs instead of Celery's; ``--loglevel`` can only ask for more."""
    logging.config.dictConfig(settings.LOGGING)
    level = logging.getLevelName(loglevel) if isinstance(loglevel, str) else loglevel
    root = logging.getLogger()
    root.setLevel(min(root.level, level))


@task_prerun.connect
def say_which_task(task: Any, task_id: str, kwargs: dict[str, Any], **_: Any) -> None:
    """Put the task and the ids it was sent with (run, shard, submission) on its records."""
    ids = {name: str(value) for name, value in kwargs.items() if name.endswith("_id")}
    bind_contextvars(task=task.name, task_id=task_id, **ids)


@task_postrun.connect
def forget_the_task(**_: Any) -> None:
    clear_contextvars()


@worker_ready.connect
def sweep_at_once(**_: Any) -> None:
    """Take up without delay what an earlier worker left behind."""
    for task in (
        "portal.submissions.tasks.sweep_submissions",
        "portal.runs.tasks.sweep_runs",
        "portal.comparison.tasks.sweep_rankings",
        "portal.suppliers.tasks.delete_expired_contacts",
    ):
        app.send_task(task, ignore_result=True)
