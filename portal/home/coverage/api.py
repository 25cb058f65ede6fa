"""The coverage over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets

from portal.core.api import filtered_by
from portal.home.coverage.views import covered
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from rest_framework.response import Response

    from portal.core.requests import SignedInApiRequest
    from portal.home.coverage.matrix import Row


class CellSerializer(serializers.Serializer[Any]):
    use_case = serializers.ChoiceField(UseCase.choices)
    product = serializers.CharField()
    trl_now = serializers.IntegerField(allow_null=True)
    trl_in_18_months = serializers.IntegerField(allow_null=True)
    in_date = serializers.ListField(child=serializers.CharField())
    expired = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    measured_on = serializers.DateTimeField(allow_null=True)
    stale_because = serializers.CharField()


class CoverageSerializer(serializers.Serializer[Any]):
    supplier = serializers.CharField()
    research_is_stale = serializers.BooleanField()
    cells = CellSerializer(many=True)


def _told(row: Row) -> dict[str, Any]:
    return {
        "supplier": row.supplier.slug,
        "research_is_stale": row.research_is_stale,
        "cells": [
            {
                "use_case": use_case.value,
                "product": cell.line.product.slug,
                "trl_now": cell.line.product.trl_now,
                "trl_in_18_months": cell.line.product.trl_in_18_months,
                "in_date": cell.in_date,
                "expired": cell.expired,
                "missing": cell.missing,
                "measured_on": cell.line.newest.finished_at if cell.line.newest else None,
                "stale_because": cell.line.stale,
            }
            for use_case, cell in zip(UseCase, row.cells, strict=True)
            if cell
        ],
    }


@filtered_by("q", "use_case", "trl", "assurance", "proof")
class CoverageViewSet(viewsets.GenericViewSet[Any]):
    """Suppliers with the product that covers each use best, its assurance and its staleness."""

    request: SignedInApiRequest
    serializer_class = CoverageSerializer
    rights: ClassVar = {"list": "market.view"}

    @extend_schema(responses=CoverageSerializer(many=True))
    def list(self, request: SignedInApiRequest) -> Response:
        _, rows = covered(request.user, request.query_params)
        page = self.paginate_queryset(rows) or []
        shown = self.get_serializer([_told(row) for row in page], many=True)
        return self.get_paginated_response(shown.data)
