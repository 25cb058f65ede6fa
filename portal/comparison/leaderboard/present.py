"""The field as it is now: what was released, less what has gone stale."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone

from portal.comparison.basis import protocols_of
from portal.comparison.leaderboard.field import Field, field_of, released_results
from portal.comparison.staleness import stale_reasons
from portal.testsets.models import TestSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from portal.runs.models import EvaluationRun


def ranked_test_sets() -> list[TestSet]:
    """Return the test sets with released results that can be ranked, the most used first.

    Those out of use, and older revisions of others, come last: their results have gone stale.
    """
    counted = dict(released_results().order_by().values_list("test_set").annotate(n=Count("pk")))
    found = TestSet.objects.filter(pk__in=counted).order_by("registered_at", "pk")
    sets = [one for one in found if protocols_of(one)]
    newest = {one.title: one.pk for one in sets}

    def place(one: TestSet) -> tuple[bool, int, str, str]:
        is_old = not one.is_active or newest[one.title] != one.pk
        return is_old, -counted[one.pk], one.title, str(one.pk)

    return sorted(sets, key=place)


def present_field(test_set: TestSet) -> Field:
    """Return who is ranked on a test set now."""
    results = released_results().filter(test_set=test_set).select_related(None)
    runs = list(results.select_related("submission__product__supplier"))
    for run in runs:
        run.test_set = test_set  # once for all: what it holds is long
    return field_of(runs, _stale(runs))


def present_fields() -> dict[UUID, Field]:
    """Return who is ranked now, by test set, in as many queries as for one."""
    runs = list(released_results())
    stale = _stale(runs)
    by_set: dict[UUID, list[EvaluationRun]] = defaultdict(list)
    for run in runs:
        by_set[run.test_set_id].append(run)
    return {test_set: field_of(found, stale) for test_set, found in by_set.items()}


def _stale(runs: Sequence[EvaluationRun]) -> dict[UUID, str]:
    return stale_reasons(runs, at=timezone.now())
