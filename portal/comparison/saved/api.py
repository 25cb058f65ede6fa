"""Saved comparisons over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import QueryDict
from rest_framework import serializers, viewsets

from portal.comparison.models import SavedComparison
from portal.comparison.saved import services
from portal.comparison.saved.choice import choice_of
from portal.comparison.saved.selectors import saved_visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


class SavedComparisonSerializer(serializers.ModelSerializer[SavedComparison]):
    owner = serializers.EmailField(source="owner.email", read_only=True)
    choice = serializers.CharField(
        max_length=10_000,
        help_text="The query of a comparison: `model` once for each, `test_set`, `protocol` ...",
    )

    class Meta:
        model = SavedComparison
        fields: ClassVar = ["id", "owner", "name", "choice", "is_shared", "created_at"]
        read_only_fields: ClassVar = ["created_at"]


class SavedComparisonViewSet(viewsets.ModelViewSet[SavedComparison]):
    """The caller's own saved comparisons, and those that others share; only one's own change."""

    request: SignedInApiRequest
    queryset = SavedComparison.objects.none()  # tells the schema the table
    serializer_class = SavedComparisonSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    rights: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy"), "comparison.compare"
    )

    def get_queryset(self) -> QuerySet[SavedComparison]:
        return saved_visible_to(self.request.user)

    def perform_create(self, serializer: BaseSerializer[SavedComparison]) -> None:
        given = serializer.validated_data
        serializer.instance = services.save_comparison(
            choice=choice_of(QueryDict(given["choice"])), by=self.request.user, **_settings(given)
        )

    def perform_update(self, serializer: BaseSerializer[SavedComparison]) -> None:
        saved = self.get_object()
        serializer.instance = services.change_saved_comparison(
            saved=saved,
            by=self.request.user,
            **_settings(serializer.validated_data, name=saved.name, is_shared=saved.is_shared),
        )

    def perform_destroy(self, instance: SavedComparison) -> None:
        services.remove_saved_comparison(saved=instance, by=self.request.user)


def _settings(given: dict[str, Any], *, name: str = "", is_shared: bool = False) -> dict[str, Any]:
    return {"name": given.get("name", name), "is_shared": given.get("is_shared", is_shared)}
