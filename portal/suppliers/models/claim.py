"""What suppliers say of their products' accuracy."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.suppliers.models.product import Product


class ClaimMetric(models.TextChoices):
    """What suppliers claim, by the names that our own figures have."""

    FNMR_AT_FMR = "fnmr_at_fmr", "False non-match rate (FNMR) at a false match rate (FMR)"
    FNIR_AT_FPIR = (
        "fnir_at_fpir",
        "False negative identification rate (FNIR) at a false positive one (FPIR)",
    )
    FAILURE_TO_ENROL = "failure_to_enrol", "Failure to enrol"
    FOLD_ACCURACY = "fold_accuracy", "Accuracy over ten folds, as for LFW"
    EER = "eer", "Equal error rate (EER)"

    @property
    def is_higher_better(self) -> bool:
        return self is ClaimMetric.FOLD_ACCURACY

    @property
    def has_target(self) -> bool:
        """Whether it says nothing without the false rate that it holds for."""
        return self in (ClaimMetric.FNMR_AT_FMR, ClaimMetric.FNIR_AT_FPIR)


class Claim(models.Model):
    """What a supplier says of a product's accuracy, and where it says so."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="claims")
    version = models.CharField(max_length=60, blank=True)
    """Of the product; "" where the claim names none."""
    metric = models.CharField(max_length=30, choices=ClaimMetric)
    value = models.FloatField()
    """A proportion in [0, 1]."""
    target = models.FloatField(null=True, blank=True)
    """FMR or FPIR that the value holds for, a proportion."""
    gallery_size = models.PositiveIntegerField("People enrolled", null=True, blank=True)
    test_set = models.CharField(max_length=200)
    """In the claim's words; ours where it is the title or the name of one."""
    made_on = models.DateField("Date of the claim")
    document = models.CharField(max_length=300)
    entered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["product", "-made_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(metric__in=ClaimMetric.values), name="suppliers_claim_metric_known"
            ),
            models.CheckConstraint(
                condition=Q(value__range=(0, 1)), name="suppliers_claim_value_is_a_proportion"
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target__gt=0, target__lt=1),
                name="suppliers_claim_target_is_a_proportion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} on {self.test_set}"
