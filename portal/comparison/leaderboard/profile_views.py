"""Weighted profiles by use case: their page and their CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.comparison.leaderboard import exports
from portal.comparison.leaderboard.forms import ProfileForm, WeightsForm
from portal.comparison.leaderboard.present import ranked_test_sets
from portal.comparison.leaderboard.profile_board import profile_board
from portal.comparison.leaderboard.profile_words import profile_chart, profile_summary
from portal.comparison.leaderboard.profiles import measures_of, profile_basis
from portal.comparison.leaderboard.views import ROWS_OF_A_PAGE
from portal.core.access import right
from portal.core.exports import csv_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from portal.comparison.leaderboard.profile_board import ProfileBoard
    from portal.core.requests import SignedInRequest


def profile_asked(
    asked: Mapping[str, Any],
) -> tuple[ProfileForm, WeightsForm | None, ProfileBoard | None]:
    """Return the forms and the profile that an address asks for; none without any result."""
    test_sets = ranked_test_sets()
    form = ProfileForm(asked, test_sets=test_sets)
    basis = profile_basis(form.use(), test_sets, form.chosen())
    if basis is None:
        return form, None, None
    measures = measures_of(form.use(), basis)
    weights = WeightsForm(asked, measures=measures)
    board = profile_board(form.use(), basis, measures, weights.weights())
    form.show(basis)
    return form, weights, board


@right("comparison.rank")
@require_safe
def profile(request: SignedInRequest) -> HttpResponse:
    form, weights, board = profile_asked(request.GET)
    context: dict[str, Any] = {"form": form, "weights": weights, "board": board}
    if board:
        page = Paginator(board.rows, ROWS_OF_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "basis": board.basis,
            "page": page,
            "summary": profile_summary(board),
            "chart": profile_chart(list(page), board),
        }
    return render(request, "comparison/leaderboard_profile.html", context)


@right("comparison.rank")
@require_safe
def profile_csv(request: SignedInRequest) -> HttpResponse:
    _, _, board = profile_asked(request.GET)
    rows = exports.profile_rows(board) if board else []
    return csv_response(request, "profile", exports.PROFILE_HEADER, rows)
