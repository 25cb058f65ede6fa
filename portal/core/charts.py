"""A chart and its table: what a page needs to show the same numbers twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Plain cells under a caption; the first cell of a row names it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    muted: tuple[int, ...] = ()
    """Numbers of the rows that are to be read with care."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure for the browser to draw, what it says in one sentence, and its numbers."""

    name: str
    """Unique on its page; the id of the figure's data."""
    title: str
    sentence: str
    figure: dict[str, Any]
    """Plotly's ``data`` and ``layout``."""
    table: Table
