"""Looks after every submission that is not settled: lost leases, lost messages, orphaned files."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.core import store
from portal.core.queue import is_stale, machine_of, nudge
from portal.core.states import move
from portal.submissions import files
from portal.submissions.execution import CHECK_TASK, ENDS_WORKER
from portal.submissions.models import (
    SUBMISSION_MOVES,
    Submission,
    SubmissionEvent,
    SubmissionState,
)
from portal.submissions.selectors import UNSETTLED_STATES, is_stuck

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)
REAPER = "reaper"
KEEP_SETTLED = timedelta(days=1)


def sweep() -> int:
    """Requeue lost checks, send lost messages again, remove orphaned files; returns the rows."""
    touched = _requeue_lost_checks() + _nudge_waiting()
    _remove_settled_files()
    store.tidy_now_and_then()
    return touched


def _requeue_lost_checks() -> int:
    lost = Q(state=SubmissionState.CHECKING, lease_expires_at__lt=timezone.now())
    requeued = 0
    found = list(Submission.objects.filter(lost))
    machines = Counter(machine_of(submission.worker) for submission in found)
    for submission in found:
        note = f"The worker {submission.worker} stopped answering in attempt {submission.attempt}."
        alone = machines[machine_of(submission.worker)] == 1
        times_at_work = submission.lost_again(alone=alone)
        if times_at_work >= settings.MAX_ATTEMPTS:
            requeued += _reject(submission, lost, note=note)
            continue
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
            lost_at_work=times_at_work,
        )
    return requeued


def _reject(submission: Submission, lost: Q, *, note: str) -> bool:
    """Reject a model whose check ended its worker each time."""
    rejected = move(
        Submission,
        submission.pk,
        to=SubmissionState.REJECTED,
        moves=SUBMISSION_MOVES,
        events=SubmissionEvent,
        by=REAPER,
        reason=ENDS_WORKER.code,
        attempt=submission.attempt,
        where=lost,
        lease_expires_at=None,
        checked_at=timezone.now(),
        failure_code=ENDS_WORKER.code,
        failure_sentence=ENDS_WORKER.sentence,
        failure_action=ENDS_WORKER.action,
        staff_note=note,
    )
    if rejected:
        files.remove_quarantined(submission.pk)
    return rejected


def _nudge_waiting() -> int:
    waiting = Submission.objects.filter(is_stale(), state=SubmissionState.UPLOADED)
    return sum(
        nudge(submission, CHECK_TASK, submission_id=str(submission.pk))
        for submission in waiting.exclude(is_stuck())
    )


def _remove_settled_files() -> None:
    """Remove files in quarantine whose submission is settled or was never saved."""
    cutoff = (timezone.now() - KEEP_SETTLED).timestamp()
    for path, written_at in store.files_of(files.quarantine()):
        if written_at < cutoff and not _is_needed(path):
            logger.info("removing %s from quarantine: no submission needs it", path.name)
            store.remove(path)


def _is_needed(path: Path) -> bool:
    try:
        key = UUID(path.name.partition(".")[0])
    except ValueError:
        return False
    return Submission.objects.filter(pk=key, state__in=UNSETTLED_STATES).exists()
