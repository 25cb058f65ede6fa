"""Verdicts on claims over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers, viewsets
from rest_framework.response import Response

from portal.comparison.claims.selectors import claims_on, judged_claims
from portal.comparison.claims.views import ClaimFilterForm
from portal.core.api import filtered_by

if TYPE_CHECKING:
    from portal.core.requests import SignedInApiRequest


class VerdictSerializer(serializers.Serializer[Any]):
    claim = serializers.IntegerField(source="claim.pk")
    product = serializers.UUIDField(source="claim.product_id")
    claimed = serializers.CharField(help_text="The claim in words.")
    verdict = serializers.CharField(help_text="reproduced, optimistic or not_comparable.")
    reason = serializers.CharField(source="sentence")
    model_id = serializers.UUIDField(source="run.submission_id", allow_null=True, default=None)
    measured = serializers.FloatField(source="figure.value", allow_null=True, default=None)
    low = serializers.FloatField(source="figure.low", allow_null=True, default=None)
    high = serializers.FloatField(source="figure.high", allow_null=True, default=None)


@filtered_by("q", "use_case", "metric")
class VerdictViewSet(viewsets.GenericViewSet[Any]):
    """Each claim that the caller may see, held against the newest released result."""

    request: SignedInApiRequest
    serializer_class = VerdictSerializer
    rights: ClassVar = {"list": "comparison.view"}

    def list(self, request: SignedInApiRequest) -> Response:
        filters = ClaimFilterForm(request.query_params).chosen()
        page = self.paginate_queryset(claims_on(request.user, filters)) or []
        rows = VerdictSerializer(judged_claims(request.user, page), many=True).data
        return self.get_paginated_response(rows)
