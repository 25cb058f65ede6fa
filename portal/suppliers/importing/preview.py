"""What a file of suppliers would change, row by row, worked out against the records of now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portal.accounts.models import Organisation
from portal.core import history
from portal.core.history import Difference
from portal.suppliers.columns import entered, fields_of
from portal.suppliers.forms import SupplierForm
from portal.suppliers.models import Supplier
from portal.suppliers.services import PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.suppliers.models import SupplierImport

FIRST_ROW = 2
"""The header is row 1, as spreadsheets count."""


class RowState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What becomes of one row."""

    number: int
    """In the file, where the header is row 1."""
    name: str
    state: RowState
    supplier: Supplier | None = None
    profile: dict[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What becomes of every row that is not empty."""

    rows: tuple[RowPlan, ...]

    def of(self, state: RowState) -> list[RowPlan]:
        return [row for row in self.rows if row.state == state]

    @property
    def counts(self) -> dict[RowState, int]:
        return {state: len(self.of(state)) for state in RowState}

    @property
    def digest(self) -> str:
        """A short name of exactly this preview, to be sent back when it is agreed to."""
        told = [
            (row.number, row.state, row.supplier and row.supplier.pk, row.differences, row.errors)
            for row in self.rows
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


class Register:
    """Suppliers as rows of a file name them: by Companies House number, or by legal name."""

    def __init__(self, suppliers: Iterable[Supplier]) -> None:
        self._by_number: dict[str, Supplier] = {}
        self._by_name: dict[str, Supplier] = {}
        self._others = {
            name.lower()
            for name in Organisation.objects.filter(supplier=None).values_list("name", flat=True)
        }
        for supplier in suppliers:
            self._by_name[supplier.legal_name.lower()] = supplier
            if supplier.companies_house_number:
                self._by_number[supplier.companies_house_number] = supplier

    def find(self, number: str, name: str) -> tuple[Supplier | None, str]:
        """Return whom a row is about, or None for somebody new; and what forbids to say so."""
        numbered, named = self._by_number.get(number.upper()), self._by_name.get(name.lower())
        if numbered and named and numbered != named:
            return None, f"The number is that of {numbered}, and the name that of {named}."
        found = numbered or named
        if found and found.merged_into_id:
            return found, f"{found} was merged into another record."
        if found and found.archived_at:
            return found, f"{found} is archived. Put it back on the lists first."
        if name.lower() in self._others:
            return None, f"{name} is the name of an organisation that is no supplier."
        return found, ""


def preview_of(brought: SupplierImport) -> Preview:
    """Return what the file would change now."""
    fields = fields_of(brought.header)
    register = Register(Supplier.objects.all())
    seen: dict[object, int] = {}
    plans = []
    for number, cells in enumerate(brought.rows, start=FIRST_ROW):
        if any(cells):
            plans.append(_plan(number, entered(fields, cells), register, seen))
    return Preview(tuple(plans))


def _plan(number: int, row: dict[str, Any], register: Register, seen: dict[object, int]) -> RowPlan:
    name = row["legal_name"]
    supplier, problem = register.find(row.get("companies_house_number", ""), name)
    before = {column: getattr(supplier, column) if supplier else "" for column in PROFILE}
    form = SupplierForm(data=before | row)
    errors = [problem] if problem else []
    errors += _errors(form)
    keys = {supplier.pk} if supplier else {name.lower(), row.get("companies_house_number") or name}
    before_it = [seen[key] for key in keys if key in seen]
    if before_it:
        errors.append(f"Row {min(before_it)} is about the same supplier.")
    seen.update({key: number for key in keys if key not in seen})
    if errors:
        return RowPlan(number, name, RowState.ERROR, supplier, errors=tuple(errors))
    profile = {column: form.cleaned_data[column] for column in row}
    if supplier is None:
        return RowPlan(number, name, RowState.NEW, profile=profile)
    differences = _differences(supplier, profile)
    state = RowState.CHANGED if differences else RowState.UNCHANGED
    return RowPlan(number, name, state, supplier, profile, differences)


def _errors(form: SupplierForm) -> list[str]:
    return [
        f"{form.fields[name].label or name}: {text}" if name in form.fields else str(text)
        for name, texts in form.errors.items()
        for text in texts
    ]


def _differences(supplier: Supplier, profile: dict[str, Any]) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            history.label_of(column),
            history.worded(column, getattr(supplier, column.name)),
            history.worded(column, profile[column.name]),
        )
        for column in Supplier._meta.concrete_fields
        if column.name in profile and profile[column.name] != getattr(supplier, column.name)
    )


def lines_of(rows: Sequence[RowPlan]) -> list[dict[str, Any]]:
    """Return rows as the API has them."""
    return [
        {
            "row": row.number,
            "name": row.name,
            "state": row.state.value,
            "supplier": row.supplier.slug if row.supplier else None,
            "differences": [
                {"column": one.column, "old": one.old, "new": one.new} for one in row.differences
            ],
            "problems": list(row.errors),
        }
        for row in rows
    ]
