"""What suppliers answer."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.exploration.models.call import Call
from portal.suppliers.models import Product, Supplier, UseCase
from portal.suppliers.models.product import LEVELS


class Timescale(models.TextChoices):
    NOW = "now", "It can be bought now"
    SIX = "six", "Within 6 months"
    EIGHTEEN = "eighteen", "Within 18 months"
    LATER = "later", "Later"


class Answer(models.Model):
    """One offer of one supplier to a call; a draft until it is submitted."""

    class Sharing(models.TextChoices):
        """Who may read it beside JSaRC."""

        GOVERNMENT = "government", "The Home Office and police forces"
        JSARC = "jsarc", "JSaRC alone"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="answers")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="answers")
    product_name = models.CharField("Name of the product", max_length=200, blank=True)
    summary = models.TextField("What it does for this call", blank=True)
    for_rfr = models.BooleanField(UseCase.RFR.label, default=False)
    for_oifr = models.BooleanField(UseCase.OIFR.label, default=False)
    for_lfr = models.BooleanField(UseCase.LFR.label, default=False)
    trl_now = models.PositiveSmallIntegerField(
        "Technology readiness level now", validators=LEVELS, null=True, blank=True
    )
    trl_in_18_months = models.PositiveSmallIntegerField(
        "Technology readiness level in 18 months", validators=LEVELS, null=True, blank=True
    )
    trl_evidence = models.TextField("Evidence for the levels", blank=True)
    timescale = models.CharField(
        "When it can be delivered", max_length=10, choices=Timescale, blank=True
    )
    sharing = models.CharField("Who may read this answer", max_length=12, choices=Sharing,
                               blank=True)  # fmt: skip
    sharing_note = models.CharField("Conditions of sharing", max_length=300, blank=True)
    replies = models.JSONField(default=dict)
    """The number of a question, as text -> what was answered, as text."""
    version = models.PositiveIntegerField(default=0)
    """How often it was saved: a save names the one that it was made from."""
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="answers", null=True, blank=True
    )
    """The candidate product that it became."""

    class Meta:
        ordering = ["supplier__legal_name", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(submitted_at__isnull=False),
                name="exploration_withdrawn_answers_were_submitted",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | (~Q(sharing="") & ~Q(product_name="")),
                name="exploration_submitted_answers_say_who_may_read_them",
            ),
        ]

    def __str__(self) -> str:
        return self.product_name or "Answer without a name"

    def get_absolute_url(self) -> str:
        return reverse("exploration:answer_detail", args=[self.pk])

    @property
    def state(self) -> str:
        """Return "draft", "submitted" or "withdrawn"."""
        if self.withdrawn_at:
            return "withdrawn"
        return "submitted" if self.submitted_at else "draft"

    @property
    def use_cases(self) -> list[UseCase]:
        flags = {UseCase.RFR: self.for_rfr, UseCase.OIFR: self.for_oifr, UseCase.LFR: self.for_lfr}
        return [use_case for use_case, offered in flags.items() if offered]
