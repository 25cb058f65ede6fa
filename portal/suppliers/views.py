"""Pages of suppliers: the list, one supplier, its profile and whether it is archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import may, require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.exports import csv_response
from portal.core.pages import paginate
from portal.core.requests import form_page, posted
from portal.suppliers import selectors, services
from portal.suppliers.columns import EXPORTED, export_rows
from portal.suppliers.forms import ArchiveForm, ResearchForm, SupplierFilterForm, SupplierForm
from portal.suppliers.parts.kinds import CONTACT, FRAMEWORK, SITE, SOURCE

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.suppliers.models import Supplier
    from portal.suppliers.parts.part import Part

SHOWN: tuple[Part[Any], ...] = (CONTACT, FRAMEWORK, SITE, SOURCE)


def visible_supplier(request: SignedInRequest, slug: str) -> Supplier:
    suppliers = selectors.suppliers_visible_to(request.user).select_related(
        "organisation", "merged_into"
    )
    return get_object_or_404(suppliers, slug=slug)


@right("suppliers.view")
@require_safe
def supplier_list(request: SignedInRequest) -> HttpResponse:
    visible = selectors.suppliers_visible_to(request.user)
    filters = SupplierFilterForm(request.GET, suppliers=visible)
    found = selectors.for_list(selectors.narrowed(visible, **filters.chosen()))
    context = {
        "filters": filters,
        "page": paginate(request, found),
        "may_create": may(request.user, "suppliers.create"),
        "may_import": may(request.user, "suppliers.import"),
    }
    return render(request, "suppliers/supplier_list.html", context)


@right("suppliers.view")
@require_safe
def supplier_csv(request: SignedInRequest) -> HttpResponse:
    visible = selectors.suppliers_visible_to(request.user)
    filters = SupplierFilterForm(request.GET, suppliers=visible)
    rows = export_rows(selectors.narrowed(visible, **filters.chosen()))
    return csv_response(request, "suppliers", EXPORTED, rows)


@right("suppliers.view")
@require_safe
def supplier_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    supplier = visible_supplier(request, slug)
    today = timezone.localdate()
    context = {
        "supplier": supplier,
        "products": supplier.products.all(),
        **{
            part.plural: selectors.parts_visible_to(request.user, part).filter(supplier=supplier)
            for part in SHOWN
        },
        "today": today,
        "shows_research": may(request.user, "suppliers.view_research"),
        "research_is_stale": supplier.research_is_stale(today),
        "may_research": may(request.user, "suppliers.research", supplier),
        "may_edit": may(request.user, "suppliers.edit", supplier),
        "may_merge": may(request.user, "suppliers.merge", supplier) and not supplier.merged_into_id,
        "may_archive": may(request.user, "suppliers.archive", supplier),
        "shows_reason": may(request.user, "suppliers.view_archiving"),
    }
    return render(request, "suppliers/supplier_detail.html", context)


@right("suppliers.create")
@form_page
def supplier_create(request: SignedInRequest) -> HttpResponse:
    form = SupplierForm(posted(request))
    if form.is_valid():
        try:
            supplier = services.create_supplier(by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{supplier} has been added.")
            return redirect("suppliers:supplier_detail", slug=supplier.slug)
    return render(request, "suppliers/supplier_form.html", {"form": form, "supplier": None})


@right("suppliers.edit")
@form_page
def supplier_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    supplier = visible_supplier(request, slug)
    require(request.user, "suppliers.edit", supplier)
    initial = model_to_dict(supplier, services.PROFILE)
    form = SupplierForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            services.edit_supplier(supplier=supplier, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "The changes have been saved.")
            return redirect("suppliers:supplier_detail", slug=slug)
    return render(request, "suppliers/supplier_form.html", {"form": form, "supplier": supplier})


@right("suppliers.research")
@form_page
def supplier_research(request: SignedInRequest, slug: str) -> HttpResponse:
    supplier = visible_supplier(request, slug)
    form = ResearchForm(posted(request), initial=model_to_dict(supplier, services.RESEARCH))
    if form.is_valid():
        try:
            services.record_research(supplier=supplier, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "The research has been recorded.")
            return redirect("suppliers:supplier_detail", slug=slug)
    context = {"form": form, "supplier": supplier}
    return render(request, "suppliers/supplier_research.html", context)


@right("suppliers.archive")
@form_page
def supplier_archive(request: SignedInRequest, slug: str) -> HttpResponse:
    supplier = visible_supplier(request, slug)
    form = ArchiveForm(posted(request))
    if form.is_valid():
        services.archive_supplier(supplier=supplier, by=request.user, **form.cleaned_data)
        messages.success(request, f"{supplier} has been archived.")
        return redirect("suppliers:supplier_detail", slug=slug)
    context = {"form": form, "supplier": supplier}
    return render(request, "suppliers/supplier_archive.html", context)


@right("suppliers.archive")
@require_POST
def supplier_restore(request: SignedInRequest, slug: str) -> HttpResponse:
    supplier = visible_supplier(request, slug)
    services.restore_supplier(supplier=supplier, by=request.user)
    messages.success(request, f"{supplier} is on the lists again.")
    return redirect("suppliers:supplier_detail", slug=slug)
