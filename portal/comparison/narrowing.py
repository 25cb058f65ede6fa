"""By what a list of results is narrowed: words, use, supplier, licence, size and age."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from portal.suppliers.selectors import FLAGS

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.runs.models import EvaluationRun

MEGABYTE = 1_000_000
SIZES = [(str(most), f"Up to {most} MB") for most in (5, 20, 100, 500)]
AGES = [
    ("30", "In the last 30 days"),
    ("90", "In the last 90 days"),
    ("365", "In the last 12 months"),
]
LICENCE_LENGTH = 80
"""Letters of a licence by which it is chosen: cards may hold whole texts."""
NOT_STATED = "not-stated"


def licences_of(runs: QuerySet[EvaluationRun]) -> list[tuple[str, str]]:
    """Return the licences that the models' cards name, as the choices of a filter."""
    named = runs.order_by().values_list("submission__card__licence", flat=True).distinct()
    licences = {str(one or "").strip()[:LICENCE_LENGTH] for one in named}
    choices = [(one, one) for one in sorted(licences - {""}, key=str.casefold)]
    return [*choices, (NOT_STATED, "Not stated")] if "" in licences else choices


def narrowed(runs: QuerySet[EvaluationRun], filters: dict[str, Any]) -> QuerySet[EvaluationRun]:
    """Return the results that fit every filter that is set."""
    for word in filters.get("q", "").split():
        runs = runs.filter(
            Q(submission__product__name__icontains=word)
            | Q(submission__version__icontains=word)
            | Q(submission__product__supplier__legal_name__icontains=word)
        )
    if use_case := filters.get("use_case"):
        runs = runs.filter(**{f"submission__product__{FLAGS[use_case]}": True})
    if supplier := filters.get("supplier"):
        runs = runs.filter(submission__product__supplier__slug=supplier)
    if licence := filters.get("licence"):
        runs = runs.filter(_of_licence(licence))
    if size := filters.get("size"):
        runs = runs.filter(submission__model_size_bytes__lte=int(size) * MEGABYTE)
    if days := filters.get("measured"):
        runs = runs.filter(finished_at__gte=timezone.now() - timedelta(days=int(days)))
    return runs


def _of_licence(licence: str) -> Q:
    if licence == NOT_STATED:
        return Q(submission__card__licence__isnull=True) | Q(submission__card__licence="")
    return Q(submission__card__licence__startswith=licence)
