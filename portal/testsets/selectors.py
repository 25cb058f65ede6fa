"""Which test sets a person sees, and which packages wait to be registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core.access import may
from portal.testsets.models import TestSet
from portal.testsets.packages import package_names

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User


def test_sets_visible_to(user: User) -> QuerySet[TestSet]:
    """Every registered set for every role; the pages leave out what suppliers may not read."""
    return TestSet.objects.all() if may(user, "testsets.view") else TestSet.objects.none()


def narrowed(
    test_sets: QuerySet[TestSet], *, q: str = "", image_kind: str = "", state: str = ""
) -> QuerySet[TestSet]:
    if q:
        test_sets = test_sets.filter(title__icontains=q)
    if image_kind:
        test_sets = test_sets.filter(image_kind=image_kind)
    if state:
        test_sets = test_sets.filter(is_active=state == "active")
    return test_sets.order_by("title", "revision", "pk")


def unregistered_packages() -> list[str]:
    """Return the packages below the test sets' folder that are not registered."""
    registered = set(TestSet.objects.values_list("package", flat=True))
    return [name for name in package_names() if name not in registered]
