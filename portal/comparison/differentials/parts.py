"""What the template of the page of groups is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison.differentials.figures import groups_chart
from portal.comparison.differentials.heat_map import heat_rows, matrix_rows
from portal.comparison.differentials.statements import (
    Statement,
    measure_rows,
    statements,
    summary,
)
from portal.core import wording
from portal.core.charts import Chart, Table

if TYPE_CHECKING:
    from portal.comparison.differentials.division import AtThreshold, RateKind

PAIRING = {
    "all_pairs": "Every two images of different people were compared, of one group or of two.",
    "same_group": (
        "Only people of one group were compared with one another, which raises the false match rate"
        " strongly: people of one sex, age or origin look more alike."
    ),
    "listed": "People were compared as the author of the list chose.",
}


@dataclass(frozen=True, slots=True)
class RateSection:
    """Everything that is said of one rate."""

    kind: RateKind
    summary: str
    statements: list[Statement]
    measures: Table | None
    chart: Chart | None


def sections(at: AtThreshold) -> dict[str, Any]:
    """Return the heat map, the matrix and a section for each rate."""
    kinds = at.division.kinds
    return {
        "kinds": kinds,
        "heat": heat_rows(at),
        "matrix": _matrix(at),
        "pairing": PAIRING.get(str(getattr(at.division.found, "pairing", "")), ""),
        "facts": _facts(at),
        "sections": [_section(at, kind) for kind in kinds],
    }


def _section(at: AtThreshold, kind: RateKind) -> RateSection:
    measures = at.differential(kind).measures
    table = None
    if measures:
        caption = f"How far the {kind.short} of {len(measures.groups)} groups lies apart"
        table = Table(caption, ("Measure", "Value"), tuple(measure_rows(measures)))
    return RateSection(kind, summary(at, kind), statements(at, kind), table, groups_chart(at, kind))


def _matrix(at: AtThreshold) -> Table | None:
    kind = at.division.kinds[0]
    rows = matrix_rows(at, kind)
    if not rows:
        return None
    names = tuple(at.rates(kind))
    return Table(f"{kind.short} within and between groups", ("Group", *names), tuple(rows))


def _facts(at: AtThreshold) -> list[str]:
    """Say who is in no group."""
    found = at.division.found
    said = []
    if found.n_left_out:
        groups = "group" if found.n_left_out == 1 else "groups"
        said.append(
            f"{wording.grouped(found.n_left_out)} {groups} of fewer than"
            f" {found.fewest_subjects} people cannot be measured and are left out."
        )
    if found.samples_unknown:
        said.append(
            f"{wording.grouped(found.samples_unknown)} samples name no {at.division.attributes} and"
            " are in no group."
        )
    return said
