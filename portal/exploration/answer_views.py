"""Pages of answers: saved and returned to, submitted, assessed and taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.access import may, require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.requests import form_page, posted
from portal.exploration import answers, selectors
from portal.exploration.call_views import visible_call
from portal.exploration.forms import AnswerForm, AssessmentForm
from portal.exploration.side_by_side import lines_of
from portal.suppliers.models import Supplier

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse, QueryDict

    from portal.core.requests import SignedInRequest
    from portal.exploration.models import Answer, Call


def visible_answer(request: SignedInRequest, pk: UUID) -> Answer:
    return get_object_or_404(selectors.answers_visible_to(request.user), pk=pk)


@right("exploration.view")
@require_safe
def answer_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    answer = visible_answer(request, pk)
    is_open = answer.call.state(timezone.localdate()) == "open"
    may_answer = may(request.user, "exploration.answer", answer.supplier)
    may_manage = may(request.user, "exploration.manage")
    context = {
        "answer": answer,
        "call": answer.call,
        "lines": [(line.label, line.cells[0]) for line in lines_of(answer.call, [answer])],
        "may_change": may_answer and is_open and answer.product_id is None,
        "may_withdraw": may_answer and answer.state == "submitted" and answer.product_id is None,
        "may_assess": may_manage and answer.state == "submitted",
        "assessments": answer.assessments.select_related("by") if may_manage else [],
        "may_manage": may_manage,
    }
    return render(request, "exploration/answer_detail.html", context)


@right("exploration.answer")
@form_page
def answer_create(request: SignedInRequest, slug: str) -> HttpResponse:
    call = visible_call(request, slug)
    supplier = Supplier.objects.filter(organisation=request.user.organisation_id).first()
    if supplier is None:
        raise PermissionDenied
    return _answer_form(request, call, supplier, None)


@right("exploration.answer")
@form_page
def answer_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    answer = visible_answer(request, pk)
    require(request.user, "exploration.answer", answer.supplier)
    return _answer_form(request, answer.call, answer.supplier, answer)


def _answer_form(
    request: SignedInRequest, call: Call, supplier: Supplier, answer: Answer | None
) -> HttpResponse:
    questions = call.questions.all()
    form = AnswerForm(posted(request), questions=questions, answer=answer)
    if form.is_valid():
        saved = answer
        try:
            saved = answers.save_answer(
                call=call,
                supplier=supplier,
                answer=answer,
                by=request.user,
                version=form.cleaned_data["version"],
                replies=form.replies,
                **form.offered,
            )
            if "submit" in request.POST:
                answers.submit_answer(answer=saved, by=request.user)
        except DomainError as error:
            form = _still(form, saved)
            show_on_form(form, error)
            answer = saved
        else:
            said = "has been submitted" if "submit" in request.POST else "has been saved as a draft"
            messages.success(request, f"“{saved}” {said}.")
            return redirect(saved.get_absolute_url())
    context = {"form": form, "call": call, "answer": answer}
    return render(request, "exploration/answer_form.html", context)


def _still(form: AnswerForm, answer: Answer | None) -> AnswerForm:
    """Return the form with what was typed, from which the present version can be saved."""
    data = cast("QueryDict", form.data).copy()
    if answer:
        answer.refresh_from_db()
        data["version"] = str(answer.version)
    again = AnswerForm(data, questions=form.questions, answer=answer)
    again.is_valid()
    return again


@right("exploration.answer")
@form_page
def answer_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    answer = visible_answer(request, pk)
    require(request.user, "exploration.answer", answer.supplier)
    if request.method == "POST":
        answers.withdraw_answer(answer=answer, by=request.user)
        messages.success(request, f"“{answer}” has been withdrawn.")
        return redirect(answer.get_absolute_url())
    asked = {
        "question": f"Withdraw “{answer}”?",
        "consequence": "It is no longer considered. While the call is open you can change it and"
        " submit it again.",
        "button": "Withdraw the answer",
        "is_warning": True,
    }
    return _asked(request, answer, asked)


@right("exploration.manage")
@form_page
def answer_take_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    answer = visible_answer(request, pk)
    if request.method == "POST":
        product = answers.take_up(answer=answer, by=request.user)
        messages.success(request, f"{product} is now a candidate product of {answer.supplier}.")
        return redirect(product.get_absolute_url())
    asked = {
        "question": f"Take up “{answer}” as a candidate product?",
        "consequence": f"{answer.supplier} gets a product with what the answer says, marked as a"
        " candidate until you confirm it. The answer can no longer change.",
        "button": "Take up the answer",
    }
    return _asked(request, answer, asked)


def _asked(request: SignedInRequest, answer: Answer, asked: dict[str, Any]) -> HttpResponse:
    context = {"answer": answer, "asked": asked}
    return render(request, "exploration/answer_decision.html", context)


@right("exploration.manage")
@form_page
def answer_assess(request: SignedInRequest, pk: UUID) -> HttpResponse:
    answer = visible_answer(request, pk)
    mine = answer.assessments.filter(by=request.user).first()
    form = AssessmentForm(
        posted(request), initial=model_to_dict(mine, answers.MARKS) if mine else None
    )
    if form.is_valid():
        try:
            answers.assess(answer=answer, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "Your assessment has been saved.")
            return redirect(answer.get_absolute_url())
    lines = [(line.label, line.cells[0]) for line in lines_of(answer.call, [answer])]
    context = {"form": form, "answer": answer, "lines": lines}
    return render(request, "exploration/assessment_form.html", context)
