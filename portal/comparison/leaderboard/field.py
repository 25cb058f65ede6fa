"""Who is ranked on a test set: of each product the newest version that was measured and released.

Officials and JSaRC read the same leaderboard: a result that is not released is on none.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from portal.comparison.basis import RECOGNITION
from portal.runs.models import EvaluationRun, ReleaseState, RunState
from portal.submissions.models import SubmissionState
from portal.suppliers.models import Product

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

METHOD = "1"
"""A new way of ranking has a new number, so that rankings made the old way are made again."""
WITHDRAWN = "This version was withdrawn."
HEAVY = (
    "submission__card",
    "submission__check_report",
    "submission__staff_note",
    "staff_note",
    "failure_sentence",
    "failure_action",
)
"""Columns that no leaderboard shows and that would be most of what is read."""


@dataclass(frozen=True)
class Field:
    """The released results of one test set: those that are ranked, and what becomes of others."""

    ranked: tuple[EvaluationRun, ...] = ()
    left_out: tuple[tuple[EvaluationRun, str], ...] = ()
    """Each with the sentence that says why."""
    earlier: tuple[EvaluationRun, ...] = ()
    """Older versions of products that stand above, the newest first."""

    @property
    def digest(self) -> str:
        """Digest of what is ranked: another result, or a new one of the same, gives another."""
        named = sorted(f"{run.pk} {run.result_sha256}" for run in self.ranked)
        return hashlib.sha256("\n".join([METHOD, *named]).encode()).hexdigest()

    @cached_property
    def n_earlier(self) -> Counter[UUID]:
        """How many older versions each product has, by its key."""
        return Counter(run.submission.product_id for run in self.earlier)


def released_results() -> QuerySet[EvaluationRun]:
    """Return the results of recognition models that everybody in government may read."""
    return (
        EvaluationRun.objects.filter(
            state=RunState.SCORED,
            release=ReleaseState.RELEASED,
            submission__card__task=RECOGNITION,
        )
        .select_related("submission__product__supplier", "test_set")
        .defer(*HEAVY)
        .order_by("-submission__created_at", "pk")
    )


def products_with_results() -> QuerySet[Product]:
    """Return the products of which a version is, or was, on a leaderboard."""
    products = released_results().order_by().values("submission__product")
    return Product.objects.select_related("supplier").filter(pk__in=products)


def field_of(runs: Iterable[EvaluationRun], stale: Mapping[UUID, str]) -> Field:
    """Sort the results of one test set, given the newest version first.

    ``stale`` says of a result why it is too old to be ranked.
    """
    by_product: dict[UUID, list[EvaluationRun]] = defaultdict(list)
    for run in runs:
        by_product[run.submission.product_id].append(run)
    ranked, left_out, earlier = [], [], []
    for versions in by_product.values():
        newest = _newest(versions)
        earlier += versions[newest + 1 :]
        left_out += [(run, WITHDRAWN) for run in versions[:newest]]
        reason = _why_not(versions[newest], stale)
        if reason:
            left_out.append((versions[newest], reason))
        else:
            ranked.append(versions[newest])
    by_name = sorted(ranked, key=_name)
    aside = sorted(left_out, key=lambda one: _name(one[0]))
    return Field(tuple(by_name), tuple(aside), tuple(earlier))


def _newest(versions: Sequence[EvaluationRun]) -> int:
    """Return the place of the newest version that its supplier stands by, or else of the newest."""
    standing = (place for place, run in enumerate(versions) if not _is_withdrawn(run))
    return next(standing, 0)


def _why_not(run: EvaluationRun, stale: Mapping[UUID, str]) -> str:
    return WITHDRAWN if _is_withdrawn(run) else stale.get(run.pk, "")


def _is_withdrawn(run: EvaluationRun) -> bool:
    return run.submission.state == SubmissionState.WITHDRAWN


def _name(run: EvaluationRun) -> tuple[str, str, str]:
    return run.submission.product.name, run.submission.version, str(run.pk)
