"""Assurance evidence over the API: what its pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework import serializers, viewsets

from portal.suppliers import assurance, selectors
from portal.suppliers.claim_api import ProductField
from portal.suppliers.models import AssuranceEvidence, Product

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


class EvidenceSerializer(serializers.ModelSerializer[AssuranceEvidence]):
    product = ProductField(queryset=Product.objects.all())

    class Meta:
        model = AssuranceEvidence
        fields: ClassVar = ["id", "product", *assurance.EVIDENCE, "created_at", "updated_at"]
        validators: ClassVar[list[object]] = []  # the service decides


class EvidenceViewSet(viewsets.ModelViewSet[AssuranceEvidence]):
    """Documents about the assurance of products, with their expiry."""

    request: SignedInApiRequest
    queryset = AssuranceEvidence.objects.none()  # tells the schema the table
    serializer_class = EvidenceSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    rights: ClassVar = {
        "list": "suppliers.view",
        "retrieve": "suppliers.view",
        "create": "suppliers.edit",
        "partial_update": "suppliers.edit",
        "destroy": "suppliers.edit",
    }

    def get_queryset(self) -> QuerySet[AssuranceEvidence]:
        return selectors.evidence_visible_to(self.request.user)

    def perform_create(self, serializer: BaseSerializer[AssuranceEvidence]) -> None:
        serializer.instance = assurance.save_evidence(
            by=self.request.user, **serializer.validated_data
        )

    def perform_update(self, serializer: BaseSerializer[AssuranceEvidence]) -> None:
        evidence = self.get_object()
        entered = {k: v for k, v in serializer.validated_data.items() if k != "product"}
        serializer.instance = assurance.save_evidence(
            product=evidence.product, evidence=evidence, by=self.request.user, **entered
        )

    def perform_destroy(self, instance: AssuranceEvidence) -> None:
        assurance.remove_evidence(evidence=instance, by=self.request.user)
