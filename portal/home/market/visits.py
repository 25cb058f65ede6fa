"""Since when changes are shown to a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from portal.home.models import MarketVisit

if TYPE_CHECKING:
    from portal.accounts.models import User

SAME_VISIT = timedelta(hours=1)
"""Looks within so long of a visit's beginning belong to it."""
FIRST_VISIT = timedelta(days=30)
"""How far back the first visit looks."""


@transaction.atomic
def changes_since(person: User, *, at: datetime) -> datetime:
    """Return since when changes are new to the person, and note the visit."""
    visit, is_new = MarketVisit.objects.select_for_update().get_or_create(
        person=person, defaults={"seen_at": at}
    )
    if not is_new and at - visit.seen_at > SAME_VISIT:
        visit.seen_before_at, visit.seen_at = visit.seen_at, at
        visit.save()
    return visit.seen_before_at or visit.seen_at - FIRST_VISIT
