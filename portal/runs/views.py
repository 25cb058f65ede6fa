"""Pages of runs: one run, the queue, and the questions before something is done to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.cache import cache
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import may, right
from portal.core.progress import render_progress
from portal.core.requests import form_page
from portal.core.task_words import words_of
from portal.runs import selectors, services
from portal.runs.models import ACTIVE_RUN_STATES, RELEASE_MOVES, ReleaseState, RunState
from portal.runs.panels import run_lines
from portal.runs.questions import QUESTIONS
from portal.submissions.execution import sandbox_in_words
from portal.submissions.selectors import stuck_submissions

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.runs.models import EvaluationRun

SANDBOX_KNOWN_SECONDS = 600
"""Asking starts a process, which takes a second or two."""
FIGURES = (
    "failure_to_enrol",
    "offline_samples_per_second",
    "single_stream_p50_ms",
    "single_stream_p90_ms",
    "single_stream_p99_ms",
    "load_seconds",
    "model_size_bytes",
    "peak_memory_bytes",
)


def visible_run(request: SignedInRequest, pk: UUID) -> EvaluationRun:
    return get_object_or_404(selectors.runs_visible_to(request.user), pk=pk)


@right("runs.view")
@require_safe
def run_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    run = visible_run(request, pk)
    context = _progress(request, run) | {
        "events": run.events.all(),
        "figures": selectors.figures(run, FIGURES)
        if selectors.shows_result(request.user, run)
        else {},
        "task": words_of(run.submission.task),
        "shows_operations": may(request.user, "runs.view_operations"),
        "actions": _actions(request, run),
    }
    return render(request, "runs/run_detail.html", context)


@right("runs.view")
@require_safe
def run_progress(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Return the part of the page that changes; tells htmx to stop asking when it is settled."""
    context = _progress(request, visible_run(request, pk))
    is_over = not context["line"].is_active
    return render_progress(request, "runs/_progress.html", context, is_over=is_over)


def _progress(request: SignedInRequest, run: EvaluationRun) -> dict[str, Any]:
    return {"run": run, "line": run_lines([run], request.user)[0]}


def _actions(request: SignedInRequest, run: EvaluationRun) -> list[tuple[str, str]]:
    """Names and words of what may be done to the run now by this person."""
    possible = []
    if run.state in ACTIVE_RUN_STATES and run.cancel_requested_at is None:
        possible.append("cancel")
    if run.state in services.REPEATABLE_STATES:
        possible.append("retry")
    if run.state == RunState.SCORED:
        following = RELEASE_MOVES[run.release]
        names = {
            "preview": ReleaseState.PREVIEW,
            "release": ReleaseState.RELEASED,
            "withhold": ReleaseState.WITHHELD,
        }
        possible += [name for name, state in names.items() if state in following]
    return [
        (name, QUESTIONS[name].button)
        for name in possible
        if may(request.user, QUESTIONS[name].right)
    ]


def _ask(action: str) -> Callable[..., HttpResponse]:
    """Make the page that asks before an action is done."""
    asked = QUESTIONS[action]

    @right(asked.right)
    @form_page
    def ask(request: SignedInRequest, pk: UUID) -> HttpResponse:
        run = visible_run(request, pk)
        if request.method != "POST":
            return render(request, "runs/run_question.html", {"run": run, "asked": asked})
        outcome = asked.do(run=run, by=request.user) or run
        messages.success(request, asked.done)
        return redirect("runs:run_detail", pk=outcome.pk)

    return ask


run_cancel = _ask("cancel")
run_retry = _ask("retry")
run_preview = _ask("preview")
run_release = _ask("release")
run_withhold = _ask("withhold")


@right("runs.view_operations")
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    known: tuple[str, bool] | None = cache.get("sandbox")
    if known is None:
        known = sandbox_in_words()
        cache.set("sandbox", known, SANDBOX_KNOWN_SECONDS)
    context = {"sandbox": known[0], "sandbox_is_whole": known[1]}
    return render(request, "runs/queue.html", _queue(request) | context)


@right("runs.view_operations")
@require_safe
def queue_fragment(request: SignedInRequest) -> HttpResponse:
    return render(request, "runs/_queue.html", _queue(request))


def _queue(request: SignedInRequest) -> dict[str, Any]:
    now = timezone.now()
    return {
        "active": [(run, selectors.progress_of(run)) for run in selectors.active_runs()],
        "shards": [
            (shard, now - shard.heartbeat_at if shard.heartbeat_at else None)
            for shard in selectors.running_shards()
        ],
        "failed": selectors.failed_runs()[:50],
        "causes": selectors.failures_by_cause(),
        "stuck": stuck_submissions(),
        "to_release": selectors.results_to_release()[:50],
        "may_operate": may(request.user, "runs.operate"),
        "may_release": may(request.user, "runs.release"),
    }


@right("runs.operate")
@require_POST
def queue_missing(request: SignedInRequest) -> HttpResponse:
    queued = services.queue_missing_runs(by=request.user)
    words = f"{len(queued)} evaluations were queued." if queued else "Nothing was missing."
    messages.success(request, words)
    return redirect("runs:queue")
