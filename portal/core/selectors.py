"""Reading the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.core.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet


def audit_events(*, about: str = "", verb: str = "", by: str = "") -> QuerySet[AuditEvent]:
    """Every event, newest first, narrowed by part of the record's name, a verb and a person."""
    events = AuditEvent.objects.select_related("by")
    if about:
        events = events.filter(Q(target_name__icontains=about) | Q(target_id=about))
    if verb:
        events = events.filter(verb=verb)
    if by:
        events = events.filter(Q(by__name__icontains=by) | Q(by__email__icontains=by))
    return events


def events_about(record: Model) -> QuerySet[AuditEvent]:
    """Return what happened to one record, newest first."""
    return AuditEvent.objects.select_related("by").filter(
        target_type=record._meta.label_lower, target_id=str(record.pk)
    )


def verbs_in_use() -> list[str]:
    return list(AuditEvent.objects.order_by("verb").values_list("verb", flat=True).distinct())
