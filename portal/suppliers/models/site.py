"""Where a supplier works."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.suppliers.models.supplier import Supplier


class Site(models.Model):
    """A place where a supplier's people work or its systems run."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", "Head office"
        OFFICE = "office", "Office"
        RESEARCH = "research", "Research and development"
        SUPPORT = "support", "Support"
        DATA_CENTRE = "data_centre", "Data centre"
        MANUFACTURE = "manufacture", "Manufacture"

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="sites")
    kind = models.CharField("Kind of site", max_length=20, choices=Kind)
    place = models.CharField("Town or city", max_length=150)
    country = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["country", "place", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "kind", "place", "country"], name="suppliers_site_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.place}, {self.country}"
