"""Reading people: lists for administrators, and who may still administer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from rest_framework.authtoken.models import Token

from portal.accounts.models import Organisation, Role, User

if TYPE_CHECKING:
    from django.db.models import QuerySet


def people(*, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Every person by name, narrowed by part of a name, an address or an organisation."""
    found = User.objects.select_related("organisation")
    if q:
        named = Q(name__icontains=q) | Q(email__icontains=q)
        found = found.filter(named | Q(organisation__name__icontains=q))
    if role:
        found = found.filter(role=role)
    if state:
        found = found.filter(is_active=state == "active")
    return found.order_by("name", "pk")


def active_administrators() -> QuerySet[User]:
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)


def organisations() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("name")


def token_of(user: User) -> Token | None:
    return Token.objects.filter(user=user).first()
