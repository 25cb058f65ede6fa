"""Claims over the API: what their pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework import serializers, viewsets

from portal.suppliers import claims, selectors
from portal.suppliers.models import Claim, Product

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


class ProductField(serializers.PrimaryKeyRelatedField[Product]):
    """A product among those that the caller may see."""

    def get_queryset(self) -> QuerySet[Product]:
        return selectors.products_visible_to(self.context["request"].user)


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    product = ProductField(queryset=Product.objects.all())

    class Meta:
        model = Claim
        fields: ClassVar = ["id", "product", *claims.CLAIM, "created_at", "updated_at"]


class ClaimViewSet(viewsets.ModelViewSet[Claim]):
    """What suppliers claim of their products; proportions in [0, 1]."""

    request: SignedInApiRequest
    queryset = Claim.objects.none()  # tells the schema the table
    serializer_class = ClaimSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    rights: ClassVar = {
        "list": "suppliers.view",
        "retrieve": "suppliers.view",
        "create": "suppliers.edit",
        "partial_update": "suppliers.edit",
        "destroy": "suppliers.edit",
    }

    def get_queryset(self) -> QuerySet[Claim]:
        return selectors.claims_visible_to(self.request.user)

    def perform_create(self, serializer: BaseSerializer[Claim]) -> None:
        serializer.instance = claims.save_claim(by=self.request.user, **serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Claim]) -> None:
        claim = self.get_object()
        entered = {k: v for k, v in serializer.validated_data.items() if k != "product"}
        serializer.instance = claims.save_claim(
            product=claim.product, claim=claim, by=self.request.user, **entered
        )

    def perform_destroy(self, instance: Claim) -> None:
        claims.remove_claim(claim=instance, by=self.request.user)
