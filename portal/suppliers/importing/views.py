"""The pages of an import: bring a file, look at what would change, take it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.core.access import right
from portal.core.errors import DomainError, show_on_form
from portal.core.exports import csv_response
from portal.core.forms import GovukForm
from portal.core.pages import paginate
from portal.core.requests import form_page, posted
from portal.core.tables import MOST_BYTES, MOST_ROWS
from portal.suppliers.columns import COLUMNS
from portal.suppliers.importing.preview import RowState, preview_of
from portal.suppliers.importing.services import bring_file, take_in
from portal.suppliers.models import SupplierImport

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest

LATEST = 10


class FileForm(GovukForm):
    file = forms.FileField(
        label="File of suppliers",
        help_text=(
            f"CSV in UTF-8 or Excel (.xlsx), up to {MOST_BYTES >> 20} MB and {MOST_ROWS:,} rows."
            " The list of suppliers that you can download has the right columns."
        ),
        error_messages={"required": "Choose a file of suppliers."},
    )


class AgreementForm(GovukForm):
    agreed = forms.CharField(widget=forms.HiddenInput)


@right("suppliers.import")
@form_page
def import_create(request: SignedInRequest) -> HttpResponse:
    form = FileForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            brought = bring_file(file=file, name=file.name, by=request.user)
        except DomainError as error:
            show_on_form(form, error)
        else:
            return redirect("suppliers:import_detail", pk=brought.pk)
    context = {
        "form": form,
        "columns": COLUMNS,
        "latest": SupplierImport.objects.select_related("by").defer("rows")[:LATEST],
    }
    return render(request, "suppliers/import_form.html", context)


@right("suppliers.import")
@require_safe
def import_template(request: SignedInRequest) -> HttpResponse:
    """Give an empty file with the right columns."""
    return csv_response(request, "suppliers-to-fill-in", list(COLUMNS), [])


@right("suppliers.import")
@form_page
def import_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    brought = get_object_or_404(SupplierImport.objects.select_related("by"), pk=pk)
    if brought.applied_at and request.method != "POST":
        return render(request, "suppliers/import_done.html", {"brought": brought})
    form = AgreementForm(posted(request))
    if form.is_valid():
        try:
            take_in(brought=brought, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{brought} has been taken in.")
            return redirect("suppliers:import_detail", pk=pk)
    preview = preview_of(brought)
    told = [row for row in preview.rows if row.state != RowState.UNCHANGED]
    context = {
        "brought": brought,
        "form": form,
        "agreed": AgreementForm(initial={"agreed": preview.digest}),
        "counts": preview.counts,
        "takes_any": any(row.profile for row in told),
        "page": paginate(request, told, per_page=100),
    }
    return render(request, "suppliers/import_preview.html", context)
