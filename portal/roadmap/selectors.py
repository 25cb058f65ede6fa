"""Reading the roadmap: what is scheduled, what is not, and how lists of it are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.accounts.models import Role, User
from portal.core.access import may
from portal.roadmap.models import Capability, RoadmapItem

if TYPE_CHECKING:
    from django.db.models import QuerySet

UNSCHEDULED = Q(starts_on__isnull=True, ends_on__isnull=True)


def items_visible_to(user: User) -> QuerySet[RoadmapItem]:
    if not may(user, "roadmap.view"):
        return RoadmapItem.objects.none()
    return RoadmapItem.objects.select_related("capability", "owner")


def narrowed(
    items: QuerySet[RoadmapItem],
    *,
    q: str = "",
    capability: str = "",
    use_case: str = "",
    status: str = "",
) -> QuerySet[RoadmapItem]:
    if q:
        items = items.filter(Q(title__icontains=q) | Q(outcome__icontains=q))
    if capability:
        items = items.filter(capability__slug=capability)
    if use_case:
        items = items.filter(use_case=use_case)
    if status:
        items = items.filter(status=status)
    return items


def scheduled(items: QuerySet[RoadmapItem]) -> QuerySet[RoadmapItem]:
    return items.exclude(UNSCHEDULED)


def unscheduled(items: QuerySet[RoadmapItem]) -> QuerySet[RoadmapItem]:
    return items.filter(UNSCHEDULED).order_by("title", "pk")


def capability_choices() -> list[tuple[str, str]]:
    return list(Capability.objects.values_list("slug", "name"))


def possible_owners() -> QuerySet[User]:
    """Return the people of government who may own an item."""
    return User.objects.filter(role__in=(Role.JSARC, Role.OFFICIAL), is_active=True)
