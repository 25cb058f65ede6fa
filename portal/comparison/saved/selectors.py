"""Which saved comparisons a person finds: their own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from portal.comparison.models import SavedComparison
from portal.comparison.selectors import models_visible_to
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class SavedLine:
    """One saved comparison as its reader may know it."""

    saved: SavedComparison
    models: str
    is_own: bool


def saved_visible_to(user: User) -> QuerySet[SavedComparison]:
    """Return the person's own saved comparisons and the shared ones, by name."""
    visible = SavedComparison.objects.filter(Q(owner=user) | Q(is_shared=True))
    return visible.select_related("owner").order_by("name", "created_at", "pk")


def lines_of(user: User, saved: Iterable[SavedComparison]) -> list[SavedLine]:
    """Name the models of each, as far as the reader may see them, in one query."""
    saved = list(saved)
    wanted = {pk for one in saved for pk in one.model_ids}
    names = {str(one.pk): str(one) for one in models_visible_to(user).filter(pk__in=wanted)}
    return [SavedLine(one, _said(one, names), one.owner_id == user.pk) for one in saved]


def _said(saved: SavedComparison, names: dict[str, str]) -> str:
    known = [names[pk] for pk in saved.model_ids if pk in names]
    n_hidden = len(saved.model_ids) - len(known)
    if n_hidden:
        known.append(f"{'one' if n_hidden == 1 else n_hidden} that you may not see")
    return wording.listed(known)
