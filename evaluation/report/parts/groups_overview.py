"""Differences between groups at a glance: a row for each division and rate, then each division."""

from __future__ import annotations

import itertools
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
    if not (pairs or searches):
        return []
    names = [attribute_words(one) for one in pairs]
    of_searches = _names_of_searches(searches, are_alone=not pairs)
    rows = [*_rows_of_pairs(pairs, names), *_rows_of_searches(searches, of_searches)]
    each = [
        *zip(map(differential_part, pairs), names, strict=True),
        *zip(map(search_differential_part, searches), of_searches, strict=True),
    ]
    return [
        Part(
            HEADING,
            notes=(_in_short(rows), NOTE, *_not_shown(rows)),
            tables=(_table(rows),) if any(map(_is_shown, rows)) else (),
            heading=HEADING,
        ),
        *(replace(part, heading=HEADING, name=f"By {name}") for part, name in each),
    ]


Row = tuple[str, str, str, str, str, str]
"""Attribute, rate, lowest and highest of its groups, the verdict, and which groups differ."""


def _names_of_searches(
    searches: Sequence[SearchDifferentialResult], *, are_alone: bool
) -> list[str]:
    """Name attributes, and which searches were counted where that is in question."""
    if are_alone and len({one.title for one in searches}) == 1:
        return [attribute_words(one) for one in searches]
    return [f"{attribute_words(one)}, {one.title}" for one in searches]


def _rows_of_pairs(found: Sequence[DifferentialResult], names: Sequence[str]) -> Iterator[Row]:
    for one, name in zip(found, names, strict=True):
        at = telling_threshold(one.thresholds)
        if at is not None:
            yield _row(name, "FNMR", at.fnmr, {group.group: group.fnmr for group in at.groups})
            yield _row(name, "FMR", at.fmr, {group.group: group.fmr for group in at.groups})


def _rows_of_searches(
    found: Sequence[SearchDifferentialResult], names: Sequence[str]
) -> Iterator[Row]:
    for one, name in zip(found, names, strict=True):
        at = telling_search_threshold(one.thresholds)
        if at is not None:
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
    if differing:
        return f"Beyond chance, these differ: {'; '.join(differing)}."
    if all(_is_unknown(row) for row in rows):
        return "There is not enough evidence in this test to tell groups apart."
    return "Where there is enough evidence, no difference between groups is beyond chance."


def _not_shown(rows: Sequence[Row]) -> tuple[str, ...]:
    unshown = [f"{rate} by {name}" for name, rate, *_ in itertools.filterfalse(_is_shown, rows)]
    if not unshown:
        return ()
    return (f"No two groups have enough evidence to be set side by side in: {'; '.join(unshown)}.",)


def _is_shown(row: Row) -> bool:
    return bool(row[2] or row[3])


def _is_unknown(row: Row) -> bool:
    return row[4] == VERDICT_WORDS["not_enough_evidence"]


def _table(rows: Sequence[Row]) -> Table:
    shown = [row for row in rows if _is_shown(row)]
    return Table(
        caption="Smallest and largest rate of the groups, by attribute",
        columns=("Groups by", "Rate", "Lowest", "Highest", "Verdict"),
        rows=tuple(row[:-1] for row in shown),
        muted=tuple(map(_is_unknown, shown)),
    )
