"""The roadmap over the API: what its pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework import mixins, viewsets

from portal.core.api import filtered_by
from portal.roadmap import selectors, services
from portal.roadmap.forms import RoadmapFilterForm
from portal.roadmap.models import Capability, RoadmapItem
from portal.roadmap.serializers import CapabilitySerializer, RoadmapItemSerializer

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


class CapabilityViewSet(viewsets.ReadOnlyModelViewSet[Capability]):
    """Capabilities that the roadmap's items deliver."""

    queryset = Capability.objects.all()
    request: SignedInApiRequest
    serializer_class = CapabilitySerializer
    lookup_field = "slug"
    rights: ClassVar = {"list": "roadmap.view", "retrieve": "roadmap.view"}


@filtered_by("q", "capability", "use_case", "status")
class RoadmapItemViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet[RoadmapItem]
):
    """Items of the roadmap; those without dates are unscheduled."""

    request: SignedInApiRequest
    serializer_class = RoadmapItemSerializer
    lookup_field = "slug"
    http_method_names = ["get", "post", "patch", "head", "options"]
    rights: ClassVar = {
        "list": "roadmap.view",
        "retrieve": "roadmap.view",
        "create": "roadmap.edit",
        "partial_update": "roadmap.edit",
    }

    def get_queryset(self) -> QuerySet[RoadmapItem]:
        items = selectors.items_visible_to(self.request.user)
        if self.action != "list":
            return items
        return selectors.narrowed(items, **RoadmapFilterForm(self.request.query_params).chosen())

    def perform_create(self, serializer: BaseSerializer[RoadmapItem]) -> None:
        serializer.instance = services.save_item(by=self.request.user, **serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[RoadmapItem]) -> None:
        serializer.instance = services.save_item(
            item=self.get_object(), by=self.request.user, **serializer.validated_data
        )
