"""The matrix of suppliers and uses: in each cell the product that covers the use best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core.charts import Table
from portal.home.market.overview import SupplierLine, supplier_lines
from portal.suppliers.models import AssuranceEvidence, UseCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from portal.accounts.models import User
    from portal.home.market.overview import ProductLine
    from portal.suppliers.models import Product, Supplier

Kind = AssuranceEvidence.Kind
ASSURANCE: dict[str, frozenset[str]] = {
    "Independent bias test": frozenset({Kind.BIAS_TEST}),
    "Presentation-attack conformity": frozenset({Kind.PAD}),
    "Security certificate": frozenset({Kind.SECURITY}),
    "Data protection assessment": frozenset({Kind.DATA_PROTECTION}),
    "Equality assessment": frozenset({Kind.EQUALITY}),
    "Training data disclosed": frozenset({Kind.TRAINING_FULL, Kind.TRAINING_PARTIAL}),
}
"""What a buyer asks for -> the kinds of evidence of which one in date answers it."""
READY = 7
"""The least technology readiness level of what can be tried in operations."""
FEW = 3
"""A tender with fewer suppliers than these is hardly one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How a supplier covers one use, by the product that covers it best."""

    line: ProductLine
    others: int
    """Further products of the supplier for this use."""
    in_date: tuple[str, ...]
    """Of ``ASSURANCE``, what the product has evidence of that has not expired."""
    expired: tuple[str, ...]
    """What it has only expired evidence of."""

    @property
    def missing(self) -> tuple[str, ...]:
        known = {*self.in_date, *self.expired}
        return tuple(one for one in ASSURANCE if one not in known)

    @property
    def n_asked(self) -> int:
        return len(ASSURANCE)

    @property
    def is_ready(self) -> bool:
        return (self.line.product.trl_now or 0) >= READY

    @property
    def is_assured(self) -> bool:
        return len(self.in_date) == len(ASSURANCE)

    @property
    def is_measured(self) -> bool:
        """Whether a released result says something that is not stale."""
        return self.line.newest is not None and not self.line.stale


@dataclass(frozen=True, slots=True)
class Row:
    """A supplier and how it covers each use, in the order of ``UseCase``."""

    supplier: Supplier
    cells: tuple[Cell | None, ...]
    research_is_stale: bool


def rows_of(user: User, suppliers: Iterable[Supplier], *, today: date) -> list[Row]:
    """Return the matrix, in as many queries however many suppliers there are."""
    return [_row(line, today) for line in supplier_lines(user, suppliers)]


def _row(line: SupplierLine, today: date) -> Row:
    return Row(
        line.supplier,
        tuple(_cell(line, use_case, today) for use_case in UseCase),
        line.supplier.research_is_stale(today),
    )


def _cell(line: SupplierLine, use_case: UseCase, today: date) -> Cell | None:
    offered = [
        one
        for one in line.products
        if use_case in one.product.use_cases and not one.product.is_candidate
    ]
    if not offered:
        return None
    cells = [Cell(one, len(offered) - 1, *_assurance(one.product, today)) for one in offered]
    return max(
        cells,
        key=lambda cell: (
            cell.line.product.trl_now or 0, len(cell.in_date), cell.is_measured,
            cell.line.newest is not None,
        ),
    )  # fmt: skip


def _assurance(product: Product, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what of ``ASSURANCE`` is in date, and what has expired alone."""
    evidence: Iterable[AssuranceEvidence] = product.evidence.all()
    in_date = {one.kind for one in evidence if one.expiry(today) != "expired"}
    known = {one.kind for one in evidence}
    return (
        tuple(label for label, kinds in ASSURANCE.items() if kinds & in_date),
        tuple(label for label, kinds in ASSURANCE.items() if kinds & known - in_date
              and not kinds & in_date),
    )  # fmt: skip


def narrowed(
    rows: Sequence[Row], *, use_case: str = "", trl: str = "", assurance: str = "", proof: str = ""
) -> list[Row]:
    """Keep the suppliers of which some cell (of the use, where one is chosen) fits everything."""

    def fits(cell: Cell | None) -> bool:
        if cell is None:
            return False
        level = cell.line.product.trl_now or 0
        return (
            level >= int(trl or 0)
            and (not assurance or assurance in cell.in_date)
            and (proof != "measured" or cell.is_measured)
            and (proof != "stale" or bool(cell.line.stale))
            and (proof != "none" or cell.line.newest is None)
        )

    if not (use_case or trl or assurance or proof):
        return list(rows)
    wanted = [place for place, one in enumerate(UseCase) if use_case in ("", one)]
    return [row for row in rows if any(fits(row.cells[place]) for place in wanted)]


def funnel(rows: Sequence[Row]) -> Table:
    """Return for each use how many suppliers are left as more is asked of them."""
    table = []
    for place, use_case in enumerate(UseCase):
        cells = [cell for row in rows if (cell := row.cells[place])]
        ready = [cell for cell in cells if cell.is_ready]
        assured = [cell for cell in ready if cell.is_assured]
        proven = [cell for cell in assured if cell.is_measured]
        steps = (cells, ready, assured, proven)
        table.append((use_case.label, *(str(len(step)) for step in steps)))
    return Table(
        "Suppliers for each use, as more is asked",
        (
            "Use", "Offer it", f"at TRL {READY} or above", "and with all assurance in date",
            "and with a result that is not stale",
        ),
        tuple(table),
    )  # fmt: skip


def thin_uses(rows: Sequence[Row]) -> list[str]:
    """Return the uses that fewer than three suppliers offer at an operational level."""
    return [
        use_case.label
        for place, use_case in enumerate(UseCase)
        if sum(bool(cell and cell.is_ready) for cell in (row.cells[place] for row in rows)) < FEW
    ]
