"""What an analyst's record of a supplier rests on."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.suppliers.models.supplier import Supplier


class Source(models.Model):
    """Something that an analyst read or heard about a supplier, and when."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField("What was consulted", max_length=200)
    reference = models.CharField("Where it can be read", max_length=300)
    consulted_on = models.DateField()
    entered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-consulted_on", "title", "pk"]

    def __str__(self) -> str:
        return self.title
