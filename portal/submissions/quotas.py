"""How many models a supplier may send: open at once, in a day, and waiting in quarantine.

A submission whose check failed by our fault uses no quota. One that was withdrawn or refused
frees its place but still counts for the day, so that taking back does not get round the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, F, Q, Sum
from django.template.defaultfilters import pluralize
from django.utils import timezone

from portal.core.wording import filesize_uk, uk_datetime
from portal.submissions.errors import QuotaError
from portal.submissions.models import Submission, SubmissionState
from portal.submissions.selectors import UNSETTLED_STATES, is_stuck
from portal.suppliers.models import Supplier

if TYPE_CHECKING:
    from datetime import datetime

    from portal.accounts.models import User

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a supplier has used, against the limits in force."""

    n_open: int
    most_open: int
    n_in_a_day: int
    most_in_a_day: int
    waiting_bytes: int
    most_waiting_bytes: int
    next_at: datetime | None = None
    """When the day's limit lets one more in; None where it does now, or never does."""

    @property
    def left(self) -> int:
        """How many models could be sent now."""
        if self.waiting_bytes >= self.most_waiting_bytes:
            return 0
        return max(0, min(self.most_open - self.n_open, self.most_in_a_day - self.n_in_a_day))

    @property
    def in_words(self) -> str:
        """What is left, and of what, for the person who is about to send a model."""
        models = f"{self.left} model{pluralize(self.left)}"
        return (
            f"You can submit {models} now. Places taken by models that wait for their check: "
            f"{self.n_open} of {self.most_open}. Submitted in the last 24 hours: "
            f"{self.n_in_a_day} of {self.most_in_a_day}."
        )

    def refusal(self, size_bytes: int = 0) -> QuotaError | None:
        """Return why no model of this size is taken now; None where it is."""
        if not (self.most_open and self.most_in_a_day):
            return QuotaError("No models are taken at the moment. JSaRC can tell you when.")
        if self.n_open >= self.most_open:
            return QuotaError(
                f"All places of this supplier ({self.most_open}) are taken by models that wait "
                "for their check. Submit the next when one has been checked, or withdraw one."
            )
        if self.n_in_a_day >= self.most_in_a_day:
            when = f" The next can be submitted on {uk_datetime(self.next_at)}."
            return QuotaError(
                f"This supplier has submitted as many models in the last 24 hours as it may: "
                f"{self.n_in_a_day}.{when if self.next_at else ''}",
                wait=self.next_at - timezone.now() if self.next_at else None,
            )
        if self.waiting_bytes + size_bytes > self.most_waiting_bytes or not self.left:
            return QuotaError(
                f"Models of this supplier that wait for their check hold "
                f"{filesize_uk(self.waiting_bytes)}, and {filesize_uk(self.most_waiting_bytes)} "
                "may wait at once. Submit this one when another has been checked."
            )
        return None


def allowance_of(supplier: Supplier) -> Allowance:
    """Count what a supplier has used."""
    since = timezone.now() - A_DAY
    of_supplier = Submission.objects.filter(product__supplier=supplier)
    is_open, is_counted = Q(state__in=UNSETTLED_STATES), ~_is_our_fault()
    in_a_day = is_counted & Q(created_at__gt=since)
    used = of_supplier.aggregate(
        n_open=Count("pk", filter=is_open & is_counted),
        n_in_a_day=Count("pk", filter=in_a_day),
        waiting_bytes=Sum(F("model_size_bytes") + F("detector_size_bytes"), filter=is_open),
    )
    most = settings.ASSAY_MAX_SUBMISSIONS_PER_DAY
    next_at = None
    if most and used["n_in_a_day"] >= most:
        sent = of_supplier.filter(in_a_day).order_by("created_at")
        leaving = sent.values_list("created_at", flat=True)[used["n_in_a_day"] - most]
        next_at = leaving + A_DAY
    return Allowance(
        n_open=used["n_open"],
        most_open=settings.ASSAY_MAX_OPEN_SUBMISSIONS,
        n_in_a_day=used["n_in_a_day"],
        most_in_a_day=most,
        waiting_bytes=used["waiting_bytes"] or 0,
        most_waiting_bytes=settings.ASSAY_MAX_QUARANTINE_BYTES,
        next_at=next_at,
    )


def own_allowance(user: User) -> Allowance | None:
    """Count what the supplier of a signed-in person has used; None for anybody else."""
    supplier = Supplier.objects.filter(organisation=user.organisation_id).first()
    return allowance_of(supplier) if supplier and user.organisation_id else None


def require_place(submission: Submission) -> None:
    """Raise QuotaError unless the supplier may send this one too.

    Locks the supplier's row until the transaction ends, so that of two uploads at once the later
    one counts the earlier: nobody can race for the last place.
    """
    supplier = Supplier.objects.select_for_update().get(pk=submission.product.supplier_id)
    size_bytes = submission.model_size_bytes + submission.detector_size_bytes
    refusal = allowance_of(supplier).refusal(size_bytes)
    if refusal is not None:
        raise refusal


def _is_our_fault() -> Q:
    """Condition of submissions whose check we could not finish, withdrawn since or not."""
    return is_stuck() | (Q(state=SubmissionState.WITHDRAWN) & ~Q(staff_note=""))
