"""Leaderboards over the API: the same figures, ranks and sentences as on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from portal.comparison.basis import choose_basis
from portal.comparison.compare.comparing import ids_of
from portal.comparison.leaderboard.board import board_of
from portal.comparison.leaderboard.changes import changes_of
from portal.comparison.leaderboard.field import products_with_results
from portal.comparison.leaderboard.forms import LeaderboardForm
from portal.comparison.leaderboard.present import ranked_test_sets
from portal.comparison.leaderboard.profile_views import profile_asked
from portal.comparison.leaderboard.profiles import KEYS
from portal.comparison.leaderboard.serializers import (
    LeaderboardSerializer,
    ProfileSerializer,
    VersionSerializer,
    leaderboard_of,
    profile_of,
)
from portal.comparison.leaderboard.versions import versions_of

if TYPE_CHECKING:
    from portal.comparison.basis import Basis
    from portal.core.requests import SignedInApiRequest


def asked(name: str, meaning: str, *, kind: Any = OpenApiTypes.STR) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=meaning)


WEIGHT = "Not negative; the weights are made to sum to 1. By default that of the use case."
BASIS = [
    asked("test_set", "By default the one with the most released results."),
    asked("protocol", "By default the one-to-one protocol with the most comparisons, if any."),
    asked("target", "FMR or FPIR; by default the strictest that is well supported."),
]


class LeaderboardViewSet(viewsets.ViewSet):
    """Released recognition models ranked on a test set at one operating point."""

    request: SignedInApiRequest
    rights: ClassVar = {
        "list": "comparison.rank",
        "versions": "comparison.rank",
        "profile": "comparison.rank",
    }

    @extend_schema(
        operation_id="leaderboard_retrieve",
        responses=LeaderboardSerializer,
        parameters=[*BASIS, asked("days", "How far back changes are told: 7, 30, 90 or 365.")],
    )
    def list(self, request: SignedInApiRequest) -> Response:
        """Return every model with its rank, those that are not ranked, and what has changed."""
        form, basis = self._asked()
        if basis is None:
            return Response(LeaderboardSerializer({}).data)
        board = board_of(basis)
        changes = changes_of(board, form.period())
        return Response(LeaderboardSerializer(leaderboard_of(board, changes)).data)

    @extend_schema(
        operation_id="leaderboard_versions",
        responses=VersionSerializer(many=True),
        parameters=[asked("product", "Product of which every version is given."), *BASIS],
    )
    @action(detail=False)
    def versions(self, request: SignedInApiRequest) -> Response:
        """Return the released versions of a product, the newest first, each against the last."""
        ids = ids_of([request.query_params.get("product", "")])
        product = get_object_or_404(products_with_results(), pk__in=ids)
        _, basis = self._asked()
        found = versions_of(product.pk, basis) if basis else []
        return Response(VersionSerializer(found, many=True).data)

    @extend_schema(
        operation_id="leaderboard_profile",
        responses=ProfileSerializer,
        parameters=[
            asked("use_case", "rfr (by default), oifr or lfr."),
            *BASIS,
            *(asked(f"weight_{key}", WEIGHT, kind=OpenApiTypes.FLOAT) for key in KEYS),
        ],
    )
    @action(detail=False)
    def profile(self, request: SignedInApiRequest) -> Response:
        """Return the models that are offered for a use case by a weighted index."""
        _, weights, board = profile_asked(request.query_params)
        return Response(ProfileSerializer(profile_of(weights, board)).data)

    def _asked(self) -> tuple[LeaderboardForm, Basis | None]:
        test_sets = ranked_test_sets()
        form = LeaderboardForm(self.request.query_params, test_sets=test_sets)
        return form, choose_basis(test_sets, form.chosen())
