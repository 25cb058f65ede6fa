"""Which results have gone stale: they stay, marked, and drop out of rankings.

A result goes stale with age, when a newer version of its product has a released result on the
same test set, and when its test set has a newer revision or is no longer in use.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from portal.core import wording
from portal.runs.models import EvaluationRun, ReleaseState, RunState
from portal.submissions.models import SubmissionState
from portal.testsets.models import TestSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

NEEDED = (
    "test_set_id",
    "submission__product_id",
    "submission__version",
    "submission__created_at",
)
"""Columns of a newer version: its card alone would be most of what is read."""
OUT_OF_USE = "Its test set is no longer in use."


def stale_reasons(runs: Iterable[EvaluationRun], *, at: datetime) -> dict[UUID, str]:
    """Return a sentence for each run that is stale at that time, in two queries.

    Runs must come with their submission and test set.
    """
    runs = list(runs)
    if not runs:
        return {}
    newer, revised = _newest_versions(runs), _newest_revisions(runs)
    oldest = at - timedelta(days=settings.ASSAY_STALE_AFTER_DAYS)
    found = {
        run.pk: _by_revision(run, revised) or _by_version(run, newer) or _by_age(run, oldest)
        for run in runs
    }
    return {pk: reason for pk, reason in found.items() if reason}


def _by_revision(run: EvaluationRun, newest: dict[str, TestSet]) -> str:
    latest = newest[run.test_set.title]
    if latest.registered_at > run.test_set.registered_at:
        return f"Its test set has a newer revision, {latest.revision}."
    return "" if run.test_set.is_active else OUT_OF_USE


def _by_version(run: EvaluationRun, newest: dict[tuple[UUID, UUID], EvaluationRun]) -> str:
    latest = newest.get((run.submission.product_id, run.test_set_id))
    if latest is None or latest.submission.created_at <= run.submission.created_at:
        return ""
    return f"A newer version, {latest.submission.version}, has been measured on this test set."


def _by_age(run: EvaluationRun, oldest: datetime) -> str:
    if run.finished_at is None or run.finished_at >= oldest:
        return ""
    return f"It was measured on {wording.uk_date(run.finished_at)}, too long ago to rank by."


def _newest_versions(runs: Sequence[EvaluationRun]) -> dict[tuple[UUID, UUID], EvaluationRun]:
    """Return the released result of the newest version, by product and test set.

    A version that its supplier has taken back makes no other one old.
    """
    released = EvaluationRun.objects.filter(
        state=RunState.SCORED,
        release=ReleaseState.RELEASED,
        submission__product__in={run.submission.product_id for run in runs},
        test_set__in={run.test_set_id for run in runs},
    ).exclude(submission__state=SubmissionState.WITHDRAWN)
    ascending = (
        released.select_related("submission").only(*NEEDED).order_by("submission__created_at", "pk")
    )
    return {(run.submission.product_id, run.test_set_id): run for run in ascending}


def _newest_revisions(runs: Sequence[EvaluationRun]) -> dict[str, TestSet]:
    """Return the test set that was registered last, by title: revisions share it."""
    sets = TestSet.objects.filter(title__in={run.test_set.title for run in runs})
    return {one.title: one for one in sets.order_by("registered_at", "pk")}
