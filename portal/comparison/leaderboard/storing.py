"""Keeping rankings: the newest with its draws, the older ones for what has changed since."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from portal.comparison.leaderboard.models import StoredRanking

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from evaluation.arrays import Array, FloatArray
    from portal.comparison.leaderboard.points import Point
    from portal.comparison.leaderboard.ranking import Ranked
    from portal.testsets.models import TestSet

KEEP_ALL = timedelta(days=31)
"""Of rankings that are older the last of each day is kept, so that they do not pile up."""


def rankings_at(test_set: TestSet, point: Point) -> QuerySet[StoredRanking]:
    """Return the rankings at an operating point, the newest first."""
    return StoredRanking.objects.filter(
        test_set=test_set, protocol=point.protocol.name, point=point.key
    )


@transaction.atomic
def store_ranking(test_set: TestSet, point: Point, digest: str, ranked: Ranked) -> None:
    """Store a ranking as the newest, unless the newest says the same."""
    rows, places = rankings_at(test_set, point), [place._asdict() for place in ranked.places]
    newest = rows.first()
    if newest is None and not places:
        return
    if newest is not None and (newest.digest, newest.places) == (digest, places):
        return
    rows.filter(draws__isnull=False).update(draws=None)
    StoredRanking.objects.create(
        test_set=test_set,
        protocol=point.protocol.name,
        point=point.key,
        digest=digest,
        places=places,
        draws=_packed(ranked),
    )
    _thin(rows)


def drawn_rates(ranking: StoredRanking) -> FloatArray | None:
    """Return the rate of each model in each draw, shape (draws, places); None once forgotten."""
    if ranking.draws is None:
        return None
    with np.load(io.BytesIO(ranking.draws), allow_pickle=False) as stored:
        rates: FloatArray = stored["errors"] / stored["trials"][:, None]
    return rates


def _packed(ranked: Ranked) -> bytes | None:
    if ranked.drawn_errors is None or ranked.drawn_trials is None:
        return None
    file = io.BytesIO()
    drawn = {"errors": _small(ranked.drawn_errors), "trials": _small(ranked.drawn_trials)}
    np.savez_compressed(file, **drawn)
    return file.getvalue()


def _small(numbers: Array) -> Any:
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _thin(rows: QuerySet[StoredRanking]) -> None:
    """Forget of long ago all but the last ranking of each day."""
    last_of_day: dict[object, int] = {}
    old = rows.filter(made_at__lt=timezone.now() - KEEP_ALL).order_by("made_at", "pk")
    stored: list[tuple[int, datetime]] = list(old.values_list("pk", "made_at"))
    for pk, made_at in stored:
        last_of_day[made_at.date()] = pk
    StoredRanking.objects.filter(
        pk__in=[pk for pk, _ in stored if pk not in last_of_day.values()]
    ).delete()
