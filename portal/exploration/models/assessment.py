"""What JSaRC makes of an answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.exploration.models.answer import Answer


class Mark(models.TextChoices):
    MEETS = "meets", "Meets the need"
    PARTLY = "partly", "Meets it in part"
    NOT = "not", "Does not meet it"
    UNKNOWN = "unknown", "Cannot be said from the answer"


class Assessment(models.Model):
    """One person's judgement of one answer, criterion by criterion."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="assessments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    capability = models.CharField("What it does", max_length=10, choices=Mark)
    readiness = models.CharField("How ready it is", max_length=10, choices=Mark)
    timescale = models.CharField("When it can be delivered", max_length=10, choices=Mark)
    reason = models.TextField("Reasons")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "by"], name="exploration_one_assessment_of_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer}, by {self.by.name}"
