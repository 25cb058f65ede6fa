"""The compare page's table as its reader wants it: against a baseline, or differences alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.baseline import against, places_of, tells_any_apart
from portal.comparison.compare.separability import separability
from portal.comparison.forms import TableForm
from portal.comparison.paired import paired_ranking
from portal.comparison.table import beside_baseline, compare_table, only_differences, with_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel


def side_by_side(models: Sequence[MeasuredModel], basis: Basis, asked: QueryDict) -> dict[str, Any]:
    """Return what the template shows of the models: the table, and what it leaves out."""
    groups = compare_table(models, basis)
    if len(models) < 2:
        return {"groups": groups}
    form = TableForm(asked, models=models)
    chosen = form.chosen()
    paired = paired_ranking(models, basis)
    ranking = paired.ranking
    shown: dict[str, Any] = {
        "paired": paired,
        "separability": separability(ranking, basis) if ranking else None,
        "table_form": form,
        "other_choices": _others(asked, form),
    }
    pinned = next((one for one in models if str(one.pk) == chosen.get("baseline")), None)
    shown["baseline"] = pinned
    if pinned and ranking:
        found = shown["against"] = against(pinned, models, ranking)
        groups = beside_baseline(groups, models, basis, found.lines)
    if ranking:
        groups = with_places(groups, basis, places_of(ranking, models))
    if chosen.get("differing"):
        are_apart = ranking is not None and tells_any_apart(ranking)
        groups, shown["n_hidden"] = only_differences(groups, basis, are_apart=are_apart)
    return shown | {"groups": groups}


def _others(asked: QueryDict, form: TableForm) -> list[tuple[str, str]]:
    """Return what the address holds beside this form, which a new choice must not lose."""
    return [
        (name, value) for name, given in asked.lists() if name not in form.fields for value in given
    ]
