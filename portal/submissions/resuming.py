"""Checks that were going on when a backup was made, of which the database is a copy."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from portal.core.states import move
from portal.submissions import files
from portal.submissions.models import (
    SUBMISSION_MOVES,
    Submission,
    SubmissionEvent,
    SubmissionState,
)
from portal.submissions.selectors import UNSETTLED_STATES

NO_FILE = "The file was not in the backup: it was settled or withdrawn while that was made."


@transaction.atomic
def free_checks(*, by: str, reason: str) -> int:
    """Let every unsettled check begin at the next sweep; returns how many there are.

    The attempt that the backup cut off is not counted. One whose file is gone waits for staff.
    """
    unsettled = Submission.objects.filter(state__in=UNSETTLED_STATES)
    for submission in unsettled:
        if submission.state == SubmissionState.CHECKING:
            move(
                Submission,
                submission.pk,
                to=SubmissionState.UPLOADED,
                moves=SUBMISSION_MOVES,
                events=SubmissionEvent,
                by=by,
                reason=reason,
                attempt=submission.attempt,
                next_attempt=max(0, submission.attempt - 1),
                lease_expires_at=None,
                model_at_work=False,
            )
        if not files.is_received(submission):
            rows = Submission.objects.filter(pk=submission.pk)
            rows.update(attempt=settings.MAX_ATTEMPTS, staff_note=NO_FILE)
    return unsettled.update(nudged_at=None)
