"""The page of the market, and its list as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.access import right
from portal.core.exports import csv_response
from portal.core.pages import paginate
from portal.home.market.changes import changes
from portal.home.market.figures import coverage_chart
from portal.home.market.overview import (
    SupplierLine,
    country_table,
    coverage_table,
    for_overview,
    supplier_lines,
)
from portal.home.market.visits import changes_since
from portal.home.selectors import market
from portal.suppliers.forms import SupplierFilterForm
from portal.suppliers.selectors import narrowed, suppliers_visible_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.suppliers.models import Supplier

HEADER = (
    "supplier", "country", "product", "use_cases", "trl_now", "newest_model", "newest_result_on",
    "stale_because", "evidence_valid", "evidence_expiring", "evidence_expired",
)  # fmt: skip


def _filtered(request: SignedInRequest) -> tuple[SupplierFilterForm, QuerySet[Supplier]]:
    suppliers = suppliers_visible_to(request.user)
    filters = SupplierFilterForm(request.GET, suppliers=suppliers)
    return filters, for_overview(narrowed(suppliers, **filters.chosen()))


@right("market.view")
@require_safe
def market_overview(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    since = changes_since(request.user, at=now)
    filters, suppliers = _filtered(request)
    page = paginate(request, suppliers)
    context = {
        "filters": filters,
        "page": page,
        "lines": supplier_lines(request.user, page),
        "figures": market(),
        "chart": coverage_chart(coverage_table()),
        "countries": country_table(),
        "since": since,
        "changes": changes(request.user, since, today=timezone.localdate(now)),
    }
    return render(request, "home/market.html", context)


@right("market.view")
@require_safe
def market_csv(request: SignedInRequest) -> HttpResponse:
    _, suppliers = _filtered(request)
    return csv_response(request, "market", HEADER, _rows(supplier_lines(request.user, suppliers)))


def _rows(lines: list[SupplierLine]) -> Iterator[list[object]]:
    for line in lines:
        for one in line.products:
            newest = one.newest
            yield [
                line.supplier.legal_name,
                line.supplier.country,
                one.product.name,
                " ".join(one.product.use_cases),
                one.product.trl_now,
                newest.submission.version if newest else "",
                newest.finished_at.date() if newest and newest.finished_at else "",
                one.stale,
                one.valid,
                one.expiring,
                one.expired,
            ]
