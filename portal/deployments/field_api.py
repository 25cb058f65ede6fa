"""Field records over the API: what their pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import viewsets

from portal.core.api import filtered_by
from portal.deployments import selectors, services
from portal.deployments.field_forms import FieldRecordFilterForm
from portal.deployments.group_lines import GroupCount
from portal.deployments.models import FieldRecord
from portal.deployments.serializers import FieldRecordSerializer

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


@filtered_by("q", "use_case")
class FieldRecordViewSet(viewsets.ModelViewSet[FieldRecord]):
    """Deployments with their faces, alerts and confirmed false alerts, the latest first."""

    request: SignedInApiRequest
    queryset = FieldRecord.objects.none()  # tells the schema the table
    serializer_class = FieldRecordSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    rights: ClassVar = {
        "list": "deployments.view",
        "retrieve": "deployments.view",
        "create": "deployments.edit",
        "partial_update": "deployments.edit",
        "destroy": "deployments.edit",
    }

    def get_queryset(self) -> QuerySet[FieldRecord]:
        records = selectors.records_visible_to(self.request.user).prefetch_related("groups")
        if self.action != "list":
            return records
        filters = FieldRecordFilterForm(self.request.query_params).chosen()
        return selectors.narrowed(records, **filters)

    def perform_create(self, serializer: BaseSerializer[FieldRecord]) -> None:
        serializer.instance = services.save_field_record(
            by=self.request.user, **_entered(serializer.validated_data)
        )

    def perform_update(self, serializer: BaseSerializer[FieldRecord]) -> None:
        saved = services.save_field_record(
            record=self.get_object(), by=self.request.user, **_entered(serializer.validated_data)
        )
        serializer.instance = FieldRecord.objects.get(pk=saved.pk)

    def perform_destroy(self, instance: FieldRecord) -> None:
        services.remove_field_record(record=instance, by=self.request.user)


def _entered(given: dict[str, Any]) -> dict[str, Any]:
    if "groups" not in given:
        return given
    return given | {"groups": [GroupCount(**one) for one in given["groups"]]}
