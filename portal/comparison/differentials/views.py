"""The page of one model's groups, and the same figures as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.comparison import selectors
from portal.comparison.differentials.exports import HEADER, group_rows
from portal.comparison.differentials.page import GroupsPage, groups_page
from portal.comparison.differentials.parts import sections
from portal.core.access import right
from portal.core.exports import csv_response

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.submissions.models import Submission


def _page(request: SignedInRequest, submission: UUID) -> tuple[Submission, GroupsPage]:
    model = get_object_or_404(selectors.models_visible_to(request.user), pk=submission)
    page = groups_page(request.user, model, request.GET)
    if page is None:
        raise Http404("No result of this model can be shown yet.")
    return model, page


@right("comparison.view")
@require_safe
def model_groups(request: SignedInRequest, submission: UUID) -> HttpResponse:
    model, page = _page(request, submission)
    context: dict[str, Any] = {"model": model, "page": page}
    if page.at:
        context |= sections(page.at)
    return render(request, "comparison/groups.html", context)


@right("comparison.view")
@require_safe
def model_groups_csv(request: SignedInRequest, submission: UUID) -> HttpResponse:
    _, page = _page(request, submission)
    rows = group_rows(page.run, page.at) if page.run and page.at else []
    return csv_response(request, "groups", HEADER, rows)
