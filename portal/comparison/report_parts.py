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
    name: str = ""
    """What a fold that holds it is called; the page has words where there is none."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands open below it and what is folded."""

    anchor: str
    title: str
    parts: tuple[PagePart, ...] = ()
    folds: tuple[PagePart, ...] = ()


def page_sections(result: EvaluationResult, *, most_open: int) -> list[Section]:
    """Return every part of a result beside what the page's own tables and charts show.

    Parts that share a heading stand folded below it. Of a page with more headings than
    ``most_open``, every part is folded but those that open what stands below their heading.
    """
    by_heading: dict[str, list[Part]] = {}
    for number, part in enumerate(parts_of(result)):
        by_heading.setdefault(part.heading or f"{number}", []).append(part)
    are_folded = len(by_heading) > most_open
    return [
        _section(parts, f"part-{number}", are_folded=are_folded)
        for number, parts in enumerate(by_heading.values())
    ]


def _section(parts: list[Part], anchor: str, *, are_folded: bool) -> Section:
    title = parts[0].heading or parts[0].title
    shown = [_page_part(part, f"{anchor}-{number}") for number, part in enumerate(parts)]
    is_open = [not part.name and (not are_folded or part.heading != "") for part in parts]
    return Section(
        anchor,
        title,
        tuple(part for part, opened in zip(shown, is_open, strict=True) if opened),
        tuple(part for part, opened in zip(shown, is_open, strict=True) if not opened),
    )


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
        name=part.name,
    )


def _table(table: PlainTable) -> Table:
    muted = table.muted or (False,) * len(table.rows)
    return Table(
        table.caption,
        table.columns,
        table.rows,
        muted=tuple(place for place, is_muted in enumerate(muted) if is_muted),
    )
