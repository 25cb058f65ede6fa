"""Suppliers, and the uses that their products are for."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import Organisation


class UseCase(models.TextChoices):
    """Uses of facial recognition in policing."""

    RFR = "rfr", "Retrospective (RFR)"
    OIFR = "oifr", "Operator-initiated (OIFR)"
    LFR = "lfr", "Live (LFR)"


class Supplier(models.Model):
    """A company that offers facial recognition, whether or not its people sign in."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="supplier"
    )
    slug = models.SlugField(max_length=80, unique=True)
    legal_name = models.CharField(max_length=200)
    companies_house_number = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=80)
    website = models.URLField(blank=True)
    summary = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["legal_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_reason="")
                | (Q(archived_at__isnull=False) & ~Q(archived_reason="")),
                name="suppliers_archived_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    @property
    def use_cases(self) -> list[UseCase]:
        """Uses that at least one of the supplier's products is for."""
        offered = {use_case for product in self.products.all() for use_case in product.use_cases}
        return [use_case for use_case in UseCase if use_case in offered]
