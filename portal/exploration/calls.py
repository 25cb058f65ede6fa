"""Writes about calls and their questions: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError
from portal.core.slugs import free_slug
from portal.exploration.models import Call, Question
from portal.suppliers import entering

if TYPE_CHECKING:
    from portal.accounts.models import User

CALL = ("title", "purpose", "capability", "closes_on")
QUESTION = ("text", "hint", "kind", "choices", "is_required")
MOST_QUESTIONS = 30
LEAST_CHOICES = 2


@transaction.atomic
def save_call(*, by: User, call: Call | None = None, **entered: Any) -> Call:
    """Add a call as a draft, or change the one given; its address stays.

    Of a call that was opened only the last day can change, and only to a later one: suppliers
    have read the rest.

    Raises
    ------
    InvalidInputError
        The last day has passed or moves forward, or the title is taken.
    DomainError
        The call is open and something else of it would change.
    """
    require(by, "exploration.manage")
    is_new = call is None
    call = call or Call(created_by=by)
    last_day = call.closes_on
    changed = entering.apply(call, CALL, entered)
    if call.opened_at and set(changed) - {"closes_on"}:
        raise DomainError("This call has been opened: only its last day can be moved to a later.")
    if "closes_on" in changed and call.opened_at and call.closes_on < last_day:
        raise InvalidInputError("The last day can only be moved to a later.", field="closes_on")
    if "closes_on" in changed and call.closes_on < timezone.localdate():
        raise InvalidInputError("The last day must be today or later.", field="closes_on")
    others = Call.objects.exclude(pk=call.pk)
    if others.filter(title__iexact=call.title).exists():
        raise InvalidInputError("Another call has this title.", field="title")
    with entering.once("Somebody has just added a call with this title.", "title"):
        call.slug = call.slug or free_slug(others, call.title, max_length=80)
        call.save()
    entering.record("call", call, by=by, changed=None if is_new else changed)
    return call


@transaction.atomic
def open_call(*, call: Call, by: User) -> Call:
    """Let suppliers see a draft and answer it.

    Raises
    ------
    DomainError
        It is no draft, or its last day has passed.
    """
    require(by, "exploration.manage")
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.opened_at:
        raise DomainError("This call has been opened already.")
    if locked.closes_on < timezone.localdate():
        raise DomainError("The last day of this call has passed. Set a later one first.")
    locked.opened_at = timezone.now()
    locked.save(update_fields=["opened_at", "updated_at"])
    audit.record("call.opened", target=locked, by=by)
    return locked


@transaction.atomic
def close_call(*, call: Call, by: User) -> Call:
    """End a call before its last day.

    Raises
    ------
    DomainError
        It is not open.
    """
    require(by, "exploration.manage")
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.state(timezone.localdate()) != "open":
        raise DomainError("This call is not open.")
    locked.closed_at = timezone.now()
    locked.save(update_fields=["closed_at", "updated_at"])
    audit.record("call.closed", target=locked, by=by)
    return locked


@transaction.atomic
def save_question(
    *, call: Call, by: User, question: Question | None = None, **entered: Any
) -> Question:
    """Add a question at the end of a draft, or change the one given.

    Raises
    ------
    InvalidInputError
        There is too little to choose from.
    DomainError
        The call is no draft any more, or has too many questions.
    """
    require(by, "exploration.manage")
    _require_draft(call)
    is_new = question is None
    if question is None:
        if call.questions.count() >= MOST_QUESTIONS:
            raise DomainError(f"A call has at most {MOST_QUESTIONS} questions.")
        last = call.questions.aggregate(last=Max("order"))["last"] or 0
        question = Question(call=call, order=last + 1)
    changed = entering.apply(question, QUESTION, entered)
    if question.kind != Question.Kind.CHOICE:
        question.choices = []
    elif len(set(question.choices)) < LEAST_CHOICES:
        raise InvalidInputError("Enter at least two different choices.", field="choices")
    question.save()
    entering.record(
        "question", question, by=by, changed=None if is_new else changed, call=call.slug
    )
    return question


@transaction.atomic
def remove_question(*, question: Question, by: User) -> None:
    """Take a question out of a draft."""
    require(by, "exploration.manage")
    _require_draft(question.call)
    audit.record("question.removed", target=question, by=by, call=question.call.slug)
    question.delete()


def _require_draft(call: Call) -> None:
    if Call.objects.select_for_update().get(pk=call.pk).opened_at:
        raise DomainError("This call has been opened: its questions stay as they are.")
