"""Questions before something is done to a run; there is nothing to enter but the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.runs import services

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Question:
    """One action on a run: its right, its words, and the service that does it."""

    right: str
    question: str
    consequence: str
    button: str
    done: str
    do: Callable[..., Any]
    is_warning: bool = False


QUESTIONS: dict[str, Question] = {
    "cancel": Question(
        right="runs.operate",
        question="Cancel this evaluation?",
        consequence="Its processes are ended. What it has measured so far is not used.",
        button="Cancel evaluation",
        done="The evaluation is being cancelled.",
        do=services.cancel_run,
        is_warning=True,
    ),
    "retry": Question(
        right="runs.operate",
        question="Run this evaluation again?",
        consequence="A new evaluation of the same model on the same test set is queued.",
        button="Run again",
        done="The evaluation has been queued again.",
        do=services.retry_run,
    ),
    "preview": Question(
        right="runs.release",
        question="Show this result to its supplier?",
        consequence="The supplier's people can read it from now on. Nobody else outside JSaRC can.",
        button="Show to the supplier",
        done="The supplier can read this result now.",
        do=services.preview_result,
    ),
    "release": Question(
        right="runs.release",
        question="Release this result?",
        consequence="Officials can read it and compare it with others. The supplier can read it.",
        button="Release result",
        done="The result has been released.",
        do=services.release_result,
    ),
    "withhold": Question(
        right="runs.release",
        question="Withhold this result?",
        consequence="Only JSaRC can read it until you show it to the supplier or release it.",
        button="Withhold result",
        done="The result is withheld.",
        do=services.withhold_result,
        is_warning=True,
    ),
}
