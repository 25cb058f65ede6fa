"""The leaderboard's pages; everything they show is chosen in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.comparison.basis import choose_basis
from portal.comparison.forms import BasisForm
from portal.comparison.leaderboard import exports
from portal.comparison.leaderboard.board import board_of
from portal.comparison.leaderboard.changes import changes_of
from portal.comparison.leaderboard.field import products_with_results
from portal.comparison.leaderboard.forms import LeaderboardForm
from portal.comparison.leaderboard.points import point_of
from portal.comparison.leaderboard.present import ranked_test_sets
from portal.comparison.leaderboard.versions import versions_chart, versions_of
from portal.comparison.leaderboard.words import board_chart, groups_of, summary
from portal.core.access import right
from portal.core.exports import csv_response

if TYPE_CHECKING:
    from uuid import UUID

    from portal.comparison.basis import Basis
    from portal.core.requests import SignedInRequest

ROWS_OF_A_PAGE = 25


FormOfBasis = TypeVar("FormOfBasis", bound=BasisForm)


def _asked(
    request: SignedInRequest, form_class: type[FormOfBasis]
) -> tuple[FormOfBasis, Basis | None]:
    test_sets = ranked_test_sets()
    form = form_class(request.GET, test_sets=test_sets)
    basis = choose_basis(test_sets, form.chosen())
    form.show(basis)
    return form, basis


@right("comparison.rank")
@require_safe
def leaderboard(request: SignedInRequest) -> HttpResponse:
    form, basis = _asked(request, LeaderboardForm)
    context: dict[str, Any] = {"form": form, "basis": basis}
    if basis:
        board = board_of(basis)
        page = Paginator(board.rows, ROWS_OF_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "board": board,
            "page": page,
            "summary": summary(board),
            "groups": groups_of(list(page), board),
            "chart": board_chart(list(page), board),
            "changes": changes_of(board, form.period()),
        }
    return render(request, "comparison/leaderboard.html", context)


@right("comparison.rank")
@require_safe
def leaderboard_csv(request: SignedInRequest) -> HttpResponse:
    _, basis = _asked(request, BasisForm)
    rows = exports.board_rows(board_of(basis)) if basis else []
    return csv_response(request, "leaderboard", exports.BOARD_HEADER, rows)


@right("comparison.rank")
@require_safe
def versions(request: SignedInRequest, product: UUID) -> HttpResponse:
    found = get_object_or_404(products_with_results(), pk=product)
    form, basis = _asked(request, BasisForm)
    if basis is None:
        raise Http404
    history = versions_of(product, basis)
    context = {
        "form": form,
        "basis": basis,
        "point": point_of(basis),
        "product": found,
        "versions": history,
        "chart": versions_chart(history, basis),
    }
    return render(request, "comparison/leaderboard_versions.html", context)


@right("comparison.rank")
@require_safe
def versions_csv(request: SignedInRequest, product: UUID) -> HttpResponse:
    get_object_or_404(products_with_results(), pk=product)
    _, basis = _asked(request, BasisForm)
    rows = exports.version_rows(versions_of(product, basis), basis) if basis else []
    return csv_response(request, "versions", exports.VERSIONS_HEADER, rows)
