"""The search over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets

from portal.core.access import SIGNED_IN
from portal.core.api import filtered_by
from portal.home.search.finding import Hit
from portal.home.search.views import SearchForm

if TYPE_CHECKING:
    from rest_framework.response import Response

    from portal.core.requests import SignedInApiRequest


class HitSerializer(serializers.Serializer[Hit]):
    kind = serializers.CharField()
    title = serializers.CharField()
    said = serializers.CharField()
    href = serializers.CharField()


@filtered_by("q", "kind")
class SearchViewSet(viewsets.GenericViewSet[Any]):
    """What fits every word of ``q``, of every kind that the caller may see, the best first."""

    request: SignedInApiRequest
    serializer_class = HitSerializer
    rights: ClassVar = {"list": SIGNED_IN}

    @extend_schema(responses=HitSerializer(many=True))
    def list(self, request: SignedInApiRequest) -> Response:
        form = SearchForm(request.query_params, reader=request.user)
        page = self.paginate_queryset(form.answer(request.user))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
