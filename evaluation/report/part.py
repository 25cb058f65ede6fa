"""A part of a report as plain data: facts, tables and charts, the same for every medium.

What a result says is put into words once, here; the HTML report, the terminal and the
portal's pages only draw it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text; the first cell of a row names it.

    Attributes
    ----------
    caption : str
    columns : tuple of str
    rows : tuple of tuple of str
        As many cells as columns.
    muted : tuple of bool
        Rows that are to be read with care, as indicative ones; empty: none.
    note : str
        A sentence that belongs under the table.
    is_main : bool
        Shown on a terminal too, where there is room for what matters most only.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    muted: tuple[bool, ...] = ()
    note: str = ""
    is_main: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of '{self.caption}' has another number of cells")
        if self.muted and len(self.muted) != len(self.rows):
            raise ValueError(f"'{self.caption}' mutes another number of rows than it has")


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; ``low`` and ``high`` are its 95% band, empty where it has none."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with its words; rates are proportions and shown as percentages."""

    title: str
    is_rate: bool = False
    is_log: bool = False
    is_score: bool = False
    """Scores that lie close together: their numbers keep six decimals."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over a common axis; their numbers stand in a table of the same part.

    Attributes
    ----------
    title : str
    sentence : str
        What the chart says, for a reader who does not see it.
    steps : bool
        Points are joined by steps that hold until the next point, as counts are.
    """

    title: str
    sentence: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One section of a report.

    Attributes
    ----------
    title : str
    facts : tuple of (str, str)
        Keys with their values.
    tables, charts : tuple
    notes : tuple of str
        How to read the section; full sentences.
    heading : str
        Heading that it stands under with the parts beside it, where a medium can fold them;
        empty: it stands alone.
    name : str
        What it is called under that heading; empty: it opens what stands there.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[LineChart, ...] = ()
    notes: tuple[str, ...] = ()
    heading: str = ""
    name: str = ""
