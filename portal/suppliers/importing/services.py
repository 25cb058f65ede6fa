"""Taking in a file of suppliers: first what it says, then, once it was looked at, its rows."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import DomainError
from portal.core.tables import read_table
from portal.suppliers.columns import fields_of
from portal.suppliers.importing.preview import Preview, RowState, preview_of
from portal.suppliers.models import SupplierImport
from portal.suppliers.services import create_supplier, edit_supplier

if TYPE_CHECKING:
    from portal.accounts.models import User


@transaction.atomic
def bring_file(*, file: IO[bytes], name: str, by: User) -> SupplierImport:
    """Keep what a file says; no supplier changes yet.

    Raises
    ------
    InvalidInputError
        The file is no table of suppliers.
    """
    require(by, "suppliers.import")
    header, rows = read_table(file, name=name)
    fields_of(header)
    brought = SupplierImport.objects.create(file_name=name[-200:], header=header, rows=rows, by=by)
    audit.record("supplier_import.brought", target=brought, by=by, rows=len(rows))
    return brought


@transaction.atomic
def take_in(*, brought: SupplierImport, agreed: str, by: User) -> Preview:
    """Add and change suppliers as was shown; rows with errors are left out.

    ``agreed`` is the digest of the preview that was looked at. All rows are taken in, or none.

    Raises
    ------
    DomainError
        The file was taken in before, a record has changed since it was looked at, or a row
        cannot be taken in after all.
    """
    require(by, "suppliers.import")
    locked = SupplierImport.objects.select_for_update().get(pk=brought.pk)
    if locked.applied_at:
        raise DomainError("This file has been taken in already.")
    preview = preview_of(locked)
    if preview.digest != agreed:
        raise DomainError(
            "A supplier has changed since you looked at the file. Look at what would change again."
        )
    for row in preview.rows:
        if row.profile is None or row.state == RowState.UNCHANGED:
            continue
        try:
            if row.supplier is None:
                create_supplier(by=by, **row.profile)
            else:
                edit_supplier(supplier=row.supplier, by=by, **row.profile)
        except DomainError as error:
            raise DomainError(f"Row {row.number}: {error} Nothing was taken in.") from error
    counts = preview.counts
    locked.applied_at = timezone.now()
    locked.n_new, locked.n_changed = counts[RowState.NEW], counts[RowState.CHANGED]
    locked.n_unchanged, locked.n_left_out = counts[RowState.UNCHANGED], counts[RowState.ERROR]
    locked.save()
    audit.record(
        "supplier_import.taken_in",
        target=locked,
        by=by,
        new=locked.n_new,
        changed=locked.n_changed,
        left_out=locked.n_left_out,
    )
    return preview
