"""Model versions that suppliers submit, from the upload to the check's outcome."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.core.states import HistoryEvent, ModelWork
from portal.suppliers.models import Product


class SubmissionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    UPLOADED = "uploaded", "Uploaded"
    CHECKING = "checking", "Being checked"
    READY = "ready", "Accepted"
    REJECTED = "rejected", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


SUBMISSION_MOVES: dict[str, frozenset[str]] = {
    SubmissionState.DRAFT: frozenset({SubmissionState.UPLOADED, SubmissionState.WITHDRAWN}),
    SubmissionState.UPLOADED: frozenset({SubmissionState.CHECKING, SubmissionState.WITHDRAWN}),
    SubmissionState.CHECKING: frozenset(
        {
            SubmissionState.READY,
            SubmissionState.REJECTED,
            SubmissionState.UPLOADED,  # the lease was lost: check again
            SubmissionState.WITHDRAWN,
        }
    ),
    SubmissionState.READY: frozenset({SubmissionState.WITHDRAWN}),
    SubmissionState.REJECTED: frozenset({SubmissionState.WITHDRAWN}),
    SubmissionState.WITHDRAWN: frozenset(),
}


class Submission(ModelWork):
    """One version of one product's model, bound to the bytes that were received."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="submissions")
    version = models.CharField(max_length=60)
    state = models.CharField(
        max_length=20, choices=SubmissionState, default=SubmissionState.DRAFT, db_index=True
    )
    card = models.JSONField(default=dict)
    model_file = models.CharField(max_length=200, blank=True)
    """Path below the data folder; in quarantine until the check has accepted it."""
    model_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    model_size_bytes = models.PositiveBigIntegerField(default=0)
    detector_file = models.CharField(max_length=200, blank=True)
    """The model's own face detector, where its card describes one; as ``model_file``."""
    detector_sha256 = models.CharField(max_length=64, blank=True)
    detector_size_bytes = models.PositiveBigIntegerField(default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_report = models.JSONField(default=dict)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_sentence = models.CharField(max_length=300, blank=True)
    failure_action = models.CharField(max_length=300, blank=True)
    staff_note = models.TextField(blank=True)
    """What staff read of a platform's fault; never shown to suppliers."""

    class Meta:
        ordering = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values), name="submissions_state_known"
            ),
            models.UniqueConstraint(
                fields=["product", "version"],
                condition=~Q(state__in=[SubmissionState.REJECTED, SubmissionState.WITHDRAWN]),
                name="submissions_version_once_per_product",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.CHECKING) | Q(lease_expires_at__isnull=False),
                name="submissions_checking_holds_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.REJECTED) | ~Q(failure_code=""),
                name="submissions_rejected_with_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} {self.version}"

    @property
    def task(self) -> str:
        """What the model does, as its card says: embedding, detection, pad or quality."""
        return str(self.card.get("task", ""))


class SubmissionEvent(HistoryEvent):
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")

    class Meta(HistoryEvent.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
