"""Pages of field records: what deployments have shown, beside the laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.comparison.basis import RECOGNITION
from portal.comparison.selectors import models_visible_to
from portal.core.access import may, right
from portal.core.errors import DomainError, show_on_form
from portal.core.exports import csv_response
from portal.core.pages import paginate
from portal.core.requests import form_page, posted
from portal.core.selectors import events_about
from portal.deployments import beside, exports, selectors, services
from portal.deployments.field_forms import FieldRecordFilterForm, FieldRecordForm
from portal.deployments.group_lines import counts_of, lines_of

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.deployments.models import FieldRecord

SHOWN_EVENTS = 10


def _filtered(request: SignedInRequest) -> tuple[FieldRecordFilterForm, QuerySet[FieldRecord]]:
    filters = FieldRecordFilterForm(request.GET)
    return filters, selectors.narrowed(
        selectors.records_visible_to(request.user), **filters.chosen()
    )


@right("deployments.view")
@require_safe
def record_list(request: SignedInRequest) -> HttpResponse:
    filters, records = _filtered(request)
    page = paginate(request, records)
    context = {
        "filters": filters,
        "page": page,
        "rows": [(record, beside.field_rate(record)) for record in page],
        "may_edit": may(request.user, "deployments.edit"),
    }
    return render(request, "deployments/record_list.html", context)


@right("deployments.view")
@require_safe
def record_csv(request: SignedInRequest) -> HttpResponse:
    _, records = _filtered(request)
    return csv_response(
        request, "field-records", exports.FIELD_HEADER, map(exports.field_row, records)
    )


@right("deployments.view")
@require_safe
def record_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    record = get_object_or_404(selectors.records_visible_to(request.user), pk=pk)
    found = beside.beside_laboratory(request.user, record)
    may_edit = may(request.user, "deployments.edit")
    context: dict[str, Any] = {
        "record": record,
        "found": found,
        "rates": beside.rates_table(found, record),
        "groups": beside.group_tables(list(record.groups.all())),
        "may_edit": may_edit,
        "events": events_about(record)[:SHOWN_EVENTS] if may_edit else [],
    }
    return render(request, "deployments/record_detail.html", context)


@right("deployments.edit")
@form_page
def record_create(request: SignedInRequest) -> HttpResponse:
    return _record_form(request, None)


@right("deployments.edit")
@form_page
def record_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    records = selectors.records_visible_to(request.user)
    return _record_form(request, get_object_or_404(records, pk=pk))


def _record_form(request: SignedInRequest, record: FieldRecord | None) -> HttpResponse:
    initial = None
    if record:
        initial = model_to_dict(record, services.FIELDS) | {"groups": lines_of(record.groups.all())}
    models = models_visible_to(request.user).filter(card__task=RECOGNITION)
    form = FieldRecordForm(
        posted(request), initial=initial, models=models.select_related("product")
    )
    if form.is_valid():
        entered = dict(form.cleaned_data)
        try:
            groups = counts_of(entered.pop("groups"))
            saved = services.save_field_record(
                record=record, groups=groups, by=request.user, **entered
            )
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{saved} has been saved.")
            return redirect("deployments:record_detail", pk=saved.pk)
    return render(request, "deployments/record_form.html", {"form": form, "record": record})


@right("deployments.edit")
@form_page
def record_remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    record = get_object_or_404(selectors.records_visible_to(request.user), pk=pk)
    if request.method == "POST":
        services.remove_field_record(record=record, by=request.user)
        messages.success(request, f"{record} has been removed.")
        return redirect("deployments:record_list")
    return render(request, "deployments/record_remove.html", {"record": record})
