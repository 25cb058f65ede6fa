"""What was seen in the field: deployments, their alerts, and how many were false."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.submissions.models import Submission
from portal.suppliers.models import UseCase

DAYS_IN_ORDER = "The last day is before the first day."
NO_MORE_ALERTS = "There are more alerts than faces."
NAMED_SYSTEM = "Choose the model that was used, or enter the system as it was reported."


class FieldRecord(models.Model):
    """One deployment, or a period of them, as a force reported it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    force = models.CharField("Police force or body", max_length=200)
    place = models.CharField("Place or purpose", max_length=200)
    use_case = models.CharField(max_length=10, choices=UseCase, default=UseCase.LFR)
    began_on = models.DateField("First day")
    ended_on = models.DateField("Last day")
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        related_name="field_records",
        null=True,
        blank=True,
        verbose_name="Model measured here",
    )
    system = models.CharField("System as reported", max_length=200, blank=True)
    """Product and version in the report's words; needed where no model of ours is named."""
    threshold = models.FloatField(null=True, blank=True)
    watchlist = models.PositiveIntegerField(
        "People on the watchlist", validators=[MinValueValidator(1)]
    )
    faces = models.PositiveBigIntegerField("Faces seen", validators=[MinValueValidator(1)])
    true_alerts = models.PositiveBigIntegerField("Alerts confirmed as true")
    false_alerts = models.PositiveBigIntegerField("Alerts confirmed as false")
    unresolved_alerts = models.PositiveBigIntegerField("Alerts not resolved", default=0)
    source = models.CharField("Source", max_length=300)
    note = models.TextField(blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-ended_on", "force", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("began_on")),
                name="deployments_days_in_order",
                violation_error_message=DAYS_IN_ORDER,
            ),
            models.CheckConstraint(
                condition=Q(watchlist__gte=1, faces__gte=1), name="deployments_somebody_was_seen"
            ),
            models.CheckConstraint(
                condition=Q(
                    faces__gte=F("true_alerts") + F("false_alerts") + F("unresolved_alerts")
                ),
                name="deployments_no_more_alerts_than_faces",
                violation_error_message=NO_MORE_ALERTS,
            ),
            models.CheckConstraint(
                condition=Q(submission__isnull=False) | ~Q(system=""),
                name="deployments_of_a_named_system",
                violation_error_message=NAMED_SYSTEM,
            ),
            models.CheckConstraint(
                condition=Q(use_case__in=UseCase.values), name="deployments_use_case_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.force}, {self.place}"

    @property
    def alerts(self) -> int:
        return self.true_alerts + self.false_alerts + self.unresolved_alerts

    @property
    def system_name(self) -> str:
        """What was used: the model that was measured here, or the report's own words."""
        return str(self.submission) if self.submission else self.system


class FieldGroup(models.Model):
    """Confirmed false alerts of one group of people in a deployment."""

    record = models.ForeignKey(FieldRecord, on_delete=models.CASCADE, related_name="groups")
    attribute = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    false_alerts = models.PositiveBigIntegerField()
    faces = models.PositiveBigIntegerField(null=True, blank=True)
    """Faces of the group that were seen; None where nobody counted them."""

    class Meta:
        ordering = ["attribute", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "attribute", "value"], name="deployments_group_once"
            ),
            models.CheckConstraint(
                condition=Q(faces__isnull=True) | Q(faces__gte=F("false_alerts")),
                name="deployments_group_no_more_alerts_than_faces",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"
