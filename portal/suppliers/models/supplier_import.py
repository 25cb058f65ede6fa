"""Files of suppliers that were brought, before and after they were taken in."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone


class SupplierImport(models.Model):
    """One file's rows, kept so that what was shown is what is taken in."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    file_name = models.CharField(max_length=200)
    header = models.JSONField()
    rows = models.JSONField()
    """A list of cells for each row, as many as the header has."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_unchanged = models.PositiveIntegerField(default=0)
    n_left_out = models.PositiveIntegerField(default=0)
    """Rows with errors; all four counts are those of the moment when it was applied."""

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.file_name
