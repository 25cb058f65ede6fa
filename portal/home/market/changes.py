"""What happened in the market since a moment, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portal.comparison.selectors import results_visible_to
from portal.runs.models import ReleaseState
from portal.suppliers.models import AssuranceEvidence, Claim, Product, Supplier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from portal.accounts.models import User

MOST_SHOWN = 30
"""Of each kind; more are counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new, and where it can be read."""

    on: date
    text: str
    href: str


def changes(user: User, since: datetime, *, today: date) -> list[Change]:
    """Return what is new since then, in one query for each kind."""
    found = [
        *_suppliers(since),
        *_products(since),
        *_results(user, since),
        *_gone_stale(user, since),
        *_claims(since),
        *_expired(timezone.localdate(since), today),
    ]
    return sorted(found, key=lambda change: change.on, reverse=True)


def _suppliers(since: datetime) -> Iterator[Change]:
    for one in Supplier.objects.filter(created_at__gt=since)[:MOST_SHOWN]:
        text = f"{one.legal_name} was added to the suppliers."
        yield Change(timezone.localdate(one.created_at), text, one.get_absolute_url())


def _products(since: datetime) -> Iterator[Change]:
    new = Product.objects.filter(created_at__gt=since).select_related("supplier")
    for one in new.order_by("-created_at")[:MOST_SHOWN]:
        text = f"{one.supplier.legal_name} offers {one.name}."
        yield Change(timezone.localdate(one.created_at), text, one.get_absolute_url())


def _results(user: User, since: datetime) -> Iterator[Change]:
    released = results_visible_to(user).filter(released_at__gt=since)
    for run in released.order_by("-released_at")[:MOST_SHOWN]:
        if run.released_at is not None:
            text = f"The result of {run.submission} on {run.test_set} was released."
            href = reverse("comparison:model_detail", args=[run.submission_id])
            yield Change(
                timezone.localdate(run.released_at), text, f"{href}?test_set={run.test_set.slug}"
            )


def _gone_stale(user: User, since: datetime) -> Iterator[Change]:
    """Yield results that grew too old to rank by; what else makes one stale is news by itself."""
    lasts = timedelta(days=settings.ASSAY_STALE_AFTER_DAYS)
    aged = results_visible_to(user).filter(
        release=ReleaseState.RELEASED,
        finished_at__gt=since - lasts,
        finished_at__lte=timezone.now() - lasts,
    )
    for run in aged.order_by("-finished_at")[:MOST_SHOWN]:
        if run.finished_at is not None:
            text = f"The result of {run.submission} on {run.test_set} went stale."
            href = reverse("comparison:model_detail", args=[run.submission_id])
            day = timezone.localdate(run.finished_at + lasts)
            yield Change(day, text, f"{href}?test_set={run.test_set.slug}")


def _claims(since: datetime) -> Iterator[Change]:
    new = Claim.objects.filter(created_at__gt=since).select_related("product__supplier")
    for one in new.order_by("-created_at")[:MOST_SHOWN]:
        text = f"A claim about {one.product.name} on {one.test_set} was recorded."
        yield Change(timezone.localdate(one.created_at), text, one.product.get_absolute_url())


def _expired(since: date, today: date) -> Iterator[Change]:
    ended = AssuranceEvidence.objects.filter(expires_on__gt=since, expires_on__lte=today)
    for one in ended.select_related("product__supplier").order_by("-expires_on")[:MOST_SHOWN]:
        if one.expires_on is not None:
            text = f"{one.get_kind_display()} of {one.product.name} expired."
            yield Change(one.expires_on, text, one.product.get_absolute_url())
