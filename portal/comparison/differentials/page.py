"""What the page of groups shows of one model, decided from its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison import selectors
from portal.comparison.differentials.division import (
    AtThreshold,
    Division,
    divisions_of,
    telling,
    thresholds_of,
)
from portal.comparison.differentials.forms import GroupsForm
from portal.comparison.provenance import result_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.accounts.models import User
    from portal.runs.models import EvaluationRun
    from portal.submissions.models import Submission

NO_GROUPS = (
    "No group of people can be told apart on this test set: it does not name two groups of ten"
    " people or more, or the result is older than the measurement of groups."
)
NO_FILE = "The result cannot be read at the moment. Try again, or tell us if it stays so."


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """One result's groups at one threshold, or a sentence that says why there is none."""

    form: GroupsForm
    run: EvaluationRun | None = None
    at: AtThreshold | None = None
    why_not: str = ""


def groups_page(user: User, model: Submission, asked: Mapping[str, Any]) -> GroupsPage | None:
    """Return what is shown; None where the reader may see no result of the model."""
    runs = list(
        selectors.results_visible_to(user).filter(submission=model).order_by("test_set__title")
    )
    if not runs:
        return None
    by_slug = {run.test_set.slug: run for run in runs}
    run = by_slug.get(str(asked.get("test_set", "")), runs[0])
    result = result_of(run)
    divisions = divisions_of(result) if result else []
    division = _chosen(divisions, asked.get("division"))
    thresholds = thresholds_of(division) if division else []
    at = _at(thresholds, asked.get("threshold"))
    form = GroupsForm(
        asked,
        test_sets=[one.test_set for one in runs],
        divisions=divisions,
        thresholds=thresholds,
        shown={
            "test_set": run.test_set.slug,
            "division": division.key if division else "",
            "threshold": at.key if at else "",
        },
    )
    why_not = "" if at else NO_GROUPS if result else NO_FILE
    return GroupsPage(form, run, at, why_not)


def _chosen(divisions: list[Division], key: object) -> Division | None:
    return next((one for one in divisions if one.key == key), next(iter(divisions), None))


def _at(thresholds: list[AtThreshold], key: object) -> AtThreshold | None:
    if not thresholds:
        return None
    return next((one for one in thresholds if one.key == key), None) or telling(thresholds)
