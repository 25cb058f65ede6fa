"""What the leaderboard's page says of a board: its sentence, its groups, its chart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from portal.comparison.figures.bars import Bar, interval_bars
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.leaderboard.board import Board, Row

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class GroupOfRows:
    """Rows under one heading; none where groups are not known."""

    heading: str
    rows: tuple[Row, ...]


def summary(board: Board) -> str:
    """Say in one sentence which model misses the fewest, and what it can be told apart from."""
    if not board.rows:
        return ""
    best = min(board.rows, key=lambda row: row.rate.value or 0.0)
    lowest = f"{best.name} has the lowest measured {board.basis.rates.missed} of "
    lowest += _models(len(board.rows)) + f", {_rate(best)}"
    if len(board.rows) == 1:
        rate = board.basis.rates.missed
        return f"{best.name} is the only model ranked here: its {rate} is {_rate(best)}."
    if board.ranking is None:
        return f"{lowest}."
    others = [row.name for row in board.leaders if row is not best]
    if not others:
        return f"{lowest}, and at 95% it can be told apart from every other."
    return f"{lowest}. At 95% it cannot be told apart from {_some(others)}."


def groups_of(rows: Sequence[Row], board: Board) -> list[GroupOfRows]:
    """Return the rows of a page under the headings of their groups."""
    members: dict[int | None, list[str]] = defaultdict(list)
    for row in board.rows:
        members[row.group].append(row.name)
    return [
        GroupOfRows(_heading(group, members[group]), tuple(found))
        for group, found in groupby(rows, key=lambda row: row.group)
    ]


def board_chart(rows: Sequence[Row], board: Board) -> Chart | None:
    """Draw the rows of a page with their intervals."""
    rate = board.basis.rates.missed
    figure = interval_bars(
        [Bar(row.name, row.rate, is_marked=row.group == 1) for row in rows],
        title=f"{board.basis.rates.missed_name} (lower is better)",
        marked="Cannot be told apart from the best",
        unmarked="Told apart from the best" if board.ranking else "Models",
    )
    if figure is None:
        return None
    table = Table(
        f"{board.point.words}, best first",
        ("Model", "Rank", rate, "95% interval", "Missed, of"),
        tuple(
            (
                row.name,
                row.rank,
                wording.rate(row.rate),
                wording.interval(row.rate),
                wording.counts(row.rate),
            )
            for row in rows
        ),
    )
    sentence = f"{rate} of each model with its 95% interval, best first. {summary(board)}"
    if board.ranking:
        sentence += " Blue circles cannot be told apart from the best, grey diamonds can."
    return Chart("chart-leaderboard", "Rates with their intervals", sentence, figure, table)


def _heading(group: int | None, members: Sequence[str]) -> str:
    if group is None:
        return ""
    leader = "the best" if group == 1 else members[0]
    if len(members) == 1:
        return f"Group {group}: {leader} alone"
    every = "every model" if group == 1 else "every other model left"
    return f"Group {group}: {leader}, and {every} that cannot be told apart from it"


def _rate(row: Row) -> str:
    interval = wording.interval(row.rate)
    return f"{wording.rate(row.rate)} ({interval})" if interval else wording.rate(row.rate)


def _models(count: int) -> str:
    return f"{wording.grouped(count)} model{'' if count == 1 else 's'}"


def _some(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED:
        return wording.listed(list(names))
    return f"{wording.listed([*names[:MOST_NAMED], f'{len(names) - MOST_NAMED} more'])}"
