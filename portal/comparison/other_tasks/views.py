"""Pages of models that do not compare faces: attacks, quality and detection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.models import Role
from portal.comparison import exports, selectors
from portal.comparison.measured import MeasuredModel
from portal.comparison.other_tasks.tables import TASKS, task_tables
from portal.core.access import right
from portal.core.exports import csv_response

if TYPE_CHECKING:
    from portal.comparison.other_tasks.tables import Task
    from portal.core.requests import SignedInRequest


def _measured(request: SignedInRequest, key: str) -> tuple[Task, list[MeasuredModel]]:
    if key not in TASKS:
        raise Http404("there is no such task")
    runs = list(selectors.results_of_task(request.user, key))
    found = selectors.measurements_of(runs)
    return TASKS[key], [MeasuredModel.of(run, found[run.pk]) for run in runs]


@right("comparison.view")
@require_safe
def task_models(request: SignedInRequest, task: str) -> HttpResponse:
    shown, models = _measured(request, task)
    context = {
        "task": shown,
        "tables": task_tables(models, shown),
        "other_tasks": [one for one in TASKS.values() if one != shown],
        "shows_release": request.user.role != Role.OFFICIAL,
    }
    return render(request, "comparison/task_models.html", context)


@right("comparison.view")
@require_safe
def task_models_csv(request: SignedInRequest, task: str) -> HttpResponse:
    _, models = _measured(request, task)
    rows = exports.figure_rows(models)
    return csv_response(request, f"models-{task}", exports.FIGURE_HEADER, rows)
