"""Which submissions a person sees: suppliers their own, government all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from portal.accounts.models import Role
from portal.core.access import may
from portal.submissions.models import Submission, SubmissionState
from portal.suppliers.models import Product

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User

LIVE_STATES = [
    SubmissionState.UPLOADED,
    SubmissionState.CHECKING,
    SubmissionState.READY,
]
UNSETTLED_STATES = [SubmissionState.UPLOADED, SubmissionState.CHECKING]


def submissions_visible_to(user: User) -> QuerySet[Submission]:
    submissions = Submission.objects.select_related("product__supplier", "submitted_by")
    if not may(user, "submissions.view"):
        return submissions.none()
    if user.role == Role.SUPPLIER:
        return submissions.filter(product__supplier__organisation=user.organisation_id)
    return submissions


def products_open_to(user: User) -> QuerySet[Product]:
    """Products for which a person may submit a model."""
    products = Product.objects.select_related("supplier").filter(supplier__archived_at=None)
    if not may(user, "submissions.create"):
        return products.none()
    if user.role == Role.SUPPLIER:
        return products.filter(supplier__organisation=user.organisation_id)
    return products


def same_model(
    *, product: Product, sha256: str, detector_sha256: str, card: object
) -> Submission | None:
    """Live submission of the same bytes with the same card, if there is one."""
    candidates = Submission.objects.filter(
        product=product,
        model_sha256=sha256,
        detector_sha256=detector_sha256,
        state__in=LIVE_STATES,
    )
    return next((found for found in candidates if found.card == card), None)


def stuck_submissions() -> QuerySet[Submission]:
    """Submissions whose check failed by our fault as often as it is tried; staff must look."""
    return Submission.objects.select_related("product__supplier").filter(is_stuck())


def is_stuck() -> Q:
    return Q(state=SubmissionState.UPLOADED, attempt__gte=settings.MAX_ATTEMPTS)


def narrowed(
    submissions: QuerySet[Submission], *, q: str = "", state: str = ""
) -> QuerySet[Submission]:
    """Narrow by part of a product's, version's or supplier's name, and by state."""
    if q:
        submissions = submissions.filter(
            Q(product__name__icontains=q)
            | Q(version__icontains=q)
            | Q(product__supplier__legal_name__icontains=q)
        )
    return submissions.filter(state=state) if state else submissions
