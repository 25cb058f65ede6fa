"""The Celery application: one per process, configured by the ``CELERY_`` settings."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init, worker_ready

app = Celery("assay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_PR_SET_PDEATHSIG = 1


@worker_process_init.connect
@beat_embedded_init.connect
def die_with_the_parent(**_: Any) -> None:
    """Ask the kernel to end this process if the worker is killed, so that none is orphaned."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@worker_ready.connect
def sweep_at_once(**_: Any) -> None:
    """Take up without delay what an earlier worker left behind."""
    for task in ("portal.submissions.tasks.sweep_submissions", "portal.runs.tasks.sweep_runs"):
        app.send_task(task, ignore_result=True)
