"""The page of the coverage, and its matrix as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.access import may, right
from portal.core.exports import csv_response
from portal.core.forms import GovukFilterForm
from portal.core.pages import paginate
from portal.home.coverage.matrix import ASSURANCE, Row, funnel, narrowed, rows_of, thin_uses
from portal.home.market.overview import for_overview
from portal.suppliers import selectors
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, QueryDict

    from portal.accounts.models import User
    from portal.core.requests import SignedInRequest

HEADER = (
    "supplier", "country", "use_case", "product", "trl_now", "trl_in_18_months",
    "assurance_in_date", "assurance_expired", "assurance_missing", "newest_result_on",
    "stale_because", "research_is_stale",
)  # fmt: skip


class CoverageForm(GovukFilterForm):
    q = forms.CharField(label="Supplier or product", max_length=100)
    use_case = forms.ChoiceField(label="Use", choices=[("", "Any"), *UseCase.choices])
    trl = forms.ChoiceField(
        label="TRL at least", choices=[("", "Any"), *((str(n), str(n)) for n in range(1, 10))]
    )
    assurance = forms.ChoiceField(
        label="Assurance in date", choices=[("", "Any"), *((one, one) for one in ASSURANCE)]
    )
    proof = forms.ChoiceField(
        label="Measured",
        choices=[
            ("", "Any"),
            ("measured", "Yes, and not stale"),
            ("stale", "Yes, but stale"),
            ("none", "Not measured"),
        ],
    )


def covered(user: User, asked: QueryDict) -> tuple[CoverageForm, list[Row]]:
    """Return the filters and the rows that fit them."""
    form = CoverageForm(asked)
    chosen = form.chosen()
    suppliers = selectors.narrowed(selectors.suppliers_visible_to(user), q=chosen.pop("q", ""))
    rows = rows_of(user, for_overview(suppliers), today=timezone.localdate())
    return form, narrowed(rows, **chosen)


@right("market.view")
@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    form, rows = covered(request.user, request.GET)
    context = {
        "filters": form,
        "page": paginate(request, rows),
        "funnel": funnel(rows),
        "thin_uses": [] if form.chosen() else thin_uses(rows),
        "use_cases": list(UseCase),
        "assurance": list(ASSURANCE),
        "shows_research": may(request.user, "suppliers.view_research"),
    }
    return render(request, "home/coverage.html", context)


@right("market.view")
@require_safe
def coverage_csv(request: SignedInRequest) -> HttpResponse:
    _, rows = covered(request.user, request.GET)
    return csv_response(request, "coverage", HEADER, _lines(rows))


def _lines(rows: list[Row]) -> Iterator[list[object]]:
    for row in rows:
        for use_case, cell in zip(UseCase, row.cells, strict=True):
            if cell:
                product, newest = cell.line.product, cell.line.newest
                yield [
                    row.supplier.legal_name,
                    row.supplier.country,
                    use_case.value,
                    product.name,
                    product.trl_now,
                    product.trl_in_18_months,
                    "; ".join(cell.in_date),
                    "; ".join(cell.expired),
                    "; ".join(cell.missing),
                    newest.finished_at.date() if newest and newest.finished_at else "",
                    cell.line.stale,
                    row.research_is_stale,
                ]
