"""Writes about answers: saved and returned to, submitted, taken back, and taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError
from portal.exploration.models import Answer, Assessment, Call, Question
from portal.suppliers import entering
from portal.suppliers.services import save_product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.accounts.models import User
    from portal.suppliers.models import Product, Supplier

OFFERED = (
    "product_name", "summary", "for_rfr", "for_oifr", "for_lfr", "trl_now", "trl_in_18_months",
    "trl_evidence", "timescale", "sharing", "sharing_note",
)  # fmt: skip
NEEDED = {
    "product_name": "Enter the name of the product.",
    "summary": "Enter what it does for this call.",
    "trl_now": "Enter the technology readiness level now.",
    "timescale": "Choose when it can be delivered.",
    "sharing": "Choose who may read this answer.",
}
"""What an answer cannot be submitted without -> what is said where it is missing."""
MARKS = ("capability", "readiness", "timescale", "reason")
MOST_ANSWERS = 20
LONGEST_REPLY = 5_000


@transaction.atomic
def save_answer(
    *,
    call: Call,
    supplier: Supplier,
    by: User,
    answer: Answer | None = None,
    version: int | None = None,
    replies: dict[str, str] | None = None,
    **offered: Any,
) -> Answer:
    """Keep a draft as far as it goes; an answer that was submitted becomes one again.

    ``version`` is that of the answer when it was opened: who saved in between is not overwritten.

    Raises
    ------
    InvalidInputError
        A level, a reply or a choice cannot be.
    DomainError
        The call is not open, somebody saved it in between, or there are too many answers.
    """
    require(by, "exploration.answer", supplier)
    _require_open(call)
    if answer is None:
        if call.answers.filter(supplier=supplier).count() >= MOST_ANSWERS:
            raise DomainError(f"A supplier can give {MOST_ANSWERS} answers to a call.")
        saved = Answer(call=call, supplier=supplier, started_by=by)
    else:
        saved = Answer.objects.select_for_update().get(pk=answer.pk)
        if version is not None and version != saved.version:
            raise DomainError(
                "Somebody has saved this answer since you opened it. What you typed is below: save"
                " again to put it in the place of theirs."
            )
        if saved.product_id:
            raise DomainError("This answer has been taken up, so it stays as it is.")
    changed = entering.apply(saved, OFFERED, offered)
    if replies is not None:
        saved.replies = _known(replies, call.questions.all())
    _check_levels(saved)
    was_submitted = saved.submitted_at is not None
    saved.submitted_at = saved.withdrawn_at = None
    saved.version += 1
    saved.save()
    if answer is None:
        audit.record("answer.begun", target=saved, by=by, call=call.slug, supplier=supplier.slug)
    elif was_submitted:
        audit.record("answer.reopened", target=saved, by=by, call=call.slug, changed=changed)
    return saved


@transaction.atomic
def submit_answer(*, answer: Answer, by: User) -> Answer:
    """Give a draft to JSaRC.

    Raises
    ------
    InvalidInputError
        Something that is needed is missing; bound to its field, "q_7" for question 7.
    DomainError
        The call is not open, or the answer was submitted already.
    """
    require(by, "exploration.answer", answer.supplier)
    _require_open(answer.call)
    locked = Answer.objects.select_for_update().get(pk=answer.pk)
    if locked.state == "submitted":
        raise DomainError("This answer has been submitted already.")
    for field, message in missing(locked):
        raise InvalidInputError(message, field=field)
    locked.submitted_at, locked.withdrawn_at = timezone.now(), None
    locked.save()
    audit.record("answer.submitted", target=locked, by=by, call=locked.call.slug)
    return locked


def missing(answer: Answer) -> list[tuple[str, str]]:
    """Return the fields that are needed and empty, each with what to say there."""
    found = [
        (field, message)
        for field, message in NEEDED.items()
        if getattr(answer, field) in ("", None)
    ]
    if not answer.use_cases:
        found.append(("uses", "Select at least one use of the product."))
    return found + [
        (f"q_{question.pk}", f"Answer the question: {question.text}")
        for question in answer.call.questions.all()
        if question.is_required and not answer.replies.get(str(question.pk))
    ]


@transaction.atomic
def withdraw_answer(*, answer: Answer, by: User) -> Answer:
    """Take a submitted answer back; JSaRC keeps that it was there, officials no longer read it.

    Raises
    ------
    DomainError
        It is not submitted, or it has been taken up.
    """
    require(by, "exploration.answer", answer.supplier)
    locked = Answer.objects.select_for_update().get(pk=answer.pk)
    if locked.state != "submitted":
        raise DomainError("Only an answer that is submitted can be withdrawn.")
    if locked.product_id:
        raise DomainError("This answer has been taken up, so it can no longer be withdrawn.")
    locked.withdrawn_at = timezone.now()
    locked.save()
    audit.record("answer.withdrawn", target=locked, by=by, call=locked.call.slug)
    return locked


@transaction.atomic
def assess(*, answer: Answer, by: User, **marks: Any) -> Assessment:
    """Record a person's judgement of a submitted answer, or change the one they gave.

    Raises
    ------
    DomainError
        The answer is not submitted.
    """
    require(by, "exploration.manage")
    if answer.state != "submitted":
        raise DomainError("Only an answer that is submitted can be assessed.")
    assessment, _ = Assessment.objects.update_or_create(
        answer=answer, by=by, defaults={name: marks[name] for name in MARKS if name in marks}
    )
    audit.record("answer.assessed", target=answer, by=by, call=answer.call.slug)
    return assessment


@transaction.atomic
def take_up(*, answer: Answer, by: User) -> Product:
    """Make a candidate product of a submitted answer, in the supplier's record.

    Raises
    ------
    DomainError
        It is not submitted, was taken up before, or the supplier has a product of this name.
    """
    require(by, "exploration.manage")
    locked = Answer.objects.select_for_update().get(pk=answer.pk)
    if locked.state != "submitted":
        raise DomainError("Only an answer that is submitted can be taken up.")
    if locked.product_id:
        raise DomainError("This answer has been taken up already.")
    try:
        product = save_product(
            supplier=locked.supplier,
            by=by,
            is_candidate=True,
            name=locked.product_name,
            **{
                name: getattr(locked, name)
                for name in ("summary", "for_rfr", "for_oifr", "for_lfr", "trl_now",
                             "trl_in_18_months", "trl_evidence")
            },
        )  # fmt: skip
    except InvalidInputError as error:
        raise DomainError(f"{error} The answer was not taken up.") from error
    locked.product = product
    locked.save(update_fields=["product", "updated_at"])
    audit.record("answer.taken_up", target=locked, by=by, product=product.slug)
    return product


def _require_open(call: Call) -> None:
    if call.state(timezone.localdate()) != "open":
        raise DomainError("This call is closed, so its answers stay as they are.")


def _known(replies: dict[str, str], questions: Iterable[Question]) -> dict[str, str]:
    """Return the replies to the call's own questions that are not empty."""
    kept = {}
    for question in questions:
        reply = str(replies.get(str(question.pk), "")).strip()
        if not reply:
            continue
        field = f"q_{question.pk}"
        if len(reply) > LONGEST_REPLY:
            raise InvalidInputError(
                f"The reply must not have more than {LONGEST_REPLY:,} characters.", field=field
            )
        allowed = {"yes_no": ["Yes", "No"], "choice": question.choices}.get(question.kind)
        if allowed and reply not in allowed:
            raise InvalidInputError("Choose one of the answers.", field=field)
        if question.kind == Question.Kind.NUMBER and not _is_number(reply):
            raise InvalidInputError("Enter a number, such as 12 or 0.5.", field=field)
        kept[str(question.pk)] = reply
    return kept


def _is_number(reply: str) -> bool:
    try:
        return abs(float(reply.replace(",", ""))) < float("inf")
    except ValueError:
        return False


def _check_levels(answer: Answer) -> None:
    now, soon = answer.trl_now, answer.trl_in_18_months
    for field, level in (("trl_now", now), ("trl_in_18_months", soon)):
        if level is not None and not 1 <= level <= 9:
            raise InvalidInputError("A readiness level is from 1 to 9.", field=field)
    if now and soon and soon < now:
        raise InvalidInputError(
            f"The level in 18 months must not be below the level now, {now}.",
            field="trl_in_18_months",
        )
