"""The parts of a result's report as a page shows them: the harness's words, GOV.UK's look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.report.parts import parts_of
from portal.comparison.figures.lines import line_chart
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from evaluation.report.part import Part
    from evaluation.report.part import Table as PlainTable
    from evaluation.results import EvaluationResult


@dataclass(frozen=True, slots=True)
class PagePart:
    """One section of the report card."""

    anchor: str
    """Its id on the page."""
    title: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    tables: tuple[tuple[Table, str], ...]
    """Each with the sentence below it."""
    charts: tuple[Chart, ...]


def page_parts(result: EvaluationResult) -> list[PagePart]:
    """Return every part of a result beside what the page's own tables and charts show."""
    return [_page_part(part, f"part-{number}") for number, part in enumerate(parts_of(result))]


def _page_part(part: Part, name: str) -> PagePart:
    return PagePart(
        anchor=name,
        title=part.title,
        facts=part.facts,
        notes=part.notes,
        tables=tuple((_table(table), table.note) for table in part.tables),
        charts=tuple(
            line_chart(chart, name=f"{name}-{number}") for number, chart in enumerate(part.charts)
        ),
    )


def _table(table: PlainTable) -> Table:
    muted = table.muted or (False,) * len(table.rows)
    return Table(
        table.caption,
        table.columns,
        table.rows,
        muted=tuple(place for place, is_muted in enumerate(muted) if is_muted),
    )
