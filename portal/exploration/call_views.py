"""Pages of calls and their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts.models import Role
from portal.core.access import may, right
from portal.core.errors import DomainError, show_on_form
from portal.core.pages import paginate
from portal.core.requests import form_page, posted
from portal.exploration import calls, selectors
from portal.exploration.forms import CallForm, QuestionForm
from portal.exploration.models import Answer, Question
from portal.exploration.side_by_side import lines_of, marks_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.exploration.models import Call


def visible_call(request: SignedInRequest, slug: str) -> Call:
    return get_object_or_404(selectors.calls_visible_to(request.user), slug=slug)


@right("exploration.view")
@require_safe
def call_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    page = paginate(request, selectors.calls_visible_to(request.user))
    context = {
        "page": page,
        "rows": [(call, call.state(today)) for call in page],
        "may_manage": may(request.user, "exploration.manage"),
    }
    return render(request, "exploration/call_list.html", context)


@right("exploration.view")
@require_safe
def call_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    call = visible_call(request, slug)
    state = call.state(timezone.localdate())
    context = {
        "call": call,
        "state": state,
        "questions": call.questions.all(),
        "answers": selectors.answers_visible_to(request.user).filter(call=call),
        "may_manage": may(request.user, "exploration.manage"),
        "may_answer": may(request.user, "exploration.answer") and state == "open",
        "may_compare": may(request.user, "exploration.compare"),
        "is_supplier": request.user.role == Role.SUPPLIER,
    }
    return render(request, "exploration/call_detail.html", context)


@right("exploration.manage")
@form_page
def call_create(request: SignedInRequest) -> HttpResponse:
    return _call_form(request, None)


@right("exploration.manage")
@form_page
def call_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    return _call_form(request, visible_call(request, slug))


def _call_form(request: SignedInRequest, call: Call | None) -> HttpResponse:
    form = CallForm(posted(request), initial=model_to_dict(call, calls.CALL) if call else None)
    if form.is_valid():
        try:
            saved = calls.save_call(call=call, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"“{saved}” has been saved.")
            return redirect(saved.get_absolute_url())
    return render(request, "exploration/call_form.html", {"form": form, "call": call})


@right("exploration.manage")
@form_page
def call_open(request: SignedInRequest, slug: str) -> HttpResponse:
    return _decide(
        request,
        slug,
        calls.open_call,
        {
            "question": "Open this call?",
            "consequence": "Every supplier sees it. Its questions can no longer change, and its"
            " last day only to a later one.",
            "button": "Open the call",
        },
    )


@right("exploration.manage")
@form_page
def call_close(request: SignedInRequest, slug: str) -> HttpResponse:
    return _decide(
        request,
        slug,
        calls.close_call,
        {
            "question": "Close this call before its last day?",
            "consequence": "Suppliers can no longer answer or change what they answered. Drafts"
            " are not submitted.",
            "button": "Close the call",
            "is_warning": True,
        },
    )


def _decide(
    request: SignedInRequest, slug: str, decide: Callable[..., Any], asked: dict[str, Any]
) -> HttpResponse:
    call = visible_call(request, slug)
    if request.method == "POST":
        decide(call=call, by=request.user)
        messages.success(request, f"Done: {asked['button'].lower()}.")
        return redirect(call.get_absolute_url())
    return render(request, "exploration/decision.html", {"call": call, "asked": asked})


@right("exploration.manage")
@form_page
def question_create(request: SignedInRequest, slug: str) -> HttpResponse:
    return _question_form(request, visible_call(request, slug), None)


@right("exploration.manage")
@form_page
def question_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("call"), pk=pk)
    return _question_form(request, question.call, question)


def _question_form(request: SignedInRequest, call: Call, question: Question | None) -> HttpResponse:
    initial = model_to_dict(question, calls.QUESTION) if question else None
    form = QuestionForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            calls.save_question(call=call, question=question, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "The question has been saved.")
            return redirect(call.get_absolute_url())
    context = {"form": form, "call": call, "question": question}
    return render(request, "exploration/question_form.html", context)


@right("exploration.manage")
@form_page
def question_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("call"), pk=pk)
    if request.method == "POST":
        calls.remove_question(question=question, by=request.user)
        messages.success(request, "The question has been removed.")
        return redirect(question.call.get_absolute_url())
    asked = {
        "question": f"Remove “{question}”?",
        "consequence": "The call no longer asks it.",
        "button": "Remove the question",
        "is_warning": True,
    }
    return render(request, "exploration/decision.html", {"call": question.call, "asked": asked})


@right("exploration.compare")
@require_safe
def side_by_side(request: SignedInRequest, slug: str) -> HttpResponse:
    call = visible_call(request, slug)
    found = selectors.answers_visible_to(request.user).filter(call=call, withdrawn_at=None)
    answers: list[Answer] = list(found.prefetch_related("assessments__by"))
    may_manage = may(request.user, "exploration.manage")
    context = {
        "call": call,
        "answers": answers,
        "lines": lines_of(call, answers),
        "marks": marks_of(answers) if may_manage else [],
        "may_manage": may_manage,
    }
    return render(request, "exploration/side_by_side.html", context)
