"""Writes about suppliers, their contacts and products: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Organisation
from portal.core import audit
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError
from portal.core.slugs import free_slug
from portal.suppliers import entering
from portal.suppliers.models import Contact, Product, Supplier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.accounts.models import User

PROFILE = ("legal_name", "companies_house_number", "country", "website", "summary")
PRODUCT = ("name", "summary", "for_rfr", "for_oifr", "for_lfr", "trl_now")
CONTACT = ("name", "job_title", "email", "phone")


@contextmanager
def _once(message: str, *, field: str) -> Iterator[None]:
    """Let the database's unique constraint decide, so that nobody can race it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise InvalidInputError(message, field=field) from error


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
    with _once(f"{name} is already recorded.", field="legal_name"):
        organisation = Organisation.objects.create(name=name, kind=Organisation.Kind.SUPPLIER)
        slug = free_slug(Supplier.objects.all(), name, max_length=80)
        fields = {key: profile[key] for key in PROFILE if key in profile}
        supplier = Supplier.objects.create(organisation=organisation, slug=slug, **fields)
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
    with _once(f"{supplier.legal_name} is already recorded.", field="legal_name"):
        supplier.save(update_fields=[*changed, "updated_at"])
        Organisation.objects.filter(pk=supplier.organisation_id).update(name=supplier.legal_name)
    audit.record("supplier.edited", target=supplier, by=by, changed=changed)
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
    live = Supplier.objects.filter(pk=supplier.pk, archived_at__isnull=True)
    if not live.update(archived_at=timezone.now(), archived_reason=reason.strip()):
        raise DomainError(f"{supplier} is already archived.")
    audit.record("supplier.archived", target=supplier, by=by, reason=reason)
    supplier.refresh_from_db()
    return supplier


@transaction.atomic
def restore_supplier(*, supplier: Supplier, by: User) -> Supplier:
    """Put an archived supplier back on the lists.

    Raises
    ------
    DomainError
        The supplier is not archived.
    """
    require(by, "suppliers.archive", supplier)
    archived = Supplier.objects.filter(pk=supplier.pk, archived_at__isnull=False)
    if not archived.update(archived_at=None, archived_reason=""):
        raise DomainError(f"{supplier} is not archived.")
    audit.record("supplier.restored", target=supplier, by=by)
    supplier.refresh_from_db()
    return supplier


@transaction.atomic
def save_contact(
    *, supplier: Supplier, by: User, contact: Contact | None = None, **entered: Any
) -> Contact:
    """Add a contact, or change the one given.

    Raises
    ------
    InvalidInputError
        The supplier has another contact with this e-mail address.
    """
    require(by, "suppliers.edit", supplier)
    is_new = contact is None
    contact = contact or Contact(supplier=supplier)
    changed = entering.apply(contact, CONTACT, entered)
    with _once("This supplier has a contact with this email address.", field="email"):
        contact.save()
    entering.record(
        "contact", contact, by=by, changed=None if is_new else changed, supplier=supplier.slug
    )
    return contact


@transaction.atomic
def remove_contact(*, contact: Contact, by: User) -> None:
    """Delete a contact: nobody keeps the address of a person who has left."""
    require(by, "suppliers.edit", contact)
    audit.record("contact.removed", target=contact, by=by, supplier=contact.supplier.slug)
    contact.delete()


@transaction.atomic
def save_product(
    *, supplier: Supplier, by: User, product: Product | None = None, **entered: Any
) -> Product:
    """Add a product, or change the one given; its address stays.

    Raises
    ------
    InvalidInputError
        The supplier has another product with this name.
    """
    require(by, "suppliers.edit", supplier)
    is_new = product is None
    product = product or Product(supplier=supplier)
    changed = entering.apply(product, PRODUCT, entered)
    others = supplier.products.exclude(pk=product.pk)
    if others.filter(name__iexact=product.name).exists():
        raise InvalidInputError("This supplier has a product with this name.", field="name")
    with _once("Somebody has just added a product with this name.", field="name"):
        product.slug = product.slug or free_slug(others, product.name, max_length=80)
        product.save()
    entering.record(
        "product", product, by=by, changed=None if is_new else changed, supplier=supplier.slug
    )
    return product
