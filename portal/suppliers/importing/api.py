"""Imports over the API: bring a file, read what would change, take it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from portal.core.api import DifferenceSerializer
from portal.suppliers.importing.preview import Preview, lines_of, preview_of
from portal.suppliers.importing.services import bring_file, take_in
from portal.suppliers.models import SupplierImport

if TYPE_CHECKING:
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


class ImportSerializer(serializers.ModelSerializer[SupplierImport]):
    file = serializers.FileField(write_only=True, allow_empty_file=True)

    class Meta:
        model = SupplierImport
        fields: ClassVar = ["id", "file", "file_name", "created_at", "applied_at", "n_new",
                            "n_changed", "n_unchanged", "n_left_out"]  # fmt: skip
        read_only_fields: ClassVar = fields[2:]


class AgreementSerializer(serializers.Serializer[Any]):
    agreed = serializers.CharField(help_text="the digest of the preview that was looked at")


class RowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="in the file, where the header is row 1")
    name = serializers.CharField()
    state = serializers.ChoiceField(["new", "changed", "unchanged", "error"])
    supplier = serializers.CharField(allow_null=True)
    differences = DifferenceSerializer(many=True)
    problems = serializers.ListField(child=serializers.CharField())


class PreviewSerializer(serializers.Serializer[Any]):
    rows = RowSerializer(many=True)
    digest = serializers.CharField()


def _told(preview: Preview) -> Response:
    return Response({"rows": lines_of(preview.rows), "digest": preview.digest})


class SupplierImportViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet[SupplierImport]):
    """Files of suppliers; nothing changes before a file is taken in."""

    request: SignedInApiRequest
    queryset = SupplierImport.objects.select_related("by").defer("rows")
    serializer_class = ImportSerializer
    rights: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "preview", "apply"), "suppliers.import"
    )

    def get_parsers(self) -> Any:
        is_file = getattr(self, "action_map", {}).get("post") == "create"
        return [MultiPartParser()] if is_file else super().get_parsers()

    def perform_create(self, serializer: BaseSerializer[SupplierImport]) -> None:
        file = serializer.validated_data["file"]
        serializer.instance = bring_file(file=file, name=file.name, by=self.request.user)

    @extend_schema(responses=PreviewSerializer)
    @action(detail=True, methods=["get"])
    def preview(self, request: SignedInApiRequest, pk: str) -> Response:
        """Say what each row would change now."""
        return _told(preview_of(self.get_object()))

    @extend_schema(request=AgreementSerializer, responses=PreviewSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: SignedInApiRequest, pk: str) -> Response:
        """Add and change suppliers as the preview says; rows with errors are left out."""
        entered = AgreementSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        return _told(take_in(brought=self.get_object(), by=request.user, **entered.validated_data))
