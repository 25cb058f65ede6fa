"""The feed of a supplier over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets

from portal.core.api import DifferenceSerializer
from portal.home.activity.sources import Kind
from portal.home.activity.views import ActivityForm, feed
from portal.suppliers.models import Supplier
from portal.suppliers.selectors import suppliers_visible_to

if TYPE_CHECKING:
    from rest_framework.response import Response

    from portal.core.requests import SignedInApiRequest


class EntrySerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    words = serializers.CharField()
    who = serializers.CharField()
    href = serializers.CharField()
    differences = DifferenceSerializer(many=True)


class SupplierActivityViewSet(viewsets.GenericViewSet[Supplier]):
    """What happened to a supplier, newest first: edits with differences, submissions, results."""

    request: SignedInApiRequest
    lookup_field = "slug"
    queryset = Supplier.objects.none()
    serializer_class = EntrySerializer
    rights: ClassVar = {"retrieve": "suppliers.view"}

    @extend_schema(
        parameters=[OpenApiParameter("kind", enum=Kind.values), OpenApiParameter("page", int)],
        responses=EntrySerializer(many=True),
    )
    def retrieve(self, request: SignedInApiRequest, slug: str) -> Response:
        supplier = get_object_or_404(suppliers_visible_to(request.user), slug=slug)
        form = ActivityForm(request.query_params, reader=request.user)
        page = self.paginate_queryset(feed(supplier, request.user, form))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
