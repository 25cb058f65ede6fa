"""Writes about suppliers and their products: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Organisation
from portal.core import audit, history
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError
from portal.core.slugs import free_slug
from portal.suppliers import entering
from portal.suppliers.entering import once
from portal.suppliers.models import Product, Supplier

if TYPE_CHECKING:
    from datetime import datetime

    from portal.accounts.models import User

PROFILE = (
    "legal_name", "companies_house_number", "country", "ownership", "owner", "owner_country",
    "size", "website", "summary",
)  # fmt: skip
RESEARCH = ("confidence", "last_researched_on")
PRODUCT = (
    "name", "summary", "for_rfr", "for_oifr", "for_lfr", "trl_now", "trl_in_18_months",
    "trl_evidence", "deployment", "integration", "hosting", "price_from", "price_to", "price_for",
)  # fmt: skip


@transaction.atomic
def create_supplier(*, by: User, **profile: Any) -> Supplier:
    """Record a supplier and the organisation that its people will belong to.

    Raises
    ------
    InvalidInputError
        An organisation with this name is already recorded.
    """
    require(by, "suppliers.create")
    name = profile["legal_name"]
    with once(f"{name} is already recorded.", "legal_name"):
        organisation = Organisation.objects.create(name=name, kind=Organisation.Kind.SUPPLIER)
        slug = free_slug(Supplier.objects.all(), name, max_length=80, reserved=("new", "import"))
        fields = {key: profile[key] for key in PROFILE if key in profile}
        supplier = Supplier(organisation=organisation, slug=slug, **fields)
        history.save(supplier, by=by, force_insert=True)
    audit.record("supplier.created", target=supplier, by=by)
    return supplier


@transaction.atomic
def edit_supplier(*, supplier: Supplier, by: User, **profile: Any) -> Supplier:
    """Change a supplier's profile; its address stays.

    Raises
    ------
    InvalidInputError
        Another organisation has this name.
    """
    require(by, "suppliers.edit", supplier)
    changed = entering.apply(supplier, PROFILE, profile)
    with once(f"{supplier.legal_name} is already recorded.", "legal_name"):
        if changed:
            history.save(supplier, by=by, update_fields=[*changed, "updated_at"])
        Organisation.objects.filter(pk=supplier.organisation_id).update(name=supplier.legal_name)
    audit.record("supplier.edited", target=supplier, by=by, changed=changed)
    return supplier


@transaction.atomic
def record_research(*, supplier: Supplier, by: User, **entered: Any) -> Supplier:
    """Record when an analyst last researched the supplier, and how far the record is trusted.

    Raises
    ------
    InvalidInputError
        The date is missing or in the future.
    """
    require(by, "suppliers.research", supplier)
    changed = entering.apply(supplier, RESEARCH, entered)
    researched = supplier.last_researched_on
    if researched is None or researched > timezone.localdate():
        raise InvalidInputError(
            "Enter when the supplier was researched, today or earlier.", field="last_researched_on"
        )
    if changed:
        history.save(supplier, by=by, update_fields=[*changed, "updated_at"])
    audit.record("supplier.researched", target=supplier, by=by, changed=changed)
    return supplier


@transaction.atomic
def archive_supplier(*, supplier: Supplier, reason: str, by: User) -> Supplier:
    """Take a supplier off the lists; everything recorded of it stays.

    Raises
    ------
    InvalidInputError
        No reason was given.
    DomainError
        The supplier is already archived.
    """
    require(by, "suppliers.archive", supplier)
    if not reason.strip():
        raise InvalidInputError("Enter why the supplier is archived.", field="reason")
    locked = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if locked.archived_at:
        raise DomainError(f"{supplier} is already archived.")
    _set_archived(locked, timezone.now(), reason.strip(), by=by)
    audit.record("supplier.archived", target=locked, by=by, reason=reason)
    return locked


@transaction.atomic
def restore_supplier(*, supplier: Supplier, by: User) -> Supplier:
    """Put an archived supplier back on the lists.

    Raises
    ------
    DomainError
        The supplier is not archived, or was merged into another.
    """
    require(by, "suppliers.archive", supplier)
    locked = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if not locked.archived_at:
        raise DomainError(f"{supplier} is not archived.")
    if locked.merged_into_id:
        raise DomainError(f"{supplier} was merged into another record, which has all of it now.")
    _set_archived(locked, None, "", by=by)
    audit.record("supplier.restored", target=locked, by=by)
    return locked


def _set_archived(supplier: Supplier, at: datetime | None, reason: str, *, by: User) -> None:
    supplier.archived_at, supplier.archived_reason = at, reason
    columns = ["archived_at", "archived_reason", "updated_at"]
    history.save(supplier, by=by, update_fields=columns)


@transaction.atomic
def save_product(
    *,
    supplier: Supplier,
    by: User,
    product: Product | None = None,
    is_candidate: bool = False,
    **entered: Any,
) -> Product:
    """Add a product, or change the one given; its address stays.

    A new one may be a candidate, which `confirm_product` makes a product like the others.

    Raises
    ------
    InvalidInputError
        The supplier has another product with this name, or levels or prices contradict each other.
    """
    require(by, "suppliers.edit", supplier)
    is_new = product is None
    product = product or Product(supplier=supplier, is_candidate=is_candidate)
    changed = entering.apply(product, PRODUCT, entered)
    _check_product(product)
    others = supplier.products.exclude(pk=product.pk)
    if others.filter(name__iexact=product.name).exists():
        raise InvalidInputError("This supplier has a product with this name.", field="name")
    with once("Somebody has just added a product with this name.", "name"):
        product.slug = product.slug or free_slug(others, product.name, max_length=80)
        if is_new or changed:
            history.save(product, by=by)
    entering.record(
        "product", product, by=by, changed=None if is_new else changed, supplier=supplier.slug
    )
    return product


@transaction.atomic
def confirm_product(*, product: Product, by: User) -> Product:
    """Make a candidate a product like the others.

    Raises
    ------
    DomainError
        It is no candidate.
    """
    require(by, "suppliers.confirm", product)
    locked = Product.objects.select_for_update().get(pk=product.pk)
    if not locked.is_candidate:
        raise DomainError(f"{product} is confirmed already.")
    locked.is_candidate = False
    history.save(locked, by=by, update_fields=["is_candidate", "updated_at"])
    audit.record("product.confirmed", target=locked, by=by, supplier=locked.supplier.slug)
    return locked


def _check_product(product: Product) -> None:
    now, soon = product.trl_now, product.trl_in_18_months
    if now and soon and soon < now:
        raise InvalidInputError(
            f"The level in 18 months must not be below the level now, {now}.",
            field="trl_in_18_months",
        )
    low, high = product.price_from, product.price_to
    if low is not None and high is not None and high < low:
        raise InvalidInputError("The price must not end below its start.", field="price_to")
    if (low is not None or high is not None) and not product.price_for:
        raise InvalidInputError(
            "Enter what the price is for, such as one camera for a year.", field="price_for"
        )
