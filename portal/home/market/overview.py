"""Suppliers row by row, and how uses, maturity and countries are covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from portal.comparison.selectors import results_visible_to
from portal.comparison.staleness import stale_reasons
from portal.core.charts import Table
from portal.runs.models import ReleaseState
from portal.suppliers.models import AssuranceEvidence, Product, Supplier, UseCase
from portal.suppliers.selectors import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from portal.accounts.models import User
    from portal.runs.models import EvaluationRun

BANDS = (("TRL 1 to 3", range(1, 4)), ("TRL 4 to 6", range(4, 7)), ("TRL 7 to 9", range(7, 10)))
NOT_GIVEN = "Not given"


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One product of a supplier, with its newest released result."""

    product: Product
    newest: EvaluationRun | None
    stale: str
    """Why the newest result is stale; "" while it is not."""
    valid: int
    expiring: int
    expired: int
    """Documents of assurance by how they stand to their expiry."""

    @property
    def has_evidence(self) -> bool:
        return bool(self.valid or self.expiring or self.expired)


@dataclass(frozen=True, slots=True)
class SupplierLine:
    supplier: Supplier
    products: tuple[ProductLine, ...]


def for_overview(suppliers: QuerySet[Supplier]) -> QuerySet[Supplier]:
    """Load what a row shows, in a constant number of queries."""
    return suppliers.prefetch_related("products__evidence").order_by("legal_name", "pk")


def supplier_lines(user: User, suppliers: Iterable[Supplier]) -> list[SupplierLine]:
    """Return each supplier with its products and their newest released results."""
    suppliers = list(suppliers)
    newest = _newest(user, [one.pk for each in suppliers for one in each.products.all()])
    stale = stale_reasons(newest.values(), at=timezone.now())
    return [
        SupplierLine(
            supplier,
            tuple(_product_line(one, newest.get(one.pk), stale) for one in supplier.products.all()),
        )
        for supplier in suppliers
    ]


def _newest(user: User, products: Sequence[UUID]) -> dict[UUID, EvaluationRun]:
    """Return of each product the result of its newest version that was released last."""
    visible = results_visible_to(user)
    released = visible.filter(submission__product__in=products, release=ReleaseState.RELEASED)
    ascending = released.order_by("submission__created_at", "released_at", "pk")
    newest = dict(ascending.values_list("submission__product", "pk"))  # the last one stays
    return {run.submission.product_id: run for run in visible.filter(pk__in=newest.values())}


def _product_line(
    product: Product, newest: EvaluationRun | None, stale: dict[UUID, str]
) -> ProductLine:
    today = timezone.localdate()
    evidence: Iterable[AssuranceEvidence] = product.evidence.all()
    counted = Counter(one.expiry(today) for one in evidence)
    return ProductLine(
        product,
        newest,
        stale.get(newest.pk, "") if newest else "",
        counted["valid"],
        counted["expiring"],
        counted["expired"],
    )


def coverage_table() -> Table:
    """Return the number of products for each use at each level of readiness, in one query."""
    products = Product.objects.filter(supplier__archived_at=None)
    counted: Counter[tuple[str, str]] = Counter()
    for level, *offered in products.values_list("trl_now", *FLAGS.values()):
        for use_case, is_offered in zip(FLAGS, offered, strict=True):
            counted[use_case, _band(level)] += is_offered
    bands = [name for name, _ in BANDS] + [NOT_GIVEN]
    rows = tuple(
        (UseCase(use_case).label, *(str(counted[use_case, band]) for band in bands))
        for use_case in FLAGS
    )
    return Table("Products by use and technology readiness level", ("Use", *bands), rows)


def _band(level: int | None) -> str:
    return next((name for name, levels in BANDS if level in levels), NOT_GIVEN)


def country_table() -> Table:
    """Return the number of suppliers by country, the most first, in one query."""
    countries = Supplier.objects.filter(archived_at=None).values_list("country", flat=True)
    counted = Counter(countries)
    rows = tuple((name, str(n)) for name, n in sorted(counted.items(), key=lambda at: (-at[1], at)))
    return Table("Suppliers by country", ("Country", "Suppliers"), rows)
