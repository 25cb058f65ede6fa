"""Whom to write to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.suppliers.models.supplier import Supplier


class Contact(models.Model):
    """A person at a supplier whom JSaRC may write to, and until when their details are kept."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    consent_on = models.DateField("Date of consent", null=True, blank=True)
    """None for contacts entered before consent was recorded."""
    consent_how = models.CharField("How consent was given", max_length=200, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    """The details are deleted after this day; None like ``consent_on``."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "email"], name="suppliers_contact_email_once"
            ),
            models.CheckConstraint(
                condition=Q(keep_until__isnull=True) | Q(keep_until__gte=F("consent_on")),
                name="suppliers_contact_kept_after_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.name
