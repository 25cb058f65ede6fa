"""What has changed on a leaderboard: who entered, who left and why, and who moved group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from portal.comparison.leaderboard.storing import rankings_at
from portal.core import wording
from portal.runs.models import EvaluationRun, ReleaseState
from portal.submissions.models import SubmissionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from portal.comparison.leaderboard.board import Board
    from portal.comparison.leaderboard.models import StoredRanking

DEFAULT_DAYS = 30
NOTHING_STORED = "This ranking is not stored yet, so there is no earlier one to compare it with."
MOST_NAMED = 4
"""Models that one sentence names; the table below it has them all."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one model."""

    name: str
    what: str
    """Goes on from the name: "entered in group 2"."""
    kind: str
    """entered, left or moved."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The line of a leaderboard that says what changed, and every change behind it."""

    line: str = ""
    since: datetime | None = None
    every: tuple[Change, ...] = ()

    @property
    def needs_table(self) -> bool:
        """Whether the line could not name all."""
        return any(count > MOST_NAMED for count in _counts(self.every).values())


def changes_of(board: Board, days: int = DEFAULT_DAYS) -> Changes:
    """Compare the newest ranking with the one that held so many days ago, or with the first."""
    then, now = _then_and_now(board, timezone.now() - timedelta(days=days))
    if then is None or now is None:
        return Changes(NOTHING_STORED)
    since = max(then.made_at, timezone.now() - timedelta(days=days))
    began = then.made_at >= since
    every = tuple(_changes(board, then, now)) if then.pk != now.pk else ()
    return Changes(_line(every, since, began=began), since, every)


def _then_and_now(
    board: Board, since: datetime
) -> tuple[StoredRanking | None, StoredRanking | None]:
    rows = rankings_at(board.basis.test_set, board.point)
    dates = list(rows.values_list("pk", "made_at"))
    if not dates:
        return None, None
    newest, oldest = dates[0][0], dates[-1][0]
    then = next((pk for pk, made_at in dates if made_at <= since), oldest)
    found = rows.defer("draws").in_bulk([then, newest])
    return found[then], found[newest]


def _changes(board: Board, then: StoredRanking, now: StoredRanking) -> Iterable[Change]:
    before = {place["run"]: place["group"] for place in then.places}
    after = {place["run"]: place["group"] for place in now.places}
    touched = [run for run in before.keys() | after.keys() if before.get(run) != after.get(run)]
    runs = EvaluationRun.objects.select_related("submission__product").defer(
        "submission__card", "submission__check_report"
    )
    known = {str(pk): run for pk, run in runs.in_bulk(touched).items()}
    reasons = {str(run.pk): reason for run, reason in board.field.left_out}
    gone = {known[run].submission.product_id: known[run] for run in before if run not in after}
    for key in sorted(known, key=lambda key: (after.get(key, 0), str(known[key].submission))):
        run = known[key]
        if key not in before:
            yield _entered(run, after[key], gone.pop(run.submission.product_id, None))
        elif key in after:
            what = f"moved from group {before[key]} to group {after[key]}"
            yield Change(str(run.submission), what, "moved")
    for run in gone.values():
        yield Change(str(run.submission), f"left: {_why(run, reasons)}", "left")


def _entered(run: EvaluationRun, group: int, older: EvaluationRun | None) -> Change:
    instead = f", in place of version {older.submission.version}" if older else ""
    return Change(str(run.submission), f"entered in group {group}{instead}", "entered")


def _why(run: EvaluationRun, reasons: dict[str, str]) -> str:
    """Return why a model is no longer ranked, without a full stop."""
    if run.submission.state == SubmissionState.WITHDRAWN:
        return "its supplier has withdrawn this version"
    if run.release == ReleaseState.WITHHELD:
        return "its result is withheld"
    reason = reasons.get(str(run.pk), "it can no longer be ranked here").rstrip(".")
    return reason[:1].lower() + reason[1:]


def _line(every: Sequence[Change], since: datetime, *, began: bool) -> str:
    day = wording.uk_date(since)
    start = f"This ranking was first worked out on {day}." if began else ""
    if not every:
        return f"{start} Nothing has changed since{'' if began else f' {day}'}.".strip()
    of_kind = (_named([one for one in every if one.kind == kind]) for kind in _counts(every))
    opening = f"{start} Since then" if began else f"Since {day}"
    return f"{opening}: {'; '.join(of_kind)}.".strip()


def _counts(every: Sequence[Change]) -> dict[str, int]:
    kinds = ("entered", "left", "moved")
    counted = {kind: sum(one.kind == kind for one in every) for kind in kinds}
    return {kind: count for kind, count in counted.items() if count}


def _named(changes: Sequence[Change]) -> str:
    if len(changes) > MOST_NAMED:
        what = {"entered": "entered", "left": "left", "moved": "moved to another group"}
        return f"{len(changes)} models {what[changes[0].kind]}"
    return "; ".join(f"{one.name} {one.what}" for one in changes)
