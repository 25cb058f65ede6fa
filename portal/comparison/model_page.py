"""One model's page: which of its results is shown, and every section of it with its link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison import figures, provenance, selectors
from portal.comparison.basis import RECOGNITION, choose_basis
from portal.comparison.measured import MeasuredModel
from portal.comparison.report_parts import page_sections
from portal.comparison.table import compare_table, run_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.forms import BasisForm
    from portal.comparison.report_parts import Section
    from portal.runs.models import EvaluationRun

MOST_OPEN_SECTIONS = 3
"""A page with more sections than this shows their titles alone until one is opened."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The result that is shown; ``basis`` is None where no threshold decides it."""

    model: MeasuredModel | None
    basis: Basis | None


def choose(runs: Sequence[EvaluationRun], form: BasisForm) -> Shown:
    """Return the result that the address asks for, by default one with one-to-one comparisons.

    It comes with the figures of its basis; where it has none, with every one.
    """
    if not runs:
        return Shown(None, None)
    chosen = form.chosen()
    by_slug = {run.test_set.slug: run for run in runs}
    first = min(runs, key=lambda run: _place(_basis(run, chosen)))
    run = by_slug.get(chosen.get("test_set", ""), first)
    basis = _basis(run, chosen)
    if basis:
        form.show(basis)
    else:
        form.show_without_operating_point(run.test_set)
    (model,) = selectors.measured_models([run], basis)
    return Shown(model, basis)


def _basis(run: EvaluationRun, chosen: dict[str, Any]) -> Basis | None:
    if run.submission.task != RECOGNITION:
        return None
    return choose_basis([run.test_set], chosen)


def _place(basis: Basis | None) -> int:
    """Return where a result stands that was not asked for: one to one, searches, others."""
    return 2 if basis is None else int(basis.is_search)


def details(shown: MeasuredModel, basis: Basis | None, *, has_claims: bool) -> dict[str, Any]:
    """Return the figures, charts, report and provenance of one result."""
    result = provenance.result_of(shown.run)
    sections = page_sections(result, most_open=MOST_OPEN_SECTIONS) if result else []
    return {
        "shown_models": [shown],
        "groups": compare_table([shown], basis) if basis else run_table([shown]),
        "charts": _charts(shown, basis) if basis else [],
        "sections": sections,
        "contents": _contents(sections, has_claims=has_claims),
        "run_rows": provenance.run_rows(shown.run, result),
    }


def _charts(shown: MeasuredModel, basis: Basis) -> list[Any]:
    protocol = basis.protocol.name
    tradeoff = selectors.curves_of([shown.run], protocol, "error_tradeoff")
    scores = selectors.curves_of([shown.run], protocol, "scores")
    return [
        figures.error_tradeoff_chart([shown], tradeoff, basis),
        figures.score_chart(shown, scores.get(shown.run.pk), basis),
    ]


def _contents(sections: Sequence[Section], *, has_claims: bool) -> list[tuple[str, str]]:
    """Return the id and title of each section; ids are those of model_detail.html."""
    return [
        ("results", "Results"),
        *((section.anchor, section.title) for section in sections),
        ("provenance", "Where these figures come from"),
        *([("claims", "Claimed against measured")] if has_claims else []),
        ("model", "The model"),
    ]
