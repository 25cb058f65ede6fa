"""The deployment calculator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.access import right
from portal.core.exports import csv_response
from portal.deployments import beside, selectors, words
from portal.deployments.calculation import calculate
from portal.deployments.exports import HEADER, outcome_rows
from portal.deployments.figures import watchlist_chart

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest


@right("deployments.calculate")
@require_safe
def calculator(request: SignedInRequest) -> HttpResponse:
    form, found = calculate(request.user, request.GET)
    context: dict[str, Any] = {"form": form, "found": found}
    if found.model and found.chosen and found.rates:
        seen = list(selectors.records_of_model(request.user, found.model.run.submission))
        context |= {
            "sentence": words.sentence(found),
            "outcome": words.outcome_table(found.chosen, found.rates),
            "chart": watchlist_chart(found),
            "field_records": seen,
            "field": beside.field_table(seen) if seen else None,
            "groups": [words.group_table(division) for division in found.groups],
        }
    return render(request, "deployments/calculator.html", context)


@right("deployments.calculate")
@require_safe
def calculator_csv(request: SignedInRequest) -> HttpResponse:
    _, found = calculate(request.user, request.GET)
    return csv_response(request, "calculator", HEADER, outcome_rows(found))
