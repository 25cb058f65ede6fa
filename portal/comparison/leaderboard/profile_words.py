"""What the page of a weighted profile says: its sentence, and its chart of who is first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison.figures.theme import COLOURS, axis, finish
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.leaderboard.profile_board import ProfileBoard, Scored

ROW_PX = 28
FRAME_PX = 110
OFTEN = 0.05
"""Share of draws from which a model is named as first now and then."""
MOST_NAMED = 4
LONGEST_NAME = 26


def profile_summary(board: ProfileBoard) -> str:
    """Say which model has the highest index with these weights, and who is first in the draws."""
    if not board.rows:
        return ""
    count = len(board.rows)
    top = f"With these weights {board.rows[0].name} has the highest index"
    models = f"{wording.grouped(count)} model{'' if count == 1 else 's'}"
    return f"{top} of {models}. {_who_is_first(board)}".strip()


def _who_is_first(board: ProfileBoard) -> str:
    by_share = sorted(board.rows, key=lambda row: -(row.first or 0.0))
    named = [row for row in by_share if (row.first or 0.0) >= OFTEN][:MOST_NAMED]
    if not named:
        return ""
    shares = wording.listed([f"{row.name} in {row.first_words.lower()}" for row in named])
    return f"When the people of the test set are drawn again, the first is {shares} of the draws."


def profile_chart(rows: Sequence[Scored], board: ProfileBoard) -> Chart | None:
    """Draw in what share of draws each model of a page is first."""
    shown = [row for row in rows if row.first is not None]
    if not shown:
        return None
    names = [row.name for row in shown]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [row.first for row in shown],
        "y": list(range(len(shown))),
        "text": [row.first_words for row in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": COLOURS[0]},
        "hovertext": [f"{row.name}: {row.first_words}" for row in shown],
        "hoverinfo": "text",
        "name": "Share of draws in which it is first",
    }
    marks = [0, 0.25, 0.5, 0.75, 1]
    figure = finish(
        [bars],
        x=axis(
            "Share of draws",
            range=[0, 1.15],
            tickvals=marks,
            ticktext=[f"{mark:.0%}" for mark in marks],
        ),
        y=axis(
            "",
            tickvals=list(range(len(shown))),
            ticktext=[_short(name) for name in names],
            range=[len(shown) - 0.5, -0.5],
            ticks="",
        ),
        height=FRAME_PX + ROW_PX * len(shown),
    )
    table = Table(
        f"{board.use_case_name}: index and share of draws",
        ("Model", "Rank in the draws", "Index", "First in"),
        tuple((row.name, row.rank, f"{row.index:.1f}", row.first_words) for row in shown),
    )
    return Chart("chart-first", "Who is first", _who_is_first(board), figure, table)


def _short(name: str) -> str:
    return (
        name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}\N{HORIZONTAL ELLIPSIS}"
    )
