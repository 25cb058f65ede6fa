"""Which field records a person finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from portal.core.access import may
from portal.deployments.models import FieldRecord

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User
    from portal.submissions.models import Submission


def records_visible_to(user: User) -> QuerySet[FieldRecord]:
    """Return the records, the latest first; they name suppliers' products to officials alone."""
    records = FieldRecord.objects.select_related("submission__product__supplier", "entered_by")
    return records if may(user, "deployments.view") else records.none()


MOST_SHOWN = 20


def records_of_model(user: User, model: Submission) -> QuerySet[FieldRecord]:
    """Return the latest records of one model."""
    return records_visible_to(user).filter(submission=model)[:MOST_SHOWN]


def narrowed(records: QuerySet[FieldRecord], **filters: Any) -> QuerySet[FieldRecord]:
    """Return the records that fit every filter that is set."""
    for word in str(filters.get("q") or "").split():
        records = records.filter(
            Q(force__icontains=word)
            | Q(place__icontains=word)
            | Q(system__icontains=word)
            | Q(submission__product__name__icontains=word)
        )
    if use_case := filters.get("use_case"):
        records = records.filter(use_case=use_case)
    return records
