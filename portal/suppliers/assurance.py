"""Writes about assurance evidence: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import InvalidInputError
from portal.suppliers import entering
from portal.suppliers.models import AssuranceEvidence

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.suppliers.models import Product

EVIDENCE = ("kind", "issuer", "issued_on", "expires_on", "reference")


@transaction.atomic
def save_evidence(
    *, product: Product, by: User, evidence: AssuranceEvidence | None = None, **entered: Any
) -> AssuranceEvidence:
    """Record a document about a product, or change what was recorded.

    Raises
    ------
    InvalidInputError
        It was issued in the future, or expires before it was issued.
    """
    require(by, "suppliers.edit", product)
    is_new = evidence is None
    saved = evidence or AssuranceEvidence(product=product, entered_by=by)
    changed = entering.apply(saved, EVIDENCE, entered)
    if saved.issued_on > timezone.localdate():
        raise InvalidInputError("The date of issue is in the future.", field="issued_on")
    if saved.expires_on and saved.expires_on <= saved.issued_on:
        raise InvalidInputError("It expires before it was issued.", field="expires_on")
    saved.save()
    entering.record(
        "evidence", saved, by=by, changed=None if is_new else changed, product=product.slug
    )
    return saved


@transaction.atomic
def remove_evidence(*, evidence: AssuranceEvidence, by: User) -> None:
    """Remove a document that should not be there; the audit trail keeps that it was."""
    require(by, "suppliers.edit", evidence)
    audit.record("evidence.removed", target=evidence, by=by, reference=evidence.reference)
    evidence.delete()
