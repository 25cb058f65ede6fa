"""Sending messages. A message is a nudge: the row it speaks of is the truth.

A message that cannot be sent is no error: the sweep sends it again.
"""

from __future__ import annotations

import logging
import os
import socket
from functools import partial
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

if TYPE_CHECKING:
    from portal.core.states import LeasedModel

logger = logging.getLogger(__name__)


def worker_name() -> str:
    """Name of this process in leases and histories: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def machine_of(worker: str) -> str:
    """Host part of a worker's name."""
    return worker.rpartition(":")[0]


def send(task: str, **arguments: str) -> None:
    """Send a message for ``task`` once the present transaction has committed."""
    transaction.on_commit(partial(_send_now, task, arguments))


def nudge(row: LeasedModel, task: str, **arguments: str) -> bool:
    """Send a message for a row unless one was sent lately; False if one was."""
    rows = type(row)._default_manager.filter(is_stale(), pk=row.pk)
    if not rows.update(nudged_at=timezone.now()):
        return False
    send(task, **arguments)
    return True


def is_stale() -> models.Q:
    """Condition of rows that were never nudged, or so long ago that the message may be lost."""
    lost_before = timezone.now() - settings.NUDGE_AFTER
    return Q(nudged_at__isnull=True) | Q(nudged_at__lte=lost_before)


def _send_now(task: str, arguments: dict[str, str]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, retry=False, ignore_result=True)
    except (OperationalError, ChannelError, OSError) as error:
        logger.warning("the message for %s %s was not sent: %s", task, arguments, error)
