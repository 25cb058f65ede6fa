"""Which test sets a person sees, and which packages wait to be registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextField
from django.db.models.functions import Cast

from portal.core.access import may
from portal.core.task_words import TASKS
from portal.testsets.models import TestSet
from portal.testsets.packages import package_names

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User


def test_sets_visible_to(user: User) -> QuerySet[TestSet]:
    """Every registered set for every role; the pages leave out what suppliers may not read."""
    return TestSet.objects.all() if may(user, "testsets.view") else TestSet.objects.none()


def narrowed(
    test_sets: QuerySet[TestSet],
    *,
    q: str = "",
    task: str = "",
    image_kind: str = "",
    state: str = "",
) -> QuerySet[TestSet]:
    if q:
        test_sets = test_sets.filter(title__icontains=q)
    if task:
        test_sets = serving(test_sets, task)
    if image_kind:
        test_sets = test_sets.filter(image_kind=image_kind)
    if state:
        test_sets = test_sets.filter(is_active=state == "active")
    return test_sets.order_by("title", "revision", "pk")


def serving(test_sets: QuerySet[TestSet], task: str) -> QuerySet[TestSet]:
    """Return those with a protocol for the models of a task."""
    as_text = Cast("tasks", TextField())  # SQLite cannot ask what a list of JSON holds
    return test_sets.annotate(tasks_text=as_text).filter(tasks_text__contains=f'"{task}"')


def sets_in_use() -> dict[str, list[TestSet]]:
    """Return for every task the sets on which a new model of it is measured."""
    in_use = TestSet.objects.filter(is_active=True).order_by("title", "revision", "pk")
    found = list(in_use)
    return {task: [one for one in found if task in one.tasks] for task in TASKS}


def unregistered_packages() -> list[str]:
    """Return the packages below the test sets' folder that are not registered."""
    registered = set(TestSet.objects.values_list("package", flat=True))
    return [name for name in package_names() if name not in registered]
