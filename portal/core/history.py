"""Versions of records: what each was, who changed it, and what differs from the one before.

The tables are django-simple-history's: every save adds a row. Services save and delete with the
functions of this module, which say for whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from portal.core import wording
from portal.core.chronicle import Entry, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Field, Model, QuerySet

KIND = "Edit"
NOT_GIVEN = "Not given"
PLATFORM = "the platform"
DONE = {"+": "was added", "~": "was changed", "-": "was removed"}
UNTOLD = frozenset({"id", "slug", "created_at", "updated_at", "entered_by"})
"""Columns that no reader asks after."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One column before and after, in words."""

    column: str
    old: str
    new: str


def save(row: Model, *, by: AbstractBaseUser | None, **how: Any) -> None:
    """Save a row as the work of ``by``; None is the platform."""
    row._history_user = by  # type: ignore[attr-defined]  # read by django-simple-history
    row.save(**how)


def delete(row: Model, *, by: AbstractBaseUser | None) -> None:
    """Delete a row as the work of ``by``; its versions stay."""
    row._history_user = by  # type: ignore[attr-defined]
    row.delete()


def edits(
    kept: QuerySet[Any],
    *,
    named: Callable[[Any], str],
    untold: frozenset[str] = frozenset(),
) -> Source:
    """Return versions ("Supplier.history.filter(...)") as a source of a chronicle.

    ``named`` says how the reader is told of a person; the columns ``untold`` are kept from them.
    """
    before = kept.model.objects.filter(
        id=OuterRef("id"), history_id__lt=OuterRef("history_id")
    ).order_by("-history_id")
    rows = kept.select_related("history_user").annotate(
        previous_id=Subquery(before.values("history_id")[:1])
    )

    def tell(versions: Sequence[Any]) -> list[Entry]:
        found = kept.model.objects.in_bulk({one.previous_id for one in versions} - {None})
        return [
            Entry(
                at=one.history_date,
                kind=KIND,
                words=f"{_name_of(one.instance)} {DONE[one.history_type]}",
                who=named(one.history_user),
                differences=_differences(one, found.get(one.previous_id), UNTOLD | untold),
            )
            for one in versions
        ]

    return Source(rows, "history_date", tell)


def _name_of(row: Model) -> str:
    kind = str(row._meta.verbose_name)
    return f"{kind[:1].upper()}{kind[1:]} “{row}”"


def _differences(new: Any, old: Any, untold: frozenset[str]) -> tuple[Difference, ...]:
    """Return the columns that differ, in the order of the table."""
    if new.history_type != "~" or old is None:
        return ()
    changed = set(new.diff_against(old, excluded_fields=untold).changed_fields)
    fields = [field for field in new.instance_type._meta.fields if field.name in changed]
    return tuple(
        Difference(
            label_of(field), worded(field, getattr(old, field.attname)),
            worded(field, getattr(new, field.attname)),
        )
        for field in fields
    )  # fmt: skip


def label_of(field: Field[Any, Any]) -> str:
    label = str(field.verbose_name)
    return f"{label[:1].upper()}{label[1:]}"


def worded(field: Field[Any, Any], value: Any) -> str:
    """Return a column's value as pages have it."""
    if value is None or value == "":
        return NOT_GIVEN
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return wording.uk_date(value)
    return str(dict(field.flatchoices).get(value, value))
