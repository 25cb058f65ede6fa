"""What will be measured of a model, and on which test sets: said before and after it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core.task_words import TASKS, words_of
from portal.submissions.models import SubmissionState
from portal.testsets.selectors import sets_in_use

if TYPE_CHECKING:
    from portal.core.task_words import TaskWords
    from portal.submissions.models import Submission
    from portal.testsets.models import TestSet

TO_COME = (SubmissionState.UPLOADED, SubmissionState.CHECKING)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured of models of one task; ``is_to_come`` until a model has been checked."""

    words: TaskWords
    test_sets: tuple[TestSet, ...]
    is_to_come: bool = True


def plans() -> list[Plan]:
    """Return what would be measured of a model of each task."""
    in_use = sets_in_use()
    return [Plan(words, tuple(in_use[key])) for key, words in TASKS.items()]


def plan_of(submission: Submission) -> Plan | None:
    """Return what is measured of a model; None of one that was refused or withdrawn."""
    if submission.state not in (*TO_COME, SubmissionState.READY):
        return None
    test_sets = sets_in_use().get(submission.task, [])
    return Plan(words_of(submission.task), tuple(test_sets), submission.state in TO_COME)
