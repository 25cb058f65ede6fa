"""Pages of the roadmap: the list with its unscheduled tray, one item, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.core.access import may, right
from portal.core.errors import DomainError, show_on_form
from portal.core.exports import csv_response
from portal.core.pages import paginate
from portal.core.requests import form_page, posted
from portal.core.selectors import events_about
from portal.roadmap import selectors, services
from portal.roadmap.forms import RoadmapFilterForm, RoadmapItemForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.roadmap.models import RoadmapItem

CSV_HEADER = (
    "Capability",
    "Item",
    "Use",
    "Status",
    "Starts on",
    "Ends on",
    "TRL now",
    "TRL target",
    "Outcome",
)


@right("roadmap.view")
@require_safe
def item_list(request: SignedInRequest) -> HttpResponse:
    filters = RoadmapFilterForm(request.GET)
    items = selectors.narrowed(selectors.items_visible_to(request.user), **filters.chosen())
    context = {
        "filters": filters,
        "page": paginate(request, selectors.scheduled(items)),
        "unscheduled": selectors.unscheduled(items),
        "may_edit": may(request.user, "roadmap.edit"),
    }
    return render(request, "roadmap/item_list.html", context)


@right("roadmap.view")
@require_safe
def item_csv(request: SignedInRequest) -> HttpResponse:
    filters = RoadmapFilterForm(request.GET)
    items = selectors.narrowed(selectors.items_visible_to(request.user), **filters.chosen())
    return csv_response(request, "roadmap", CSV_HEADER, [_csv_row(item) for item in items])


def _csv_row(item: RoadmapItem) -> list[object]:
    return [
        item.capability.name,
        item.title,
        item.get_use_case_display(),
        item.get_status_display(),
        item.starts_on,
        item.ends_on,
        item.trl_now,
        item.trl_target,
        item.outcome,
    ]


@right("roadmap.view")
@require_safe
def item_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    item = get_object_or_404(selectors.items_visible_to(request.user), slug=slug)
    may_edit = may(request.user, "roadmap.edit")
    context = {
        "item": item,
        "may_edit": may_edit,
        "events": events_about(item)[:10] if may_edit else [],
    }
    return render(request, "roadmap/item_detail.html", context)


@right("roadmap.edit")
@form_page
def item_create(request: SignedInRequest) -> HttpResponse:
    return _item_form(request, None)


@right("roadmap.edit")
@form_page
def item_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    items = selectors.items_visible_to(request.user)
    return _item_form(request, get_object_or_404(items, slug=slug))


def _item_form(request: SignedInRequest, item: RoadmapItem | None) -> HttpResponse:
    initial = model_to_dict(item, services.FIELDS) if item else None
    form = RoadmapItemForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            saved = services.save_item(item=item, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{saved} has been saved.")
            return redirect("roadmap:item_detail", slug=saved.slug)
    return render(request, "roadmap/item_form.html", {"form": form, "item": item})
