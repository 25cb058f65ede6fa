"""What policing needs and by when: capabilities and the items that deliver them."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.suppliers.models import UseCase


class Capability(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=150)
    summary = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]
        verbose_name_plural = "capabilities"

    def __str__(self) -> str:
        return self.name


class RoadmapItem(models.Model):
    """One outcome on the roadmap; without dates it is shown as unscheduled."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed"
        IN_PROGRESS = "in_progress", "In progress"
        DELIVERED = "delivered", "Delivered"
        STOPPED = "stopped", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="items")
    title = models.CharField(max_length=200)
    outcome = models.TextField()
    use_case = models.CharField(max_length=10, choices=UseCase)
    status = models.CharField(max_length=20, choices=Status, default=Status.PROPOSED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    trl_now = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(9)], null=True, blank=True
    )
    trl_target = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(9)], null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["capability__order", F("starts_on").asc(nulls_last=True), "title"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="roadmap_item_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Check that dates and readiness levels do not contradict each other."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The end must not be before the start."})
        if self.trl_now and self.trl_target and self.trl_target < self.trl_now:
            raise ValidationError(
                {"trl_target": "The target level must not be below the level now."}
            )
