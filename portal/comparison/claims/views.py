"""Claims beside what was measured: the list, and the same as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.comparison.claims.selectors import claims_on, judged_claims
from portal.core.access import right
from portal.core.exports import csv_response
from portal.core.forms import GovukFilterForm
from portal.core.pages import paginate
from portal.suppliers.models import ClaimMetric, UseCase

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.comparison.claims.verdicts import Judged
    from portal.core.requests import SignedInRequest

HEADER = (
    "supplier", "product", "version", "metric", "claimed", "target", "gallery_size", "test_set",
    "made_on", "document", "verdict", "reason", "model_id", "measured", "low", "high", "errors",
    "trials",
)  # fmt: skip


class ClaimFilterForm(GovukFilterForm):
    q = forms.CharField(label="Search", max_length=100)
    use_case = forms.ChoiceField(label="Use case", choices=[("", "All"), *UseCase.choices])
    metric = forms.ChoiceField(label="What is claimed", choices=[("", "All"), *ClaimMetric.choices])


@right("comparison.view")
@require_safe
def claim_list(request: SignedInRequest) -> HttpResponse:
    filters = ClaimFilterForm(request.GET)
    page = paginate(request, claims_on(request.user, filters.chosen()))
    context = {"filters": filters, "page": page, "rows": judged_claims(request.user, page)}
    return render(request, "comparison/claim_list.html", context)


@right("comparison.view")
@require_safe
def claim_list_csv(request: SignedInRequest) -> HttpResponse:
    claims = claims_on(request.user, ClaimFilterForm(request.GET).chosen())
    return csv_response(request, "claims", HEADER, map(_row, judged_claims(request.user, claims)))


def _row(one: Judged) -> list[object]:
    claim, figure = one.claim, one.figure
    measured = (
        [figure.value, figure.low, figure.high, figure.errors, figure.trials]
        if figure
        else [""] * 5
    )
    return [
        claim.product.supplier.legal_name,
        claim.product.name,
        claim.version,
        claim.metric,
        claim.value,
        claim.target,
        claim.gallery_size,
        claim.test_set,
        claim.made_on,
        claim.document,
        one.verdict.value,
        one.sentence,
        one.run.submission_id if one.run else "",
        *measured,
    ]
