"""Differences between groups at a glance: a row for each division and rate, then each division."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_rate
from evaluation.report.part import Part, Table
from evaluation.report.parts.differentials import differential_part, telling_threshold
from evaluation.report.parts.groups import VERDICT_WORDS, attribute_words
from evaluation.report.parts.search_differentials import (
    search_differential_part,
    telling_search_threshold,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evaluation.results import (
        DifferentialResult,
        Rate,
        RateDifferential,
        SearchDifferentialResult,
    )

HEADING = "Differences between groups"
_STRENGTH = ("differs", "not_separable", "not_enough_evidence")
NOTE = (
    "Each row is at one threshold for everybody, the strictest at which groups can be told apart. "
    "A group differs where its difference from the lowest is beyond chance (Holm). “Not "
    "separable” does not mean that there is no difference."
)


def group_parts(
    pairs: Sequence[DifferentialResult], searches: Sequence[SearchDifferentialResult]
) -> list[Part]:
    """Make the overview of all divisions into groups, then a part for each under its heading."""
    rows = [*_rows_of_pairs(pairs), *_rows_of_searches(searches)]
    if not (pairs or searches):
        return []
    each = [
        *((differential_part(one), f"By {attribute_words(one)}") for one in pairs),
        *(
            (search_differential_part(one), f"By {attribute_words(one)}, {one.title}")
            for one in searches
        ),
    ]
    return [
        Part(HEADING, notes=(_in_short(rows), NOTE), tables=(_table(rows),), heading=HEADING),
        *(replace(part, heading=HEADING, name=name) for part, name in each),
    ]


Row = tuple[str, str, str, str, str, str]
"""Attribute, rate, lowest and highest of its groups, the verdict, and which groups differ."""


def _rows_of_pairs(found: Sequence[DifferentialResult]) -> Iterator[Row]:
    for one in found:
        at = telling_threshold(one.thresholds)
        if at is not None:
            name = attribute_words(one)
            yield _row(name, "FNMR", at.fnmr, {group.group: group.fnmr for group in at.groups})
            yield _row(name, "FMR", at.fmr, {group.group: group.fmr for group in at.groups})


def _rows_of_searches(found: Sequence[SearchDifferentialResult]) -> Iterator[Row]:
    for one in found:
        at = telling_search_threshold(one.thresholds)
        if at is not None:
            name = f"{attribute_words(one)}, {one.title}"
            yield _row(name, "FNIR", at.fnir, {group.group: group.fnir for group in at.groups})
            yield _row(name, "FPIR", at.fpir, {group.group: group.fpir for group in at.groups})


def _row(name: str, rate: str, apart: RateDifferential, by_group: Mapping[str, Rate | None]) -> Row:
    ends = ("", "")
    if apart.measures is not None:
        ends = (
            _end(apart.measures.lowest, by_group),
            _end(apart.measures.highest, by_group),
        )
    verdicts = {one.verdict for one in apart.against_lowest}
    verdict = next((one for one in _STRENGTH if one in verdicts), _STRENGTH[-1])
    differing = [one.group for one in apart.against_lowest if one.verdict == "differs"]
    return (name, rate, *ends, VERDICT_WORDS[verdict], ", ".join(differing))


def _end(group: str, by_group: Mapping[str, Rate | None]) -> str:
    rate = by_group.get(group)
    return group if rate is None else f"{format_rate(rate)}, {group}"


def _in_short(rows: Sequence[Row]) -> str:
    differing = [f"{rate} by {name} ({groups})" for name, rate, *_, groups in rows if groups]
    if not differing:
        return "No difference between groups is beyond chance in this test."
    return f"Beyond chance, these differ: {'; '.join(differing)}."


def _table(rows: Sequence[Row]) -> Table:
    return Table(
        caption="Smallest and largest rate of the groups, by attribute",
        columns=("Groups by", "Rate", "Lowest", "Highest", "Verdict"),
        rows=tuple(row[:-1] for row in rows),
        muted=tuple(row[4] == VERDICT_WORDS["not_enough_evidence"] for row in rows),
    )
