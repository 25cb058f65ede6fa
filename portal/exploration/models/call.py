"""Calls to the market and their questions."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.roadmap.models import Capability


class Call(models.Model):
    """What JSaRC wants to know of the market, from a day to a day."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=150)
    purpose = models.TextField("What we want to find out, and why")
    capability = models.ForeignKey(
        Capability, on_delete=models.PROTECT, related_name="calls", null=True, blank=True
    )
    closes_on = models.DateField("Last day for answers")
    opened_at = models.DateTimeField(null=True, blank=True)
    """None while it is a draft, which suppliers do not see."""
    closed_at = models.DateTimeField(null=True, blank=True)
    """Set where it was closed before its last day."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-closes_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False),
                name="exploration_closed_calls_were_open",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exploration:call_detail", args=[self.slug])

    def state(self, today: date) -> str:
        """Return "draft", "open" or "closed"; the last day is a whole day."""
        if self.opened_at is None:
            return "draft"
        return "closed" if self.closed_at or today > self.closes_on else "open"


class Question(models.Model):
    """One question of a call, beside those that every call asks."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        YES_NO = "yes_no", "Yes or no"
        NUMBER = "number", "A number"
        CHOICE = "choice", "One of several"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField("Question", max_length=300)
    hint = models.CharField(max_length=300, blank=True)
    kind = models.CharField("Kind of answer", max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    """What can be chosen, where it is one of several."""
    is_required = models.BooleanField("An answer is needed", default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text
