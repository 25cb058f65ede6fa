"""Documents about the assurance of products, and their expiry."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.suppliers.models.product import Product

EXPIRES_SOON = timedelta(days=90)


class AssuranceEvidence(models.Model):
    """A document that says something of a product's assurance, and until when."""

    class Kind(models.TextChoices):
        BIAS_TEST = "bias_test", "Independent bias test"
        PAD = "pad", "Presentation-attack conformity"
        SECURITY = "security", "Security certificate"
        DATA_PROTECTION = "data_protection", "Data protection assessment"
        EQUALITY = "equality", "Equality assessment"
        TRAINING_FULL = "training_full", "Training data disclosed in full"
        TRAINING_PARTIAL = "training_partial", "Training data disclosed in part"
        TRAINING_REFUSED = "training_refused", "Disclosure of training data refused"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind)
    issuer = models.CharField("Issued by", max_length=200)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    reference = models.CharField("Where it can be read", max_length=300)
    entered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["product", "kind", "-issued_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="suppliers_evidence_expires_after_its_issue",
                violation_error_message="It expires before it was issued.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.issuer}"

    def expiry(self, today: date) -> str:
        """Return "expired", "expiring" within ninety days, or "valid"."""
        if self.expires_on is None or self.expires_on > today + EXPIRES_SOON:
            return "valid"
        return "expiring" if self.expires_on > today else "expired"
