"""Which suppliers and products a person sees, and how lists of them are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.accounts.models import Role
from portal.core.access import may
from portal.suppliers.models import Product, Supplier, UseCase

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User
    from portal.suppliers.parts.part import Part, Row

FLAGS = {UseCase.RFR: "for_rfr", UseCase.OIFR: "for_oifr", UseCase.LFR: "for_lfr"}


def suppliers_visible_to(user: User) -> QuerySet[Supplier]:
    """Every supplier for government, their own for a supplier's people, none for anyone else."""
    if not may(user, "suppliers.view"):
        return Supplier.objects.none()
    return Supplier.objects.filter(_own(user, "organisation"))


def products_visible_to(user: User) -> QuerySet[Product]:
    if not may(user, "suppliers.view"):
        return Product.objects.none()
    return Product.objects.filter(_own(user, "supplier__organisation")).select_related("supplier")


def parts_visible_to(user: User, part: Part[Row]) -> QuerySet[Row]:
    """Return the rows of one kind of part, of the owners that the person sees."""
    if not may(user, part.view_right):
        return part.model._default_manager.none()
    to_supplier = "supplier" if part.of == "supplier" else "product__supplier"
    rows = part.model._default_manager.filter(_own(user, f"{to_supplier}__organisation"))
    return rows.select_related(to_supplier)


def _own(user: User, path: str) -> Q:
    """Return the condition that keeps a supplier's people among their own organisation's rows."""
    return Q(**{path: user.organisation_id}) if user.role == Role.SUPPLIER else Q()


def narrowed(
    suppliers: QuerySet[Supplier],
    *,
    q: str = "",
    use_case: str = "",
    country: str = "",
    archived: str = "",
) -> QuerySet[Supplier]:
    """Narrow a list of suppliers; archived ones appear only when they are asked for."""
    if archived != "all":
        suppliers = suppliers.filter(archived_at__isnull=archived != "only")
    if q:
        of_products = Q(products__name__icontains=q)
        suppliers = suppliers.filter(
            Q(legal_name__icontains=q) | Q(summary__icontains=q) | of_products
        )
    if use_case in FLAGS:
        suppliers = suppliers.filter(**{f"products__{FLAGS[UseCase(use_case)]}": True})
    if country:
        suppliers = suppliers.filter(country=country)
    return suppliers.distinct()


def for_list(suppliers: QuerySet[Supplier]) -> QuerySet[Supplier]:
    """Load what a row of the list shows, in a constant number of queries."""
    return suppliers.prefetch_related("products").order_by("legal_name", "pk")


def countries(suppliers: QuerySet[Supplier]) -> list[str]:
    found = suppliers.order_by("country").values_list("country", flat=True).distinct()
    return list(found)
