"""People over the API: what an administrator's pages can do, with the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework import mixins, viewsets

from portal.accounts import selectors, services
from portal.accounts.forms import PersonFilterForm
from portal.accounts.models import User
from portal.accounts.serializers import PersonSerializer
from portal.core.api import filtered_by

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest


@filtered_by("q", "role", "state")
class PersonViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet[User]
):
    """People who have an account."""

    request: SignedInApiRequest
    serializer_class = PersonSerializer
    http_method_names = ["get", "post", "patch", "head", "options"]
    rights: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update"), "people.manage"
    )

    def get_queryset(self) -> QuerySet[User]:
        filters = PersonFilterForm(self.request.query_params if self.action == "list" else {})
        return selectors.people(**filters.chosen())

    def perform_create(self, serializer: BaseSerializer[User]) -> None:
        entered = serializer.validated_data
        password = entered.pop("password")
        serializer.instance = services.create_person(
            person=services.Person(**entered), password=password, by=self.request.user
        )

    def perform_update(self, serializer: BaseSerializer[User]) -> None:
        user = self.get_object()
        password = serializer.validated_data.get("password")
        person = services.Person.of(user, serializer.validated_data)
        serializer.instance = services.update_person(
            user=user, person=person, password=password, by=self.request.user
        )
