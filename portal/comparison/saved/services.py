"""Keeping a comparison under a name, changing that, and giving it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from portal.comparison.models import SavedComparison
from portal.core import audit
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError

if TYPE_CHECKING:
    from portal.accounts.models import User

MOST_SAVED = 200
"""Of one person: nobody finds a name among more."""


@transaction.atomic
def save_comparison(*, choice: str, name: str, is_shared: bool, by: User) -> SavedComparison:
    """Keep a choice of the compare page under a name.

    Raises
    ------
    InvalidInputError
        No model is chosen, or the person has a comparison of this name.
    DomainError
        The person has too many.
    """
    require(by, "comparison.compare")
    if not choice:
        raise InvalidInputError("Choose at least one model before you save the comparison.")
    if SavedComparison.objects.filter(owner=by).count() >= MOST_SAVED:
        raise DomainError(
            f"You have {MOST_SAVED} saved comparisons. Remove one that you no longer need, and"
            " save this one again."
        )
    saved = SavedComparison(owner=by, choice=choice)
    _write(saved, name, is_shared=is_shared)
    audit.record("saved_comparison.created", target=saved, by=by, shared=is_shared)
    return saved


@transaction.atomic
def change_saved_comparison(
    *, saved: SavedComparison, name: str, is_shared: bool, by: User
) -> SavedComparison:
    """Give a saved comparison another name, or share it or no longer.

    Raises
    ------
    InvalidInputError
        The person has another comparison of this name.
    """
    require(by, "comparison.change_saved", saved)
    _write(saved, name, is_shared=is_shared)
    audit.record("saved_comparison.edited", target=saved, by=by, shared=is_shared)
    return saved


@transaction.atomic
def remove_saved_comparison(*, saved: SavedComparison, by: User) -> None:
    """Give up a saved comparison; nothing that was measured is lost."""
    require(by, "comparison.change_saved", saved)
    audit.record("saved_comparison.removed", target=saved, by=by)
    saved.delete()


def _write(saved: SavedComparison, name: str, *, is_shared: bool) -> None:
    saved.name, saved.is_shared = name, is_shared
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise InvalidInputError(
            f"You already have a comparison called {name}. Choose another name.", field="name"
        ) from error
