"""Rankings are worked out by a worker, test set by test set, once the results on it have changed.

A worker claims a test set for as long as a task may take. One that dies leaves its claim, which
ends by itself; what it had stored by then stands.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.comparison.basis import protocols_of
from portal.comparison.leaderboard.models import RankedSet
from portal.comparison.leaderboard.points import points_of
from portal.comparison.leaderboard.present import present_field, present_fields
from portal.comparison.leaderboard.ranking import rank
from portal.comparison.leaderboard.storing import store_ranking
from portal.core.queue import nudge, worker_name

if TYPE_CHECKING:
    from uuid import UUID

    from portal.comparison.leaderboard.field import Field

logger = logging.getLogger(__name__)
RANK_TASK = "portal.comparison.tasks.rank_test_set"
LOOK_AGAIN_AFTER = timedelta(hours=6)
"""Evidence that was missing may have been put right."""


def sweep() -> int:
    """Send a message for each test set whose results have changed; returns how many."""
    fields = present_fields()
    known = {one.test_set_id: one for one in RankedSet.objects.all()}
    missing = [RankedSet(test_set_id=pk) for pk in fields if pk not in known]
    RankedSet.objects.bulk_create(missing, ignore_conflicts=True)
    rows = RankedSet.objects.filter(_is_free())
    return sum(
        nudge(row, RANK_TASK, test_set_id=str(row.test_set_id))
        for row in rows
        if needs_ranking(row, fields.get(row.test_set_id))
    )


def needs_ranking(row: RankedSet, field: Field | None) -> bool:
    """Whether the rankings of a test set hold no longer, or lacked evidence some time ago."""
    if field is None:
        return False
    look_again = row.again_at is not None and row.again_at <= timezone.now()
    return look_again or row.digest != field.digest


def rank_test_set(*, test_set_id: UUID) -> int:
    """Work out every ranking of a test set; returns how many, none if another worker is at it."""
    row = _claim(test_set_id)
    if row is None:
        return 0
    field = present_field(row.test_set)
    points = [point for each in protocols_of(row.test_set) for point in points_of(each)]
    is_complete = True
    for point in points:
        ranked = rank(field, point)
        is_complete = is_complete and not ranked.without_evidence
        store_ranking(row.test_set, point, field.digest, ranked)
    _finish(row, field.digest, again=not is_complete)
    logger.info("ranked %d results on %s", len(field.ranked), row.test_set.slug)
    return len(points)


def _is_free() -> Q:
    return Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lte=timezone.now())


def _claim(test_set_id: UUID) -> RankedSet | None:
    until = timezone.now() + settings.SHARD_TIME_LIMIT
    mine = RankedSet.objects.filter(_is_free(), test_set=test_set_id)
    if not mine.update(lease_expires_at=until, worker=worker_name()):
        return None
    return RankedSet.objects.select_related("test_set").get(test_set=test_set_id)


@transaction.atomic
def _finish(row: RankedSet, digest: str, *, again: bool) -> None:
    """Say for which results the rankings hold, and let go."""
    RankedSet.objects.filter(pk=row.pk, worker=worker_name()).update(
        digest=digest,
        again_at=timezone.now() + LOOK_AGAIN_AFTER if again else None,
        lease_expires_at=None,
        nudged_at=None,
    )
