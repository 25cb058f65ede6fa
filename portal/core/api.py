"""The API's description of itself, its audit trail, and what its viewsets share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers, viewsets

from portal.core import selectors
from portal.core.access import SIGNED_IN, RightsPermission
from portal.core.audit_filters import AuditFilterForm
from portal.core.history import Difference
from portal.core.models import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    permission_classes = (RightsPermission,)
    rights: ClassVar = {"get": SIGNED_IN}


class DocsView(SpectacularSwaggerSplitView):
    permission_classes = (RightsPermission,)
    rights: ClassVar = {"get": SIGNED_IN}
    template_name = "core/api_docs.html"
    url_name = "api:schema"
    title = "Assay API"


def filtered_by(*names: str) -> Callable[[type[Any]], type[Any]]:
    """Name the filters of a viewset's list in the schema; they are those of the page."""
    parameters = [OpenApiParameter(name, str) for name in names]
    return extend_schema_view(list=extend_schema(parameters=parameters))


class DifferenceSerializer(serializers.Serializer[Difference]):
    """One column before and after, in the words of the pages."""

    column = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    by = serializers.EmailField(source="by.email", allow_null=True, default=None)

    class Meta:
        model = AuditEvent
        fields: ClassVar = [
            "id", "at", "by", "verb", "target_type", "target_id", "target_name", "facts"
        ]  # fmt: skip


@filtered_by("about", "verb", "by")
class AuditEventViewSet(viewsets.ReadOnlyModelViewSet[AuditEvent]):
    """Who did what to which record, newest first."""

    serializer_class = AuditEventSerializer
    rights: ClassVar = {"list": "audit.view", "retrieve": "audit.view"}

    def get_queryset(self) -> QuerySet[AuditEvent]:
        filters = AuditFilterForm(self.request.query_params if self.action == "list" else {})
        return selectors.audit_events(**filters.chosen())
