"""What monitoring reads of submissions: how many, how long they wait, why they are refused."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, Max, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from portal.core.health import Check, add_check
from portal.core.metrics import REGISTRY
from portal.submissions.execution import sandbox_in_words
from portal.submissions.models import Submission, SubmissionEvent, SubmissionState
from portal.submissions.selectors import UNSETTLED_STATES, is_stuck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

PLATFORM_REASON = "our platform failed"
EXPIRED_REASON = "the lease expired"


class Submissions:
    """Five queries, however many submissions there are."""

    def collect(self) -> Iterator[Metric]:
        yield _by_state()
        yield from _waiting()
        yield _refused()
        yield from _faults()
        yield from _quarantine()


def _by_state() -> Metric:
    metric = GaugeMetricFamily("assay_submissions", "Submissions by state.", labels=["state"])
    counts = dict(Submission.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in SubmissionState.values:
        metric.add_metric([state], counts.get(state, 0))
    return metric


def _waiting() -> Iterator[Metric]:
    """Age since the last move, so that a check that is tried again starts at nought."""
    oldest = GaugeMetricFamily(
        "assay_oldest_waiting_check_seconds",
        "How long the oldest submission has waited for its check; 0 if none waits.",
    )
    stuck = GaugeMetricFamily(
        "assay_stuck_checks", "Checks given up after faults of the platform; staff must act."
    )
    waiting = Submission.objects.filter(state=SubmissionState.UPLOADED).order_by()
    since = waiting.annotate(
        since=Coalesce(Max("events__at"), "created_at"),
        given_up=Case(When(is_stuck(), then=True), default=False),
    )
    rows = list(since.values_list("since", "given_up"))
    ages = [timezone.now() - at for at, is_given_up in rows if not is_given_up]
    oldest.add_metric([], max((age.total_seconds() for age in ages), default=0.0))
    stuck.add_metric([], sum(is_given_up for _, is_given_up in rows))
    yield oldest
    yield stuck


def _refused() -> Metric:
    metric = CounterMetricFamily(
        "assay_refused_models", "Models that their check refused, by code.", labels=["code"]
    )
    refused = Submission.objects.exclude(failure_code="").order_by()
    for code, n in refused.values_list("failure_code").annotate(Count("pk")):
        metric.add_metric([code], n)
    return metric


def _faults() -> Iterator[Metric]:
    faults = CounterMetricFamily("assay_check_faults", "Checks that met a fault of the platform.")
    expired = CounterMetricFamily(
        "assay_check_leases_expired", "Checks whose worker stopped answering."
    )
    counts = SubmissionEvent.objects.aggregate(
        faults=Count("pk", filter=Q(reason=PLATFORM_REASON)),
        expired=Count("pk", filter=Q(reason=EXPIRED_REASON)),
    )
    faults.add_metric([], counts["faults"])
    expired.add_metric([], counts["expired"])
    yield faults
    yield expired


def _quarantine() -> Iterator[Metric]:
    unsettled = Submission.objects.filter(state__in=UNSETTLED_STATES)
    held = unsettled.aggregate(
        files=Count("pk") + Count("pk", filter=~Q(detector_sha256="")),
        size=Coalesce(Sum(F("model_size_bytes") + F("detector_size_bytes")), 0),
    )
    yield GaugeMetricFamily("assay_quarantine_files", "Files not checked yet.", value=held["files"])
    yield GaugeMetricFamily("assay_quarantine_bytes", "Their size.", value=held["size"])


@cache
def _is_sandbox_whole() -> bool:
    """Try it once for each process: a system does not change its layers while it runs."""
    return sandbox_in_words()[1]


def sandbox() -> Check:
    """Whether every layer of the sandbox is in force on the machine that answers."""
    return Check("sandbox", passed=_is_sandbox_whole(), detail="of this machine", needed=False)


REGISTRY.register(Submissions())
add_check(sandbox)
