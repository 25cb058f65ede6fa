"""Entering rows about suppliers: what changed in them, and what the audit trail keeps of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from portal.core import audit
from portal.core.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model

    from portal.accounts.models import User


@contextmanager
def once(message: str, field: str) -> Iterator[None]:
    """Let the database's unique constraint decide, so that nobody can race it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise InvalidInputError(message, field=field) from error


def apply(row: Any, fields: tuple[str, ...], values: Mapping[str, Any]) -> list[str]:
    """Set the given fields and return the names of those that changed."""
    changed = [name for name in fields if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def record(
    kind: str,
    row: Model,
    *,
    by: User,
    changed: list[str] | None,
    named: str = "",
    **belongs_to: str,
) -> None:
    """Record that a row was added or, where a list of changes is given, edited."""
    if changed is None:
        audit.record(f"{kind}.added", target=row, by=by, named=named, **belongs_to)
    else:
        facts = {**belongs_to, "changed": changed}
        audit.record(f"{kind}.edited", target=row, by=by, named=named, **facts)
