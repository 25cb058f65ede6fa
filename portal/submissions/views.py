"""Pages of submissions: the list, sending a model, and watching what becomes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import may, require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.pages import paginate
from portal.core.progress import render_progress
from portal.core.requests import form_page, posted
from portal.core.task_words import words_of
from portal.submissions import measuring, quotas, selectors, services
from portal.submissions.forms import SubmissionFilterForm, SubmissionForm
from portal.submissions.models import SubmissionState
from portal.submissions.panels import panels_of
from portal.submissions.uploads import stream_to_quarantine

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.submissions.models import Submission
    from portal.submissions.quotas import Allowance


def visible_submission(request: SignedInRequest, pk: UUID) -> Submission:
    return get_object_or_404(selectors.submissions_visible_to(request.user), pk=pk)


@right("submissions.view")
@require_safe
def submission_list(request: SignedInRequest) -> HttpResponse:
    filters = SubmissionFilterForm(request.GET)
    visible = selectors.submissions_visible_to(request.user)
    context = {
        "filters": filters,
        "page": paginate(request, selectors.narrowed(visible, **filters.chosen())),
        "may_create": may(request.user, "submissions.create"),
    }
    return render(request, "submissions/submission_list.html", context)


@right("submissions.create")
@csrf_exempt  # checked below, once the upload handlers are in place
@form_page
def submission_create(request: SignedInRequest) -> HttpResponse:
    allowance = quotas.own_allowance(request.user)
    refusal = allowance.refusal() if allowance else None
    if refusal is not None:  # before a model is sent for nothing
        context = {"refusal": str(refusal), "title": refusal.title}
        status = refusal.status if request.method == "POST" else 200
        return render(request, "submissions/submission_form.html", context, status=status)
    stream_to_quarantine(request)
    return _submission_create(request, allowance)


@csrf_protect
def _submission_create(request: SignedInRequest, allowance: Allowance | None) -> HttpResponse:
    form = SubmissionForm(
        posted(request),
        request.FILES if request.method == "POST" else None,  # files alone make a form sent
        user=request.user,
        initial={"product": request.GET.get("product")},
    )
    if request.method == "POST" and (submission := _submitted(form, request)):
        messages.success(request, f"{submission} has been received and will be checked now.")
        return redirect("submissions:submission_detail", pk=submission.pk)
    context = {"form": form, "plans": measuring.plans(), "allowance": allowance}
    return render(request, "submissions/submission_form.html", context)


def _submitted(form: SubmissionForm, request: SignedInRequest) -> Submission | None:
    """Submit what was entered; on any error the form shows it and keeps the received file."""
    if form.is_valid():
        entered = form.cleaned_data
        try:
            return services.submit_model(
                product=entered["product"],
                version=entered["version"],
                card=entered["card"],
                model_file=entered["received"],
                detector_file=entered["received_detector"],
                by=request.user,
            )
        except DomainError as error:
            show_on_form(form, error)
    form.keep_received()
    return None


@right("submissions.view")
@require_safe
def submission_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    submission = visible_submission(request, pk)
    context = _progress(request, submission) | {
        "events": submission.events.all(),
        "plan": measuring.plan_of(submission),
        "task": words_of(submission.task),
        "card_text": json.dumps(submission.card, indent=2, ensure_ascii=False),
        "may_withdraw": may(request.user, "submissions.withdraw", submission)
        and submission.state != SubmissionState.WITHDRAWN,
        "shows_staff_note": may(request.user, "runs.view_operations"),
    }
    return render(request, "submissions/submission_detail.html", context)


@right("submissions.view")
@require_safe
def submission_progress(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Return the part of the page that changes; tells htmx to stop asking when it is settled."""
    context = _progress(request, visible_submission(request, pk))
    template = "submissions/_progress.html"
    return render_progress(request, template, context, is_over=context["is_settled"])


def _progress(request: SignedInRequest, submission: Submission) -> dict[str, Any]:
    panels = panels_of(submission, request.user)
    unsettled = submission.state in selectors.UNSETTLED_STATES
    return {
        "submission": submission,
        "findings": submission.check_report.get("findings", []),
        "is_waiting": submission.state == SubmissionState.UPLOADED,
        "is_checking": submission.state == SubmissionState.CHECKING,
        "is_refused": submission.state == SubmissionState.REJECTED,
        "is_delayed": submission.state == SubmissionState.UPLOADED and submission.staff_note != "",
        "panels": panels if submission.state == SubmissionState.READY else [],
        "is_settled": not unsettled and all(panel.is_settled for panel in panels),
    }


@right("submissions.withdraw")
@form_page
def submission_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    submission = visible_submission(request, pk)
    require(request.user, "submissions.withdraw", submission)
    if request.method == "POST":
        services.withdraw_submission(submission=submission, by=request.user)
        messages.success(request, f"{submission} has been withdrawn.")
        return redirect("submissions:submission_detail", pk=pk)
    context = {"submission": submission, "question": f"Withdraw {submission}?"}
    return render(request, "submissions/submission_withdraw.html", context)


@right("runs.operate")
@require_POST
def submission_retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    submission = visible_submission(request, pk)
    services.retry_check(submission=submission, by=request.user)
    messages.success(request, f"The check of {submission} will be tried again.")
    return redirect("submissions:submission_detail", pk=pk)
