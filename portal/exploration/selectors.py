"""Which calls and answers a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.accounts.models import Role, User
from portal.core.access import may
from portal.exploration.models import Answer, Call

if TYPE_CHECKING:
    from django.db.models import QuerySet


def calls_visible_to(user: User) -> QuerySet[Call]:
    """Return every call for JSaRC, and for the others those that have been opened."""
    if not may(user, "exploration.view"):
        return Call.objects.none()
    calls = Call.objects.select_related("capability", "created_by")
    return calls if may(user, "exploration.manage") else calls.filter(opened_at__isnull=False)


def answers_visible_to(user: User) -> QuerySet[Answer]:
    """Return the answers that a person may read.

    Suppliers read their own. JSaRC reads what was submitted; other officials read of that what its
    supplier lets them.
    """
    answers = Answer.objects.select_related("call", "supplier", "started_by", "product")
    if not may(user, "exploration.view"):
        return answers.none()
    if user.role == Role.SUPPLIER:
        return answers.filter(supplier__organisation=user.organisation_id)
    submitted = answers.filter(submitted_at__isnull=False)
    if may(user, "exploration.manage"):
        return submitted
    return submitted.filter(Q(sharing=Answer.Sharing.GOVERNMENT), withdrawn_at__isnull=True)
