"""Looks after every submission that is not settled: lost leases, lost messages, orphaned files."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from portal.core.queue import is_stale, nudge
from portal.core.states import move
from portal.submissions import files
from portal.submissions.execution import CHECK_TASK
from portal.submissions.models import (
    SUBMISSION_MOVES,
    Submission,
    SubmissionEvent,
    SubmissionState,
)
from portal.submissions.selectors import UNSETTLED_STATES, is_stuck

logger = logging.getLogger(__name__)
REAPER = "reaper"
KEEP_UNCLAIMED = timedelta(days=1)


def sweep() -> int:
    """Requeue lost checks, send lost messages again, remove orphaned files; returns the rows."""
    touched = _requeue_lost_checks() + _nudge_waiting()
    files.remove_unclaimed(older_than=KEEP_UNCLAIMED)
    _remove_settled_files()
    return touched


def _requeue_lost_checks() -> int:
    lost = Q(state=SubmissionState.CHECKING, lease_expires_at__lt=timezone.now())
    requeued = 0
    for submission in Submission.objects.filter(lost):
        note = f"The worker {submission.worker} stopped answering in attempt {submission.attempt}."
        requeued += move(
            Submission,
            submission.pk,
            to=SubmissionState.UPLOADED,
            moves=SUBMISSION_MOVES,
            events=SubmissionEvent,
            by=REAPER,
            reason="the lease expired",
            attempt=submission.attempt,
            where=lost,
            lease_expires_at=None,
            nudged_at=None,
            staff_note=note,
        )
    return requeued


def _nudge_waiting() -> int:
    waiting = Submission.objects.filter(is_stale(), state=SubmissionState.UPLOADED)
    return sum(
        nudge(submission, CHECK_TASK, submission_id=str(submission.pk))
        for submission in waiting.exclude(is_stuck())
    )


def _remove_settled_files() -> None:
    """Remove files in quarantine whose submission is settled or was never saved."""
    cutoff = (timezone.now() - KEEP_UNCLAIMED).timestamp()
    for path in files.quarantine().glob("*.onnx"):
        if path.stat().st_mtime < cutoff and not _is_needed(path.stem):
            logger.info("removing %s from quarantine: no submission needs it", path.name)
            path.unlink(missing_ok=True)


def _is_needed(name: str) -> bool:
    try:
        key = UUID(name)
    except ValueError:
        return False
    return Submission.objects.filter(pk=key, state__in=UNSETTLED_STATES).exists()
