"""What runs do when something happens to a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from portal.runs import services
from portal.submissions.signals import submission_accepted, submission_withdrawn

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.models import Submission


@receiver(submission_accepted)
def evaluate_an_accepted_model(submission: Submission, **_: Any) -> None:
    """Queue one run per active test set that measures models of this task."""
    services.queue_runs_of(submission=submission, by=None)


@receiver(submission_withdrawn)
def stop_evaluating_a_withdrawn_model(submission: Submission, by: User, **_: Any) -> None:
    services.stop_runs_of(submission=submission, by=by)
