"""Parts over the API: what their pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers, viewsets

from portal.suppliers import selectors
from portal.suppliers.models import (
    AssuranceEvidence,
    Claim,
    Contact,
    Framework,
    Product,
    Site,
    Source,
)
from portal.suppliers.parts.kinds import CLAIM, CONTACT, EVIDENCE, FRAMEWORK, SITE, SOURCE
from portal.suppliers.parts.part import Part, Row
from portal.suppliers.parts.saving import remove_part, save_part
from portal.suppliers.serializers import ProductField, SupplierField

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


class OfSupplier(serializers.ModelSerializer[Row]):
    supplier = SupplierField()


class OfProduct(serializers.ModelSerializer[Row]):
    product = ProductField(queryset=Product.objects.all())


def columns_of(part: Part[Any]) -> list[str]:
    """Return what the API shows of a kind of part."""
    return ["id", part.of, *part.fields, "created_at", "updated_at"]


class ContactSerializer(OfSupplier[Contact]):
    class Meta:
        model = Contact
        fields: ClassVar = columns_of(CONTACT)
        validators: ClassVar[list[Any]] = []  # the service decides


class FrameworkSerializer(OfSupplier[Framework]):
    class Meta:
        model = Framework
        fields: ClassVar = columns_of(FRAMEWORK)
        validators: ClassVar[list[Any]] = []


class SiteSerializer(OfSupplier[Site]):
    class Meta:
        model = Site
        fields: ClassVar = columns_of(SITE)
        validators: ClassVar[list[Any]] = []


class SourceSerializer(OfSupplier[Source]):
    class Meta:
        model = Source
        fields: ClassVar = columns_of(SOURCE)


class ClaimSerializer(OfProduct[Claim]):
    class Meta:
        model = Claim
        fields: ClassVar = columns_of(CLAIM)


class EvidenceSerializer(OfProduct[AssuranceEvidence]):
    class Meta:
        model = AssuranceEvidence
        fields: ClassVar = columns_of(EVIDENCE)
        validators: ClassVar[list[Any]] = []


def rights_of(part: Part[Any]) -> dict[str, str]:
    """Return the right that each action asks for."""
    read = dict.fromkeys(("list", "retrieve"), part.view_right)
    return read | dict.fromkeys(("create", "partial_update", "destroy"), part.edit_right)


class PartViewSet(viewsets.ModelViewSet[Row]):
    """Rows of one kind, of the suppliers that the caller may see."""

    request: SignedInApiRequest
    part: Part[Row]
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[Row]:
        return selectors.parts_visible_to(self.request.user, self.part)

    def perform_create(self, serializer: BaseSerializer[Row]) -> None:
        entered = dict(serializer.validated_data)
        owner = entered.pop(self.part.of)
        serializer.instance = save_part(self.part, owner, by=self.request.user, **entered)

    def perform_update(self, serializer: BaseSerializer[Row]) -> None:
        row = self.get_object()
        owner = getattr(row, self.part.of)
        entered = {k: v for k, v in serializer.validated_data.items() if k != self.part.of}
        saved = save_part(self.part, owner, row=row, by=self.request.user, **entered)
        serializer.instance = saved

    def perform_destroy(self, instance: Row) -> None:
        remove_part(self.part, instance, by=self.request.user)


class ContactViewSet(PartViewSet[Contact]):
    """Contacts at suppliers, with their consent and until when they are kept."""

    part = CONTACT
    queryset = Contact.objects.none()  # tells the schema the table
    serializer_class = ContactSerializer
    rights: ClassVar = rights_of(CONTACT)


class FrameworkViewSet(PartViewSet[Framework]):
    """Places of suppliers on procurement frameworks."""

    part = FRAMEWORK
    queryset = Framework.objects.none()
    serializer_class = FrameworkSerializer
    rights: ClassVar = rights_of(FRAMEWORK)


class SiteViewSet(PartViewSet[Site]):
    """Where suppliers work."""

    part = SITE
    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    rights: ClassVar = rights_of(SITE)


class SourceViewSet(PartViewSet[Source]):
    """What an analyst's records of suppliers rest on."""

    part = SOURCE
    queryset = Source.objects.none()
    serializer_class = SourceSerializer
    rights: ClassVar = rights_of(SOURCE)


class ClaimViewSet(PartViewSet[Claim]):
    """What suppliers claim of their products; proportions in [0, 1]."""

    part = CLAIM
    queryset = Claim.objects.none()
    serializer_class = ClaimSerializer
    rights: ClassVar = rights_of(CLAIM)


class EvidenceViewSet(PartViewSet[AssuranceEvidence]):
    """Documents about the assurance of products, with their expiry."""

    part = EVIDENCE
    queryset = AssuranceEvidence.objects.none()
    serializer_class = EvidenceSerializer
    rights: ClassVar = rights_of(EVIDENCE)
