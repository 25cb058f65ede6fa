"""The compare page's choice: which models can be set side by side, and what must be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from portal.comparison import selectors
from portal.comparison.basis import RECOGNITION, Basis, choose_basis
from portal.comparison.measured import MeasuredModel
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from portal.accounts.models import User
    from portal.testsets.models import TestSet

MOST_MODELS = 6
"""More columns than this cannot be read, and more lines cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models side by side on one basis, and sentences about what was left out and why."""

    basis: Basis | None
    models: tuple[MeasuredModel, ...] = ()
    notes: tuple[str, ...] = field(default=())


def ids_of(texts: Iterable[str]) -> list[UUID]:
    """Return the identifiers of an address, each once, in order; what is none is left out."""
    ids: dict[UUID, None] = {}
    for text in texts:
        try:
            ids[UUID(text)] = None
        except ValueError:
            continue
    return list(ids)


def compare(
    user: User,
    ids: Sequence[UUID],
    test_sets: Sequence[TestSet],
    chosen: dict[str, Any],
    *,
    every_figure: bool = False,
) -> Comparison:
    """Return the chosen models that can be compared, in the order in which they were chosen.

    They have the figures of the basis, or ``every_figure``.
    """
    if "test_set" not in chosen:
        test_sets = _most_shared_first(user, ids, test_sets)
    basis = choose_basis(test_sets, chosen)
    if basis is None:
        return Comparison(None)
    known = list(selectors.models_visible_to(user).filter(pk__in=ids))
    recognising = {model.pk: str(model) for model in known if model.task == RECOGNITION}
    chosen_ids = [pk for pk in ids if pk in recognising]
    runs = selectors.results_of(user, chosen_ids, basis.test_set)
    measured = {run.submission_id for run in runs}
    elsewhere = [name for pk, name in recognising.items() if pk not in measured]
    notes = [
        _unknown(len(ids) - len(known)),
        _of_another_task([str(model) for model in known if model.task != RECOGNITION]),
        _not_measured(elsewhere, basis),
        _too_many(len(runs)),
    ]
    runs = runs[:MOST_MODELS]
    models = selectors.measured_models(runs, None if every_figure else basis)
    return Comparison(basis, tuple(models), tuple(note for note in notes if note))


def _most_shared_first(
    user: User, ids: Sequence[UUID], test_sets: Sequence[TestSet]
) -> list[TestSet]:
    runs = selectors.results_visible_to(user).filter(submission__in=ids)
    shared = list(runs.values_list("test_set", flat=True))
    return sorted(test_sets, key=lambda test_set: -shared.count(test_set.pk))


def _unknown(count: int) -> str:
    if not count:
        return ""
    models = "One of the chosen models does" if count == 1 else f"{count} of the chosen models do"
    return f"{models} not exist, or you may not see it. Choose again from the list of models."


def _of_another_task(names: Sequence[str]) -> str:
    if not names:
        return ""
    return (
        f"{wording.listed(names)} cannot be compared here: only recognition models can."
        " Each other task has a list of its own, with the figures of all its models side by side."
    )


def _not_measured(names: Sequence[str], basis: Basis) -> str:
    if not names:
        return ""
    verb = "has" if len(names) == 1 else "have"
    return (
        f"{wording.listed(names)} {verb} no result on {basis.test_set.title} that you may see, and"
        " figures of different test sets cannot be compared. Choose another test set above."
    )


def _too_many(count: int) -> str:
    if count <= MOST_MODELS:
        return ""
    return (
        f"You chose {count} models. The first {MOST_MODELS} are shown, because more cannot be"
        " read side by side. The CSV holds the same models."
    )
