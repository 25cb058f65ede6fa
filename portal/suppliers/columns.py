"""Columns of a file of suppliers: what is written into exports and read from imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.core import history
from portal.core.errors import InvalidInputError
from portal.suppliers.models import Supplier
from portal.suppliers.selectors import for_list
from portal.suppliers.services import PROFILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

COLUMNS = {history.label_of(Supplier._meta.get_field(name)): name for name in PROFILE}  # type: ignore[arg-type]  # columns, no relations
"""Title of a column -> the supplier's field."""
NEEDED = ("Legal name", "Country")
WRITTEN_ONLY = ("Products", "Use cases", "Archived on")
"""In exports, and left alone in imports."""
EXPORTED = (*COLUMNS, *WRITTEN_ONLY)


def _shown(supplier: Supplier, name: str) -> str:
    has_choices = Supplier._meta.get_field(name).choices  # type: ignore[union-attr]
    value = getattr(supplier, f"get_{name}_display")() if has_choices else getattr(supplier, name)
    return str(value)


def export_rows(suppliers: QuerySet[Supplier]) -> list[list[str]]:
    """Return the rows of an export, under the titles of ``EXPORTED``."""
    return [
        [
            *(_shown(supplier, name) for name in COLUMNS.values()),
            "; ".join(product.name for product in supplier.products.all()),
            "; ".join(use_case.label for use_case in supplier.use_cases),
            supplier.archived_at.date().isoformat() if supplier.archived_at else "",
        ]
        for supplier in for_list(suppliers)
    ]


def fields_of(header: Sequence[str]) -> list[str | None]:
    """Return the field of each column of a file, None for those that are left alone.

    Raises
    ------
    InvalidInputError
        A column is missing, unknown or there twice; bound to the field ``file``.
    """
    known = {title.lower(): name for title, name in COLUMNS.items()}
    ignored = {title.lower() for title in WRITTEN_ONLY}
    titles = [title.lower() for title in header]
    unknown = [title for title in header if title.lower() not in known.keys() | ignored]
    if unknown:
        expected = ", ".join(COLUMNS)
        raise _refused(f"The column “{unknown[0]}” is not known. Columns can be: {expected}.")
    twice = [title for title in header if titles.count(title.lower()) > 1]
    if twice:
        raise _refused(f"The column “{twice[0]}” is there twice.")
    missing = [title for title in NEEDED if title.lower() not in titles]
    if missing:
        raise _refused(f"The column “{missing[0]}” is missing.")
    return [known.get(title) for title in titles]


def entered(fields: Sequence[str | None], row: Sequence[str]) -> dict[str, Any]:
    """Return a row as the form of a supplier takes it; choices may be given in words."""
    return {
        name: _value(name, cell) for name, cell in zip(fields, row, strict=True) if name is not None
    }


def _value(name: str, cell: str) -> str:
    choices = Supplier._meta.get_field(name).flatchoices  # type: ignore[union-attr]
    by_words = {str(words).lower(): value for value, words in choices}
    return str(by_words.get(cell.lower(), cell))


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, field="file")
