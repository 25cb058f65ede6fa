"""Suppliers and products as the API reads and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers

from portal.core.access import may
from portal.suppliers import selectors
from portal.suppliers.merging.plan import Move, Plan
from portal.suppliers.models import Product, Supplier
from portal.suppliers.services import PRODUCT, PROFILE, RESEARCH

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SupplierField(serializers.SlugRelatedField[Supplier]):
    """A supplier by its slug, among those that the caller may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Supplier.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Supplier]:
        return selectors.suppliers_visible_to(self.context["request"].user)


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    class Meta:
        model = Supplier
        fields: ClassVar = [
            "slug", *PROFILE, *RESEARCH, "archived_at", "archived_reason", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = ["slug", *RESEARCH, "archived_at", "archived_reason"]

    def to_representation(self, instance: Supplier) -> dict[str, Any]:
        """Leave out what government thinks of a supplier where its own people read it."""
        shown: dict[str, Any] = super().to_representation(instance)
        user = self.context["request"].user
        if not may(user, "suppliers.view_archiving"):
            shown["archived_reason"] = ""
        if not may(user, "suppliers.view_research"):
            shown |= {"confidence": "", "last_researched_on": None}
        return shown


class ArchiveSerializer(serializers.Serializer[Supplier]):
    reason = serializers.CharField(max_length=300)


class MergeSerializer(serializers.Serializer[Supplier]):
    """Into which supplier, and the digest of the plan that was agreed to."""

    into = SupplierField()
    agreed = serializers.CharField()


class MoveSerializer(serializers.Serializer[Move]):
    kind = serializers.CharField(source="label")
    move = serializers.ListField(child=serializers.CharField(), source="rows")
    stay = serializers.ListField(child=serializers.CharField())


class MergePlanSerializer(serializers.Serializer[Plan]):
    moves = MoveSerializer(many=True)
    people = serializers.ListField(child=serializers.CharField())
    filled = serializers.SerializerMethodField(help_text="columns and what they are filled with")
    problems = serializers.ListField(child=serializers.CharField())
    digest = serializers.CharField()

    def get_filled(self, plan: Plan) -> dict[str, str]:
        return dict(plan.filled)


class ResearchSerializer(serializers.ModelSerializer[Supplier]):
    class Meta:
        model = Supplier
        fields: ClassVar = [*RESEARCH]


class ProductField(serializers.PrimaryKeyRelatedField[Product]):
    """A product among those that the caller may see."""

    def get_queryset(self) -> QuerySet[Product]:
        return selectors.products_visible_to(self.context["request"].user)


class ProductSerializer(serializers.ModelSerializer[Product]):
    supplier = SupplierField()

    class Meta:
        model = Product
        fields: ClassVar = [
            "id",
            "supplier",
            "slug",
            *PRODUCT,
            "is_candidate",
            "created_at",
            "updated_at",
        ]
        read_only_fields: ClassVar = ["slug", "is_candidate"]
        validators: ClassVar[list[Any]] = []  # the service decides
