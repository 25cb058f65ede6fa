"""Which models the compare page offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison import selectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.accounts.models import User
    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import EvaluationRun

MOST_OFFERED = 60
"""More boxes than this nobody reads; the filters narrow them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The models that are chosen, and others that fit the filters."""

    chosen: tuple[EvaluationRun, ...]
    others: tuple[EvaluationRun, ...]
    n_left_out: int
    """Others that fit too and are not shown."""


def offer(
    user: User, basis: Basis, filters: dict[str, Any], models: Sequence[MeasuredModel]
) -> Offer:
    """Return the choice by name; a filter never takes away what is chosen."""
    chosen = tuple(model.run for model in models)
    fitting = selectors.results_on(user, basis, filters | {"sort": "name"})
    fitting = fitting.exclude(pk__in=[run.pk for run in chosen])
    others = tuple(fitting[:MOST_OFFERED])
    n_fitting = fitting.count() if len(others) == MOST_OFFERED else len(others)
    return Offer(chosen, others, n_fitting - len(others))
