"""Models side by side: the page, its figures as CSV, its charts as pictures, and one PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.comparison import exports, selectors
from portal.comparison.compare.brief import brief
from portal.comparison.compare.charts import compare_charts
from portal.comparison.compare.choosing import offer
from portal.comparison.compare.comparing import compare as compare_models
from portal.comparison.compare.comparing import ids_of
from portal.comparison.compare.page import side_by_side
from portal.comparison.forms import ChoiceOfModelsForm
from portal.core.access import right
from portal.core.drawing import Kind, picture
from portal.core.errors import DomainError
from portal.core.exports import csv_response, file_response

if TYPE_CHECKING:
    from portal.comparison.compare.comparing import Comparison
    from portal.core.charts import Chart
    from portal.core.requests import SignedInRequest

OPEN_CHARTS = 4
"""The others stand folded: a page that shows all at once is too long to be read."""


def _compared(
    request: SignedInRequest, *, every_figure: bool = False
) -> tuple[ChoiceOfModelsForm, Comparison]:
    """Return the form that says which models are compared and on what, and the comparison."""
    test_sets = selectors.test_sets_to_compare_on(request.user)
    form = ChoiceOfModelsForm(
        request.GET,
        test_sets=test_sets,
        suppliers=selectors.suppliers_with_results(request.user),
        licences=selectors.licences_with_results(request.user),
    )
    ids = ids_of(request.GET.getlist("model"))
    chosen = form.chosen()
    comparison = compare_models(request.user, ids, test_sets, chosen, every_figure=every_figure)
    form.show(comparison.basis)
    return form, comparison


def _charts(comparison: Comparison) -> list[Chart]:
    basis, models = comparison.basis, comparison.models
    return compare_charts(models, basis) if basis and models else []


@right("comparison.compare")
@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    form, comparison = _compared(request)
    basis, models = comparison.basis, comparison.models
    context: dict[str, Any] = {"choice_form": form, "comparison": comparison, "basis": basis}
    if basis:
        context["offer"] = offer(request.user, basis, form.chosen(), models)
    if basis and models:
        charts = _charts(comparison)
        context |= {"charts": charts[:OPEN_CHARTS], "folded_charts": charts[OPEN_CHARTS:]}
        context |= side_by_side(models, basis, request.GET)
    return render(request, "comparison/compare.html", context)


@right("comparison.compare")
@require_safe
def compare_csv(request: SignedInRequest) -> HttpResponse:
    _, comparison = _compared(request, every_figure=True)
    basis = comparison.basis
    rows = exports.figure_rows(comparison.models, basis.protocol.name) if basis else []
    return csv_response(request, "compare", exports.FIGURE_HEADER, rows)


@right("comparison.compare")
@require_safe
def compare_pdf(request: SignedInRequest) -> HttpResponse:
    _, comparison = _compared(request)
    basis, models = comparison.basis, comparison.models
    if basis is None or not models:
        raise DomainError("Choose at least one model with a result, then ask for the PDF.")
    address = f"{reverse('comparison:compare')}?{request.GET.urlencode()}"
    content = brief(models, basis, address=request.build_absolute_uri(address))
    return file_response(request, "comparison.pdf", content)


@right("comparison.compare")
@require_safe
def compare_chart(request: SignedInRequest, name: str) -> HttpResponse:
    _, comparison = _compared(request)
    chart = next((one for one in _charts(comparison) if one.name == name), None)
    if chart is None or comparison.basis is None:
        raise Http404("No such chart.")
    title = f"{chart.title}: {comparison.basis.test_set.title}"
    return file_response(request, f"{name}.png", picture(chart.figure, Kind.PNG, title=title))
