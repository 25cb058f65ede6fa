"""One model's page: which of its results is shown, and every section of it with its link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison import figures, provenance, selectors
from portal.comparison.basis import RECOGNITION, choose_basis
from portal.comparison.report_parts import page_sections
from portal.comparison.table import compare_table, run_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.forms import BasisForm
    from portal.comparison.measured import MeasuredModel
    from portal.comparison.report_parts import Section

MOST_OPEN_SECTIONS = 3
"""A page with more sections than this shows their titles alone until one is opened."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The result that is shown; ``basis`` is None where it has no one-to-one comparisons."""

    model: MeasuredModel | None
    basis: Basis | None


def choose(measured: Sequence[MeasuredModel], form: BasisForm) -> Shown:
    """Return the result that the address asks for, by default one with one-to-one comparisons."""
    chosen = form.chosen()
    by_slug = {one.run.test_set.slug: one for one in measured}
    in_order = sorted(measured, key=lambda one: _basis(one, chosen) is None)
    shown = by_slug.get(chosen.get("test_set", ""), in_order[0] if in_order else None)
    basis = _basis(shown, chosen) if shown else None
    if basis:
        form.show(basis)
    elif shown:
        form.show_without_operating_point(shown.run.test_set)
    return Shown(shown, basis)


def _basis(one: MeasuredModel, chosen: dict[str, Any]) -> Basis | None:
    if one.run.submission.task != RECOGNITION:
        return None
    return choose_basis([one.run.test_set], chosen)


def details(shown: MeasuredModel, basis: Basis | None) -> dict[str, Any]:
    """Return the figures, charts, report and provenance of one result."""
    result = provenance.result_of(shown.run)
    sections = page_sections(result, most_open=MOST_OPEN_SECTIONS) if result else []
    return {
        "shown_models": [shown],
        "groups": compare_table([shown], basis) if basis else run_table([shown]),
        "charts": _charts(shown, basis) if basis else [],
        "sections": sections,
        "contents": _contents(sections),
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


def _contents(sections: Sequence[Section]) -> list[tuple[str, str]]:
    """Return the id and title of each section; ids are those of model_detail.html."""
    return [
        ("results", "Results"),
        *((section.anchor, section.title) for section in sections),
        ("provenance", "Where these figures come from"),
        ("model", "The model"),
    ]
