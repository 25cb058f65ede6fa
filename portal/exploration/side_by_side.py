"""The answers to a call beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.exploration.models.assessment import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.exploration.models import Answer, Call

NOT_SAID = "Not said"
CRITERIA = {
    "capability": "What it does", "readiness": "How ready it is",
    "timescale": "When it can be delivered",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was asked, and what each answer says of it."""

    label: str
    cells: tuple[str, ...]


def lines_of(call: Call, answers: Sequence[Answer]) -> list[Line]:
    """Return what was asked, in the order of the form."""
    asked = [
        ("What it does for this call", [one.summary for one in answers]),
        ("Uses", [", ".join(use.label for use in one.use_cases) for one in answers]),
        ("Technology readiness level now", [_level(one.trl_now) for one in answers]),
        ("Technology readiness level in 18 months",
         [_level(one.trl_in_18_months) for one in answers]),
        ("Evidence for the levels", [one.trl_evidence for one in answers]),
        ("When it can be delivered", [one.get_timescale_display() for one in answers]),
        ("Who may read it", [_sharing(one) for one in answers]),
    ]  # fmt: skip
    asked += [
        (question.text, [one.replies.get(str(question.pk), "") for one in answers])
        for question in call.questions.all()
    ]
    return [Line(label, tuple(cell or NOT_SAID for cell in cells)) for label, cells in asked]


def marks_of(answers: Sequence[Answer]) -> list[Line]:
    """Return how each answer was assessed, criterion by criterion: how often each mark."""
    return [
        Line(label, tuple(_marks(answer, criterion) for answer in answers))
        for criterion, label in CRITERIA.items()
    ]


def _marks(answer: Answer, criterion: str) -> str:
    given = [getattr(one, criterion) for one in answer.assessments.all()]
    if not given:
        return "Not assessed yet"
    return "; ".join(f"{mark.label}: {given.count(mark)}" for mark in Mark if mark in given)


def _level(level: int | None) -> str:
    return "" if level is None else str(level)


def _sharing(answer: Answer) -> str:
    said = answer.get_sharing_display()
    return f"{said}. {answer.sharing_note}" if answer.sharing_note else said
