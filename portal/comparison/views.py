"""Models and their results: the list, and one model's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.accounts.models import Role
from portal.comparison import exports, model_page, provenance, selectors
from portal.comparison.basis import choose_basis
from portal.comparison.claims.selectors import claims_about, judged_claims
from portal.comparison.forms import BasisForm, ModelFilterForm
from portal.comparison.measured import MeasuredModel
from portal.comparison.other_tasks.tables import TASKS
from portal.core.access import may, right
from portal.core.exports import csv_response
from portal.core.pages import paginate

if TYPE_CHECKING:
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.core.requests import SignedInRequest
    from portal.submissions.models import Submission


def _filtered(
    request: SignedInRequest,
) -> tuple[ModelFilterForm, Basis | None, Any]:
    """Return the filters of the list, what it is measured on, and the results that fit."""
    test_sets = selectors.test_sets_to_compare_on(request.user)
    filters = ModelFilterForm(
        request.GET,
        test_sets=test_sets,
        suppliers=selectors.suppliers_with_results(request.user),
        licences=selectors.licences_with_results(request.user),
    )
    chosen = filters.chosen()
    basis = choose_basis(test_sets, chosen)
    filters.show(basis)
    results = selectors.results_on(request.user, basis, chosen) if basis else None
    return filters, basis, results


@right("comparison.view")
@require_safe
def model_list(request: SignedInRequest) -> HttpResponse:
    filters, basis, results = _filtered(request)
    page = paginate(request, results) if basis else None
    models = selectors.measured_models(list(page), basis) if page and basis else []
    context = {
        "filters": filters,
        "basis": basis,
        "page": page,
        "rows": [_list_row(model, basis) for model in models if basis],
        "may_compare": may(request.user, "comparison.compare"),
        "shows_release": request.user.role != Role.OFFICIAL,
        "is_own": request.user.role == Role.SUPPLIER,
        "other_tasks": TASKS.values(),
    }
    return render(request, "comparison/model_list.html", context)


def _list_row(model: MeasuredModel, basis: Basis) -> dict[str, Any]:
    speed = model.find("offline_samples_per_second")
    return {
        "model": model,
        "use_cases": [use_case.label for use_case in model.run.submission.product.use_cases],
        "missed": model.missed(basis),
        "enrolment": model.find("failure_to_enrol"),
        "speed": speed.value if speed else None,
    }


@right("comparison.view")
@require_safe
def model_list_csv(request: SignedInRequest) -> HttpResponse:
    _, basis, results = _filtered(request)
    rows = (
        exports.model_rows(selectors.measured_models(list(results), basis), basis) if basis else []
    )
    return csv_response(request, "models", exports.MODEL_HEADER, rows)


def _listed_at(model: Submission) -> str:
    if model.task in TASKS:
        return reverse("comparison:task_models", args=[model.task])
    return reverse("comparison:model_list")


@right("comparison.view")
@require_safe
def model_detail(request: SignedInRequest, submission: UUID) -> HttpResponse:
    model = get_object_or_404(selectors.models_visible_to(request.user), pk=submission)
    runs = list(selectors.results_visible_to(request.user).filter(submission=model))
    form = BasisForm(request.GET, test_sets=[run.test_set for run in runs])
    shown = model_page.choose(runs, form)
    context: dict[str, Any] = {
        "model": model,
        "listed_at": _listed_at(model),
        "use_cases": [use_case.label for use_case in model.product.use_cases],
        "basis_form": form,
        "basis": shown.basis,
        "shown": shown.model,
        "shows_release": request.user.role != Role.OFFICIAL,
        "may_compare": may(request.user, "comparison.compare"),
        "model_rows": provenance.model_rows(model),
        "card_rows": provenance.card_rows(model.card),
        "claims": judged_claims(request.user, claims_about(request.user, model)),
    }
    if shown.model:
        context |= model_page.details(shown.model, shown.basis, has_claims=bool(context["claims"]))
    return render(request, "comparison/model_detail.html", context)
