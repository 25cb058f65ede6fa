"""The merge of two suppliers: one transaction, as it was shown before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit, history
from portal.core.access import require
from portal.core.errors import DomainError
from portal.core.slugs import free_slug
from portal.suppliers.merging.plan import Plan, plan_of
from portal.suppliers.models import Product, Supplier

if TYPE_CHECKING:
    from typing import Any


@transaction.atomic
def merge_suppliers(*, duplicate: Supplier, into: Supplier, agreed: str, by: User) -> Supplier:
    """Move everything of a duplicate into another supplier, and archive what is left of it.

    ``agreed`` is the digest of the plan that was looked at.

    Raises
    ------
    DomainError
        The merge is not possible, or would no longer do what was looked at.
    """
    require(by, "suppliers.merge", duplicate)
    locked = Supplier.objects.select_for_update().in_bulk([duplicate.pk, into.pk])
    plan = plan_of(locked[duplicate.pk], locked[into.pk])
    if plan.problems:
        raise DomainError(" ".join(plan.problems))
    if plan.digest != agreed:
        raise DomainError(
            "One of the records has changed since you looked at it. Look at what would move again."
        )
    _apply(plan, by=by)
    return plan.into


def _apply(plan: Plan, *, by: User) -> None:
    duplicate, into = plan.duplicate, plan.into
    for move in plan.moves:
        for row in move.rows:
            _give(row, into)
    User.objects.filter(organisation=duplicate.organisation_id).update(
        organisation=into.organisation_id
    )
    Supplier.objects.filter(merged_into=duplicate).update(merged_into=into)
    if plan.filled:
        for column, value in plan.filled:
            setattr(into, column, value)
        history.save(into, by=by)
    duplicate.archived_at = duplicate.archived_at or timezone.now()
    duplicate.archived_reason = f"Merged into {into}"[:300]
    duplicate.merged_into = into
    history.save(duplicate, by=by)
    moved = {move.label.lower(): len(move.rows) for move in plan.moves if move.rows}
    facts: dict[str, Any] = {"moved": [f"{n} {label}" for label, n in moved.items()]}
    facts["people"] = len(plan.people)
    audit.record("supplier.merged", target=duplicate, by=by, into=into.slug, **facts)
    audit.record("supplier.merged_in", target=into, by=by, duplicate=duplicate.slug, **facts)


def _give(row: Any, into: Supplier) -> None:
    """Give a row to another supplier; a product gets an address that is free there.

    No version of the row is kept: the merge itself is one of the supplier's.
    """
    values: dict[str, Any] = {"supplier": into}
    if isinstance(row, Product):
        values["slug"] = free_slug(into.products.all(), row.slug, max_length=80)
    type(row)._default_manager.filter(pk=row.pk).update(**values)
