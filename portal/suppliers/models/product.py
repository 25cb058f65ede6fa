"""What suppliers sell."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.suppliers.models.supplier import Supplier, UseCase


def _pounds(price: Decimal | None) -> str:
    """Return "£1,000", "£0.50", or "" for no price."""
    if price is None:
        return ""
    return f"£{price:,.0f}" if price == price.to_integral_value() else f"£{price:,.2f}"


LEVELS = (MinValueValidator(1), MaxValueValidator(9))
"""Technology readiness levels."""


class Product(models.Model):
    """Something a supplier sells; its model versions are submissions."""

    class Deployment(models.TextChoices):
        """Where the software runs."""

        ON_PREMISES = "on_premises", "On the buyer's own servers"
        CLOUD = "cloud", "In a cloud"
        DEVICE = "device", "On a camera, a vehicle or a telephone"
        ANY = "any", "Any of these"

    class Hosting(models.TextChoices):
        """Where images and templates are kept."""

        BUYER = "buyer", "With the buyer"
        UK = "uk", "In the United Kingdom"
        EEA = "eea", "In the European Economic Area"
        ELSEWHERE = "elsewhere", "Elsewhere"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="products")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    for_rfr = models.BooleanField("Retrospective (RFR)", default=False)
    for_oifr = models.BooleanField("Operator-initiated (OIFR)", default=False)
    for_lfr = models.BooleanField("Live (LFR)", default=False)
    trl_now = models.PositiveSmallIntegerField(
        "Technology readiness level now", validators=LEVELS, null=True, blank=True
    )
    trl_in_18_months = models.PositiveSmallIntegerField(
        "Technology readiness level in 18 months", validators=LEVELS, null=True, blank=True
    )
    trl_evidence = models.TextField("Evidence for the levels", blank=True)
    deployment = models.CharField("Where it runs", max_length=20, choices=Deployment, blank=True)
    integration = models.TextField("How it is integrated", blank=True)
    hosting = models.CharField(
        "Where images and templates are kept", max_length=20, choices=Hosting, blank=True
    )
    price_from = models.DecimalField(
        "Indicative price from (£)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    price_to = models.DecimalField(
        "Indicative price to (£)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    price_for = models.CharField("What the price is for", max_length=150, blank=True)
    is_candidate = models.BooleanField(default=False)
    """Taken from an answer to a call, and not confirmed yet."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["supplier__legal_name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "slug"], name="suppliers_product_slug"),
            models.CheckConstraint(
                condition=Q(trl_now__isnull=True) | Q(trl_now__range=(1, 9)),
                name="suppliers_product_trl_1_to_9",
            ),
            models.CheckConstraint(
                condition=Q(trl_in_18_months__isnull=True)
                | Q(trl_in_18_months__range=(1, 9), trl_now__isnull=True)
                | Q(trl_in_18_months__range=(F("trl_now"), 9)),
                name="suppliers_product_trl_does_not_fall",
            ),
            models.CheckConstraint(
                condition=Q(price_from__isnull=True)
                | Q(price_to__isnull=True)
                | Q(price_to__gte=F("price_from")),
                name="suppliers_product_price_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("suppliers:product_detail", args=[self.supplier.slug, self.slug])

    @property
    def price_words(self) -> str:
        """The indicative price: "£1,000 to £2,500, one camera for a year"; "" where none is."""
        low, high = (_pounds(price) for price in (self.price_from, self.price_to))
        if low and high:
            amount = low if low == high else f"{low} to {high}"
        else:
            amount = f"From {low}" if low else f"Up to {high}" if high else ""
        return f"{amount}, {self.price_for}" if amount else ""

    @property
    def use_cases(self) -> list[UseCase]:
        flags = {UseCase.RFR: self.for_rfr, UseCase.OIFR: self.for_oifr, UseCase.LFR: self.for_lfr}
        return [use_case for use_case, offered in flags.items() if offered]
