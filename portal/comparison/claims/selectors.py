"""Claims with their verdicts, as far as a person may see the results behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from portal.comparison.claims.verdicts import Judged, held_against, judged
from portal.comparison.selectors import results_visible_to
from portal.runs.models import Measurement, ReleaseState
from portal.suppliers.models import ClaimMetric
from portal.suppliers.parts.kinds import CLAIM
from portal.suppliers.selectors import FLAGS, parts_visible_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from portal.accounts.models import User
    from portal.runs.models import EvaluationRun
    from portal.submissions.models import Submission
    from portal.suppliers.models import Claim

NEEDED = (
    "submission__version",
    "submission__product__name",
    "test_set__slug",
    "test_set__title",
    "test_set__revision",
)
"""Columns of a result that a verdict is told with."""


def claims_on(user: User, filters: dict[str, Any]) -> QuerySet[Claim]:
    """Return the claims that fit the filters, supplier by supplier."""
    claims = parts_visible_to(user, CLAIM)
    for word in str(filters.get("q") or "").split():
        claims = claims.filter(
            Q(product__name__icontains=word)
            | Q(product__supplier__legal_name__icontains=word)
            | Q(test_set__icontains=word)
        )
    if use_case := filters.get("use_case"):
        claims = claims.filter(**{f"product__{FLAGS[use_case]}": True})
    if metric := filters.get("metric"):
        claims = claims.filter(metric=metric)
    return claims.order_by("product__supplier__legal_name", "product__name", "-made_on", "pk")


def claims_about(user: User, model: Submission) -> QuerySet[Claim]:
    """Return the claims about a model's product that are of its version or of none."""
    claims = parts_visible_to(user, CLAIM).filter(product=model.product_id)
    return claims.filter(version__in=("", model.version))


def judged_claims(user: User, claims: Iterable[Claim]) -> list[Judged]:
    """Return the claims with their verdicts, in two queries; they rest on released results."""
    claims = list(claims)
    products = {claim.product_id for claim in claims}
    runs = (
        results_visible_to(user)
        .filter(submission__product__in=products, release=ReleaseState.RELEASED)
        .select_related(None)
        .select_related("submission__product", "test_set")
        .only(*NEEDED)
        .order_by("-submission__created_at", "test_set__title", "pk")
    )
    by_product: dict[Any, list[EvaluationRun]] = {}
    for run in runs:
        by_product.setdefault(run.submission.product_id, []).append(run)
    chosen = [held_against(claim, by_product.get(claim.product_id, [])) for claim in claims]
    figures = Measurement.objects.filter(
        run__in={run.pk for run in chosen if not isinstance(run, str)},
        metric__in=[*{claim.metric for claim in claims}, *_besides(claims)],
    )
    by_run: dict[Any, list[Measurement]] = {}
    for one in figures:
        by_run.setdefault(one.run_id, []).append(one)
    return [
        judged(claim, run, [] if isinstance(run, str) else by_run.get(run.pk, []))
        for claim, run in zip(claims, chosen, strict=True)
    ]


def _besides(claims: Iterable[Claim]) -> list[str]:
    of_folds = any(claim.metric == ClaimMetric.FOLD_ACCURACY for claim in claims)
    return ["fold_standard_error"] if of_folds else []
