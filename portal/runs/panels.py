"""A submission's runs on its page, with what each may show to the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.accounts.models import Role
from portal.runs import selectors
from portal.runs.models import ACTIVE_RUN_STATES, ReleaseState, RunState
from portal.submissions.panels import Panel

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.runs.headlines import HeadlineRow
    from portal.runs.models import EvaluationRun
    from portal.runs.selectors import OperatingPointRow, RunProgress
    from portal.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class RunLine:
    """What one line says of a run."""

    run: EvaluationRun
    progress: RunProgress
    is_active: bool
    is_failed: bool
    runs_ahead: int
    shows_result: bool
    hidden_because: str
    """Why a complete evaluation shows this reader no figures."""
    points: list[OperatingPointRow]
    headlines: list[HeadlineRow]
    """Of a result without one-to-one comparisons."""


def run_line(run: EvaluationRun, user: User) -> RunLine:
    shows_result = selectors.shows_result(user, run)
    points = selectors.operating_points(run) if shows_result else []
    return RunLine(
        run=run,
        progress=selectors.progress_of(run),
        is_active=run.state in ACTIVE_RUN_STATES,
        is_failed=run.state in selectors.FAILED_STATES,
        runs_ahead=selectors.runs_ahead_of(run) if run.state == RunState.QUEUED else 0,
        shows_result=shows_result,
        hidden_because=_why_hidden(run, user),
        points=points,
        headlines=selectors.headlines(run) if shows_result and not points else [],
    )


def _why_hidden(run: EvaluationRun, user: User) -> str:
    if run.state != RunState.SCORED or selectors.shows_result(user, run):
        return ""
    if user.role != Role.SUPPLIER:
        return "Administrators do not read results; JSaRC does, and decides who else may."
    if run.release == ReleaseState.WITHHELD:
        return "JSaRC has withheld its result."
    return "JSaRC will show you the result here once it has been looked at."


def runs_panel(submission: Submission, user: User) -> Panel:
    lines = [run_line(run, user) for run in selectors.runs_of(submission, user)]
    return Panel(
        template="runs/_of_submission.html",
        context={"lines": lines},
        is_settled=not any(line.is_active for line in lines),
    )
