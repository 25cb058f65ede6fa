"""Suppliers and products over the API: what their pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from portal.core.api import filtered_by
from portal.suppliers import selectors, services
from portal.suppliers.forms import SupplierFilterForm
from portal.suppliers.merging.plan import plan_of
from portal.suppliers.merging.services import merge_suppliers
from portal.suppliers.models import Product, Supplier
from portal.suppliers.serializers import (
    ArchiveSerializer,
    MergePlanSerializer,
    MergeSerializer,
    ProductSerializer,
    ResearchSerializer,
    SupplierSerializer,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest

METHODS = ["get", "post", "patch", "delete", "head", "options"]


@filtered_by("q", "use_case", "country", "archived")
class SupplierViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet[Supplier]
):
    """Suppliers that the caller may see; archived ones are listed only when asked for."""

    request: SignedInApiRequest
    serializer_class = SupplierSerializer
    lookup_field = "slug"
    http_method_names = METHODS
    rights: ClassVar = {
        "list": "suppliers.view",
        "retrieve": "suppliers.view",
        "create": "suppliers.create",
        "partial_update": "suppliers.edit",
        "research": "suppliers.research",
        "archive": "suppliers.archive",
        "restore": "suppliers.archive",
        "merge": "suppliers.merge",
    }

    def get_queryset(self) -> QuerySet[Supplier]:
        visible = selectors.suppliers_visible_to(self.request.user)
        if self.action != "list":
            return visible
        filters = SupplierFilterForm(self.request.query_params, suppliers=visible)
        return selectors.narrowed(visible, **filters.chosen())

    def perform_create(self, serializer: BaseSerializer[Supplier]) -> None:
        entered = serializer.validated_data
        serializer.instance = services.create_supplier(by=self.request.user, **entered)

    def perform_update(self, serializer: BaseSerializer[Supplier]) -> None:
        serializer.instance = services.edit_supplier(
            supplier=self.get_object(), by=self.request.user, **serializer.validated_data
        )

    @extend_schema(request=ArchiveSerializer, responses=SupplierSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: SignedInApiRequest, slug: str) -> Response:
        entered = ArchiveSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        supplier = services.archive_supplier(
            supplier=self.get_object(), by=request.user, **entered.validated_data
        )
        return Response(self.get_serializer(supplier).data)

    @extend_schema(request=ResearchSerializer, responses=SupplierSerializer)
    @action(detail=True, methods=["post"])
    def research(self, request: SignedInApiRequest, slug: str) -> Response:
        """Record when an analyst last researched the supplier, and how far it is trusted."""
        entered = ResearchSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        supplier = services.record_research(
            supplier=self.get_object(), by=request.user, **entered.validated_data
        )
        return Response(self.get_serializer(supplier).data)

    @extend_schema(
        methods=["GET"],
        parameters=[OpenApiParameter("into", str, required=True)],
        responses=MergePlanSerializer,
    )
    @extend_schema(methods=["POST"], request=MergeSerializer, responses=SupplierSerializer)
    @action(detail=True, methods=["get", "post"])
    def merge(self, request: SignedInApiRequest, slug: str) -> Response:
        """Say what merging this supplier ``into`` another would move; POST does it."""
        asked = {"into": request.query_params.get("into"), "agreed": "-"}
        sent = asked if request.method == "GET" else request.data
        entered = MergeSerializer(data=sent, context=self.get_serializer_context())
        entered.is_valid(raise_exception=True)
        duplicate, into = self.get_object(), entered.validated_data["into"]
        if request.method == "GET":
            return Response(MergePlanSerializer(plan_of(duplicate, into)).data)
        agreed = entered.validated_data["agreed"]
        supplier = merge_suppliers(duplicate=duplicate, into=into, agreed=agreed, by=request.user)
        return Response(self.get_serializer(supplier).data)

    @extend_schema(request=None, responses=SupplierSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: SignedInApiRequest, slug: str) -> Response:
        supplier = services.restore_supplier(supplier=self.get_object(), by=request.user)
        return Response(self.get_serializer(supplier).data)


EDITED = {
    "list": "suppliers.view",
    "retrieve": "suppliers.view",
    "create": "suppliers.edit",
    "partial_update": "suppliers.edit",
    "destroy": "suppliers.edit",
}


def _entered(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """Return what was sent for a part of a supplier; a part never moves to another supplier."""
    return {key: value for key, value in serializer.validated_data.items() if key != "supplier"}


class ProductViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet[Product]
):
    """Products of the suppliers that the caller may see."""

    request: SignedInApiRequest
    serializer_class = ProductSerializer
    http_method_names = METHODS
    rights: ClassVar = EDITED | {"confirm": "suppliers.confirm"}

    @extend_schema(request=None, responses=ProductSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: SignedInApiRequest, pk: str) -> Response:
        """Make a candidate, taken from an answer to a call, a product like the others."""
        product = services.confirm_product(product=self.get_object(), by=request.user)
        return Response(self.get_serializer(product).data)

    def get_queryset(self) -> QuerySet[Product]:
        return selectors.products_visible_to(self.request.user)

    def perform_create(self, serializer: BaseSerializer[Product]) -> None:
        serializer.instance = services.save_product(
            supplier=serializer.validated_data["supplier"],
            by=self.request.user,
            **_entered(serializer),
        )

    def perform_update(self, serializer: BaseSerializer[Product]) -> None:
        product = self.get_object()
        serializer.instance = services.save_product(
            supplier=product.supplier,
            product=product,
            by=self.request.user,
            **_entered(serializer),
        )
