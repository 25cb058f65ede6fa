"""What suppliers sell."""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.suppliers.models.supplier import Supplier, UseCase


class Product(models.Model):
    """Something a supplier sells; its model versions are submissions."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="products")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    for_rfr = models.BooleanField("Retrospective (RFR)", default=False)
    for_oifr = models.BooleanField("Operator-initiated (OIFR)", default=False)
    for_lfr = models.BooleanField("Live (LFR)", default=False)
    trl_now = models.PositiveSmallIntegerField(
        "Technology readiness level now",
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["supplier__legal_name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "slug"], name="suppliers_product_slug"),
            models.CheckConstraint(
                condition=Q(trl_now__isnull=True) | Q(trl_now__range=(1, 9)),
                name="suppliers_product_trl_1_to_9",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def use_cases(self) -> list[UseCase]:
        flags = {UseCase.RFR: self.for_rfr, UseCase.OIFR: self.for_oifr, UseCase.LFR: self.for_lfr}
        return [use_case for use_case, offered in flags.items() if offered]
