"""A submission's runs on its page, with what each may show to the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.accounts.models import Role
from portal.runs import selectors
from portal.runs.headlines import headlines_of
from portal.runs.models import ACTIVE_RUN_STATES, ReleaseState, RunState
from portal.submissions.panels import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.accounts.models import User
    from portal.runs.headlines import HeadlineRow
    from portal.runs.models import EvaluationRun, Measurement
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


def run_lines(runs: Sequence[EvaluationRun], user: User) -> list[RunLine]:
    """Return a line for each run, with as many queries for all as for one."""
    ahead = selectors.runs_ahead_of(runs)
    figures = selectors.first_figures(run for run in runs if selectors.shows_result(user, run))
    return [_run_line(run, user, figures.get(run.pk, []), ahead.get(run.pk, 0)) for run in runs]


def _run_line(
    run: EvaluationRun, user: User, figures: Sequence[Measurement], runs_ahead: int
) -> RunLine:
    points = selectors.operating_points(run, figures)
    return RunLine(
        run=run,
        progress=selectors.progress_of(run),
        is_active=run.state in ACTIVE_RUN_STATES,
        is_failed=run.state in selectors.FAILED_STATES,
        runs_ahead=runs_ahead,
        shows_result=selectors.shows_result(user, run),
        hidden_because=_why_hidden(run, user),
        points=points,
        headlines=[] if points else headlines_of(run, figures),
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
    lines = run_lines(list(selectors.runs_of(submission, user)), user)
    return Panel(
        template="runs/_of_submission.html",
        context={"lines": lines},
        is_settled=not any(line.is_active for line in lines),
    )
