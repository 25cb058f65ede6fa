"""Suppliers, and the uses that their products are for."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.accounts.models import Organisation

RESEARCH_LASTS = timedelta(days=365)
"""What an analyst found out longer ago is called stale."""


class UseCase(models.TextChoices):
    """Uses of facial recognition in policing."""

    RFR = "rfr", "Retrospective (RFR)"
    OIFR = "oifr", "Operator-initiated (OIFR)"
    LFR = "lfr", "Live (LFR)"


class Supplier(models.Model):
    """A company that offers facial recognition, whether or not its people sign in."""

    class Ownership(models.TextChoices):
        PRIVATE = "private", "Privately owned"
        LISTED = "listed", "Listed on a stock exchange"
        SUBSIDIARY = "subsidiary", "Owned by another company"
        STATE = "state", "Owned by a state, in whole or in part"
        PUBLIC = "public", "University or public body"

    class Size(models.TextChoices):
        """Bands of the Companies Act, by employees."""

        MICRO = "micro", "Micro: up to 10 people"
        SMALL = "small", "Small: 11 to 50 people"
        MEDIUM = "medium", "Medium: 51 to 250 people"
        LARGE = "large", "Large: more than 250 people"

    class Confidence(models.TextChoices):
        """How far an analyst trusts the record."""

        HIGH = "high", "High: checked against independent sources"
        MEDIUM = "medium", "Medium: checked in part"
        LOW = "low", "Low: the supplier's own word"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="supplier"
    )
    slug = models.SlugField(max_length=80, unique=True)
    legal_name = models.CharField(max_length=200)
    companies_house_number = models.CharField("Companies House number", max_length=8, blank=True)
    country = models.CharField(max_length=80)
    ownership = models.CharField(max_length=20, choices=Ownership, blank=True)
    owner = models.CharField("Ultimate owner", max_length=200, blank=True)
    owner_country = models.CharField("Country of the ultimate owner", max_length=80, blank=True)
    size = models.CharField(max_length=10, choices=Size, blank=True)
    website = models.URLField(blank=True)
    summary = models.TextField(blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence, blank=True)
    last_researched_on = models.DateField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_reason = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True
    )
    """The record that this one turned out to be another record of; then it is archived too."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["legal_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_reason="")
                | (Q(archived_at__isnull=False) & ~Q(archived_reason="")),
                name="suppliers_archived_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False),
                name="suppliers_merged_are_archived",
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def get_absolute_url(self) -> str:
        return reverse("suppliers:supplier_detail", args=[self.slug])

    @property
    def use_cases(self) -> list[UseCase]:
        """Uses that at least one of the supplier's products is for."""
        offered = {use_case for product in self.products.all() for use_case in product.use_cases}
        return [use_case for use_case in UseCase if use_case in offered]

    def research_is_stale(self, today: date) -> bool:
        """Whether nobody has researched the supplier within a year, or ever."""
        researched = self.last_researched_on
        return researched is None or researched + RESEARCH_LASTS < today
