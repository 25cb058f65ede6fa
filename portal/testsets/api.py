"""Test sets over the API: what their pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.response import Response

from portal.core.access import may
from portal.core.api import filtered_by
from portal.testsets import selectors, services
from portal.testsets.forms import TestSetFilterForm
from portal.testsets.models import TestSet
from portal.testsets.serializers import (
    RegisterSerializer,
    TestSetOutlineSerializer,
    TestSetSerializer,
    UseSerializer,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


@filtered_by("q", "task", "image_kind", "state")
class TestSetViewSet(viewsets.ReadOnlyModelViewSet[TestSet]):
    """Registered test sets; suppliers read what a set is and asks, and its composition."""

    lookup_field = "slug"
    request: SignedInApiRequest
    serializer_class = TestSetSerializer
    rights: ClassVar = {
        "list": "testsets.view",
        "retrieve": "testsets.view",
        "create": "testsets.register",
        "partial_update": "testsets.register",
    }

    def get_serializer_class(self) -> type[BaseSerializer[TestSet]]:
        if may(self.request.user, "testsets.view_protocols"):
            return TestSetSerializer
        return TestSetOutlineSerializer

    def get_queryset(self) -> QuerySet[TestSet]:
        visible = selectors.test_sets_visible_to(self.request.user)
        filters = TestSetFilterForm(self.request.query_params if self.action == "list" else {})
        return selectors.narrowed(visible, **filters.chosen())

    @extend_schema(request=RegisterSerializer, responses={201: TestSetSerializer})
    def create(self, request: SignedInApiRequest) -> Response:
        """Register a package that lies in the test sets folder."""
        entered = RegisterSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        test_set = services.register_test_set(by=request.user, **entered.validated_data)
        return Response(self.get_serializer(test_set).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=UseSerializer, responses=TestSetSerializer)
    def partial_update(self, request: SignedInApiRequest, slug: str) -> Response:
        """Choose whether new models are evaluated on this set."""
        entered = UseSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        test_set = services.set_active(
            test_set=self.get_object(), by=request.user, **entered.validated_data
        )
        return Response(self.get_serializer(test_set).data)
