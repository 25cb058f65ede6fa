"""People's details are kept until the day that they agreed to, and no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from portal.core import audit
from portal.suppliers.models import Contact
from portal.suppliers.parts.kinds import CONTACT

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


def expired_contacts(today: date) -> QuerySet[Contact]:
    """Return the contacts whose last day has passed."""
    return Contact.objects.filter(keep_until__lt=today).select_related("supplier")


@transaction.atomic
def delete_expired_contacts(today: date) -> int:
    """Delete them, and record of each that it is gone, without its name; return how many."""
    contacts = list(expired_contacts(today).select_for_update(of=("self",)))
    for contact in contacts:
        audit.record(
            "contact.expired",
            target=contact,
            by=None,
            named=CONTACT.named,
            supplier=contact.supplier.slug,
        )
        contact.delete()
    return len(contacts)
