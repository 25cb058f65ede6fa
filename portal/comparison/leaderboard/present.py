"""The field as it is now: what was released, less what has gone stale."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count

from portal.comparison.basis import protocols_of
from portal.comparison.leaderboard.field import Field, field_of, released_results
from portal.testsets.models import TestSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from portal.runs.models import EvaluationRun


def ranked_test_sets() -> list[TestSet]:
    """Return the test sets with released results that can be ranked, the most used first."""
    counted = dict(released_results().order_by().values_list("test_set").annotate(n=Count("pk")))
    sets = [one for one in TestSet.objects.filter(pk__in=counted) if protocols_of(one)]
    return sorted(sets, key=lambda one: (-counted[one.pk], one.title, one.pk))


def present_field(test_set: TestSet) -> Field:
    """Return who is ranked on a test set now."""
    runs = list(released_results().filter(test_set=test_set))
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
    return {}
