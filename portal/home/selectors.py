"""What each role's home page shows: what waits for this person, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from portal.accounts.models import Role, User
from portal.comparison.selectors import results_visible_to
from portal.core.selectors import audit_events
from portal.roadmap.models import RoadmapItem
from portal.runs.models import ACTIVE_RUN_STATES, EvaluationRun, ReleaseState, RunState
from portal.runs.selectors import FAILED_STATES
from portal.submissions.models import Submission, SubmissionState
from portal.submissions.selectors import stuck_submissions, submissions_visible_to
from portal.suppliers.models import Product, Supplier, UseCase
from portal.suppliers.selectors import FLAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.core.models import AuditEvent

SHOWN = 10
RECENTLY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SupplierHome:
    supplier: Supplier | None
    submissions: Sequence[Submission]
    refused: Sequence[Submission]
    results: Sequence[EvaluationRun]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class OfficialHome:
    results: Sequence[EvaluationRun]
    market: Sequence[Figure]
    roadmap: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class JsarcHome:
    waiting: Sequence[EvaluationRun]
    n_waiting: int
    failures: Sequence[EvaluationRun]
    stuck: Sequence[Submission]
    queue: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class AdministratorHome:
    people: Sequence[Figure]
    events: Sequence[AuditEvent]
    queue: Sequence[Figure]


def supplier_home(user: User) -> SupplierHome:
    submissions = list(submissions_visible_to(user).order_by("-created_at")[:SHOWN])
    return SupplierHome(
        supplier=Supplier.objects.filter(organisation=user.organisation_id).first(),
        submissions=submissions,
        refused=[one for one in submissions if one.state == SubmissionState.REJECTED],
        results=list(results_visible_to(user).order_by("-finished_at")[:SHOWN]),
    )


def official_home(user: User) -> OfficialHome:
    results = results_visible_to(user)
    return OfficialHome(
        results=list(results.order_by("-released_at")[:SHOWN]),
        market=[
            *market(),
            Figure("Models with released results", results.values("submission").distinct().count()),
        ],
        roadmap=roadmap_by_status(),
    )


def jsarc_home(user: User) -> JsarcHome:
    waiting = results_visible_to(user).filter(
        release__in=(ReleaseState.PRIVATE, ReleaseState.PREVIEW)
    )
    failures = EvaluationRun.objects.filter(
        state__in=FAILED_STATES, finished_at__gte=timezone.now() - RECENTLY
    ).select_related("submission__product__supplier", "test_set")
    return JsarcHome(
        waiting=list(waiting.order_by("finished_at")[:SHOWN]),
        n_waiting=waiting.count(),
        failures=list(failures.order_by("-finished_at")[:SHOWN]),
        stuck=list(stuck_submissions()[:SHOWN]),
        queue=queue(),
    )


def administrator_home(user: User) -> AdministratorHome:
    del user  # every administrator sees the same
    return AdministratorHome(
        people=people_by_role(), events=list(audit_events()[:SHOWN]), queue=queue()
    )


def market() -> list[Figure]:
    """Suppliers on the lists, their products, and the products for each use."""
    products = Product.objects.filter(supplier__archived_at=None).aggregate(
        total=Count("pk"), **{use: Count("pk", filter=Q(**{flag: True})) for use, flag in _flags()}
    )
    n_suppliers = Supplier.objects.filter(archived_at=None).count()
    return [
        Figure("Suppliers", n_suppliers),
        Figure("Products", products["total"]),
        *(Figure(f"Products for {UseCase(use).label}", products[use]) for use, _ in _flags()),
    ]


def _flags() -> list[tuple[str, str]]:
    return [(use_case.value, flag) for use_case, flag in FLAGS.items()]


def roadmap_by_status() -> list[Figure]:
    found = dict(RoadmapItem.objects.values_list("status").annotate(Count("pk")).order_by())
    return [Figure(status.label, found.get(status, 0)) for status in RoadmapItem.Status]


def people_by_role() -> list[Figure]:
    active = User.objects.filter(is_active=True)
    found = dict(active.values_list("role").annotate(Count("pk")).order_by())
    return [Figure(role.label, found.get(role, 0)) for role in Role]


def queue() -> list[Figure]:
    """Submissions that wait for their check, and runs in each state that is not an end."""
    runs = EvaluationRun.objects.filter(state__in=ACTIVE_RUN_STATES)
    found = dict(runs.values_list("state").annotate(Count("pk")).order_by())
    checks = Submission.objects.filter(
        state__in=(SubmissionState.UPLOADED, SubmissionState.CHECKING)
    )
    return [
        Figure("Submissions waiting for their check", checks.count()),
        *(Figure(f"Runs: {RunState(s).label}", found.get(s, 0)) for s in ACTIVE_RUN_STATES),
    ]
