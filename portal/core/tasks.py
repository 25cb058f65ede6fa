"""Keeping the embedded broker's folder small."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from portal.core.broker import sweep_folder

KEEP_MESSAGES = timedelta(days=1)


@shared_task(ignore_result=True)
def sweep_broker() -> None:
    """Remove messages taken or unclaimed long ago; their rows were nudged again long since."""
    sweep_folder(settings.BROKER_FOLDER, older_than=KEEP_MESSAGES)
