"""Writes about claims: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import InvalidInputError
from portal.suppliers import entering
from portal.suppliers.models import Claim, ClaimMetric

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.suppliers.models import Product

CLAIM = (
    "version", "metric", "value", "target", "gallery_size", "test_set", "made_on", "document",
)  # fmt: skip


@transaction.atomic
def save_claim(*, product: Product, by: User, claim: Claim | None = None, **entered: Any) -> Claim:
    """Record what a supplier claims of a product, or change what was recorded.

    Raises
    ------
    InvalidInputError
        A proportion is none, or the claim says nothing without what is missing.
    """
    require(by, "suppliers.edit", product)
    is_new = claim is None
    claim = claim or Claim(product=product, entered_by=by)
    changed = entering.apply(claim, CLAIM, entered)
    _check(claim)
    claim.save()
    entering.record(
        "claim", claim, by=by, changed=None if is_new else changed, product=product.slug
    )
    return claim


@transaction.atomic
def remove_claim(*, claim: Claim, by: User) -> None:
    """Remove a claim that is not made any more; the audit trail keeps that it was."""
    require(by, "suppliers.edit", claim)
    audit.record("claim.removed", target=claim, by=by, value=claim.value)
    claim.delete()


def _check(claim: Claim) -> None:
    metric = ClaimMetric(claim.metric)
    if not 0 <= claim.value <= 1:
        raise InvalidInputError("The claimed value must lie between 0% and 100%.", field="value")
    if metric.has_target and claim.target is None:
        raise InvalidInputError(
            "Enter the false rate that the value holds for: without it the claim says nothing.",
            field="target",
        )
    if claim.target is not None and not 0 < claim.target < 1:
        raise InvalidInputError(
            "The false rate must lie between 0% and 100%, and be neither.", field="target"
        )
    if metric == ClaimMetric.FNIR_AT_FPIR and not claim.gallery_size:
        raise InvalidInputError(
            "Enter how many people are enrolled: without it the claim says nothing.",
            field="gallery_size",
        )
    if claim.made_on > timezone.localdate():
        raise InvalidInputError("The date of the claim is in the future.", field="made_on")
