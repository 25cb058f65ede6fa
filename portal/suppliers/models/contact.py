"""Whom to write to."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.suppliers.models.supplier import Supplier


class Contact(models.Model):
    """A person at a supplier whom JSaRC may write to."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "email"], name="suppliers_contact_email_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
