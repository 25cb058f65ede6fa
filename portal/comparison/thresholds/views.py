"""One model's rates along the threshold, as a page and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.comparison import selectors
from portal.comparison.thresholds import exports, page
from portal.core.access import right
from portal.core.exports import csv_response

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest


@right("comparison.view")
@require_safe
def thresholds(request: SignedInRequest, submission: UUID) -> HttpResponse:
    model = get_object_or_404(selectors.models_visible_to(request.user), pk=submission)
    found = page.explored(request.user, model, request.GET)
    context = {"model": model, "form": found.form, **page.details(found)}
    return render(request, "comparison/thresholds.html", context)


@right("comparison.view")
@require_safe
def thresholds_csv(request: SignedInRequest, submission: UUID) -> HttpResponse:
    model = get_object_or_404(selectors.models_visible_to(request.user), pk=submission)
    found = page.explored(request.user, model, request.GET)
    rows = exports.rows_of(found.explorer) if found.explorer else []
    return csv_response(request, "thresholds", exports.HEADER, rows)
