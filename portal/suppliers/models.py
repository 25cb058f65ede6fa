"""Who can supply what: suppliers, their products and the people to talk to."""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import Organisation


class UseCase(models.TextChoices):
    """Uses of facial recognition in policing."""

    RFR = "rfr", "Retrospective (RFR)"
    OIFR = "oifr", "Operator-initiated (OIFR)"
    LFR = "lfr", "Live (LFR)"


class Supplier(models.Model):
    """A company that offers facial recognition, whether or not its people sign in."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="supplier"
    )
    slug = models.SlugField(max_length=80, unique=True)
    legal_name = models.CharField(max_length=200)
    companies_house_number = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=80)
    website = models.URLField(blank=True)
    summary = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["legal_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_reason="")
                | (Q(archived_at__isnull=False) & ~Q(archived_reason="")),
                name="suppliers_archived_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    @property
    def use_cases(self) -> list[UseCase]:
        """Uses that at least one of the supplier's products is for."""
        offered = {use_case for product in self.products.all() for use_case in product.use_cases}
        return [use_case for use_case in UseCase if use_case in offered]


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
