"""Writes about parts: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.db import transaction

from portal.core import audit, history
from portal.core.access import require
from portal.suppliers import entering

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.suppliers.models import Product, Supplier
    from portal.suppliers.parts.part import Part, Row


@transaction.atomic
def save_part(
    part: Part[Row],
    owner: Supplier | Product,
    *,
    by: User,
    row: Row | None = None,
    **entered: Any,
) -> Row:
    """Add a row to its owner, or change the one given; a row never moves to another owner.

    Raises
    ------
    InvalidInputError
        The row cannot be, or the same one is there already.
    """
    require(by, part.edit_right, owner)
    is_new = row is None
    saved: Any = row or part.model(**{part.of: owner})
    if is_new and hasattr(saved, "entered_by"):
        saved.entered_by = by
    changed = entering.apply(saved, part.fields, entered)
    part.check(saved)
    with entering.once(*part.taken) if part.taken else nullcontext():
        if is_new or changed:
            history.save(saved, by=by)
    belongs = {part.of: owner.slug}
    entering.record(
        part.kind, saved, by=by, changed=None if is_new else changed, named=part.named, **belongs
    )
    return saved  # type: ignore[no-any-return]  # a Row; its columns differ by kind


@transaction.atomic
def remove_part(part: Part[Row], row: Row, *, by: User) -> None:
    """Delete a row; the audit trail keeps that it was there."""
    owner = getattr(row, part.of)
    require(by, part.edit_right, owner)
    belongs = {part.of: owner.slug}
    audit.record(f"{part.kind}.removed", target=row, by=by, named=part.named, **belongs)
    history.delete(row, by=by)
