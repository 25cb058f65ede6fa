"""Writes asked for by people: keyword-only, atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import DomainError
from portal.core.states import move
from portal.runs.claims import settle_cancel
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    RELEASE_MOVES,
    EvaluationRun,
    ReleaseState,
    RunEvent,
    RunState,
)
from portal.runs.schedule import advance
from portal.submissions.models import Submission, SubmissionState
from portal.testsets.models import TestSet

if TYPE_CHECKING:
    from portal.accounts.models import User

REPEATABLE_STATES = [RunState.FAILED_SUPPLIER, RunState.FAILED_PLATFORM, RunState.CANCELLED]


class RunExistsError(DomainError):
    """The model has a live run on the test set."""


@transaction.atomic
def queue_run(*, submission: Submission, test_set: TestSet, by: User | None) -> EvaluationRun:
    """Queue one evaluation; ``by`` is None where the platform does so itself.

    Raises
    ------
    RunExistsError
        The model is being evaluated on this set, or was.
    DomainError
        The model is not accepted, or the test set measures models of other tasks.
    """
    if by is not None:
        require(by, "runs.operate")
    if submission.state != SubmissionState.READY:
        raise DomainError(f"{submission} is not an accepted model, so it cannot be evaluated.")
    if submission.task not in test_set.tasks:
        raise DomainError(f"{test_set} holds no protocol for a model like {submission}.")
    try:
        with transaction.atomic():
            run = EvaluationRun.objects.create(
                submission=submission, test_set=test_set, queued_by=by
            )
    except IntegrityError as error:  # the constraint decides, so nobody can race it
        raise RunExistsError(f"{submission} has an evaluation on {test_set} already.") from error
    RunEvent.objects.create(
        run=run, to_state=RunState.QUEUED, by=by.email if by else "the platform"
    )
    audit.record("run.queued", target=run, by=by)
    advance(run.pk)
    return run


def queue_runs_of(*, submission: Submission, by: User | None) -> list[EvaluationRun]:
    """Queue an accepted model on every active test set for its task that it has no live run on."""
    live = EvaluationRun.objects.filter(
        submission=submission, state__in=[*ACTIVE_RUN_STATES, RunState.SCORED]
    )
    missing = TestSet.objects.filter(is_active=True).exclude(pk__in=live.values("test_set"))
    fitting = [each for each in missing if submission.task in each.tasks]
    return [queue_run(submission=submission, test_set=each, by=by) for each in fitting]


@transaction.atomic
def queue_missing_runs(*, by: User) -> list[EvaluationRun]:
    """Queue every accepted model on every active test set where it has not been evaluated."""
    accepted = Submission.objects.select_related("product").filter(state=SubmissionState.READY)
    return [run for each in accepted for run in queue_runs_of(submission=each, by=by)]


@transaction.atomic
def cancel_run(*, run: EvaluationRun, by: User) -> None:
    """Ask a run to stop; workers end its processes and only then is it CANCELLED.

    Raises
    ------
    DomainError
        The run has ended.
    """
    require(by, "runs.operate")
    _ask_to_stop(run, by=by)


@transaction.atomic
def stop_runs_of(*, submission: Submission, by: User) -> None:
    """Stop every unfinished run of a submission that was withdrawn."""
    require(by, "submissions.withdraw", submission)
    for run in EvaluationRun.objects.filter(submission=submission, state__in=ACTIVE_RUN_STATES):
        _ask_to_stop(run, by=by)


def _ask_to_stop(run: EvaluationRun, *, by: User) -> None:
    active = EvaluationRun.objects.filter(pk=run.pk, state__in=ACTIVE_RUN_STATES)
    if not active.update(cancel_requested_at=timezone.now()):
        raise DomainError("This evaluation has ended, so it cannot be cancelled.")
    audit.record("run.cancel_requested", target=run, by=by)
    settle_cancel(run, by=by.email)


@transaction.atomic
def retry_run(*, run: EvaluationRun, by: User) -> EvaluationRun:
    """Queue a new run in the place of one that failed or was cancelled.

    Raises
    ------
    DomainError
        The run did not fail.
    """
    if run.state not in REPEATABLE_STATES:
        raise DomainError("Only an evaluation that failed or was cancelled can be run again.")
    return queue_run(submission=run.submission, test_set=run.test_set, by=by)


def preview_result(*, run: EvaluationRun, by: User) -> None:
    """Show a result to its supplier, before anyone else and until a closing date."""
    closes_at = timezone.now() + settings.PREVIEW_PERIOD
    _move_release(
        run, to=ReleaseState.PREVIEW, verb="previewed", by=by, preview_closes_at=closes_at
    )


def release_result(*, run: EvaluationRun, by: User) -> None:
    """Show a result to officials."""
    now = timezone.now()
    _move_release(run, to=ReleaseState.RELEASED, verb="released", by=by, released_at=now)


def withhold_result(*, run: EvaluationRun, by: User) -> None:
    """Take a result back from everyone but JSaRC."""
    _move_release(run, to=ReleaseState.WITHHELD, verb="withheld", by=by)


@transaction.atomic
def _move_release(run: EvaluationRun, *, to: str, verb: str, by: User, **fields: Any) -> None:
    require(by, "runs.release")
    if run.state != RunState.SCORED:
        raise DomainError("Only the result of a complete evaluation can be shown to others.")
    moved = move(
        EvaluationRun,
        run.pk,
        to=to,
        moves=RELEASE_MOVES,
        column="release",
        events=RunEvent,
        by=by.email,
        **fields,
    )
    if not moved:
        run.refresh_from_db(fields=["release"])  # somebody may have been quicker
        raise DomainError(f"This result is {run.get_release_display().lower()} already.")
    audit.record(f"run.{verb}", target=run, by=by)
