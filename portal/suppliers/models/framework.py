"""Procurement frameworks that a supplier can be bought through."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.suppliers.models.supplier import Supplier


class Framework(models.Model):
    """A place of a supplier on a procurement framework."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="frameworks")
    name = models.CharField("Name of the framework", max_length=200)
    reference = models.CharField("Reference and lot", max_length=100, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "reference", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "name", "reference"], name="suppliers_framework_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.reference}" if self.reference else self.name
