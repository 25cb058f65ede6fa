"""The comparison on one page of paper: what an official takes into a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from portal.comparison.compare.charts import compare_charts
from portal.comparison.compare.separability import separability
from portal.comparison.paired import paired_ranking
from portal.comparison.table import brief_table
from portal.core import wording
from portal.core.documents import pdf
from portal.core.drawing import Kind, picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.comparison.rows import Cell, Group

CHARTS = ("chart-error-tradeoff", "chart-accuracy-speed")
"""Two have room beside each other."""
HOW_TO_READ = (
    "Below each rate stand its 95% interval and its counts. Grey figures rest on little evidence."
    " “Best” stands only where an interval lies wholly below every other."
)


def brief(models: Sequence[MeasuredModel], basis: Basis, *, address: str) -> bytes:
    """Return the one-page PDF of models side by side; ``address`` leads back to the page.

    Raises
    ------
    DocumentError
        The document could not be made.
    """
    charts = [chart for chart in compare_charts(models, basis) if chart.name in CHARTS]
    pictures = {f"{chart.name}.svg": picture(chart.figure, Kind.SVG) for chart in charts}
    values = {
        "title": f"Face-recognition models compared: {basis.test_set.title}",
        "author": "Assay",
        "basis": _basis(basis),
        "models": [{"name": model.name, "supplier": _supplier(model)} for model in models],
        "groups": [_group(group) for group in brief_table(models, basis)],
        "conclusion": f"{_conclusion(models, basis)} {HOW_TO_READ}",
        "charts": [
            {
                "file": f"{chart.name}.svg",
                "title": chart.title,
                "alt": f"{chart.title}. {chart.sentence}",
            }
            for chart in charts
        ],
        "footer": f"Made on {wording.uk_date(timezone.localtime())} from {address}",
    }
    return pdf("comparison", values, pictures)


def _basis(basis: Basis) -> str:
    words = basis.protocol.words
    return (
        f"{basis.test_set.title}, revision {basis.test_set.revision}. {basis.protocol.title}:"
        f" {wording.grouped(basis.protocol.n_mated)} {words.mated} and"
        f" {wording.grouped(basis.protocol.n_non_mated)} {words.non_mated}."
    )


def _supplier(model: MeasuredModel) -> str:
    """Return the supplier, with what must be known of a result that not all may see."""
    release = model.run.get_release_display()
    marks = [release] if model.run.release != "released" else []
    marks += ["Withdrawn"] if model.is_withdrawn else []
    return f"{model.supplier} ({', '.join(marks)})" if marks else model.supplier


def _group(group: Group) -> dict[str, Any]:
    rows = [
        {"label": row.label, "cells": [_cell(cell) for cell in row.cells]} for row in group.rows
    ]
    return {"title": group.title, "rows": rows}


def _cell(cell: Cell) -> dict[str, Any]:
    if cell.rate is None:
        return {"text": cell.text, "lines": cell.lines, "best": False, "muted": False}
    said = "; ".join(wording.evidence_lines(cell.rate))
    return {
        "text": wording.rate(cell.rate),
        "lines": [said, *cell.lines] if said else list(cell.lines),
        "best": cell.is_best,
        "muted": cell.rate.evidence != "sufficient",
    }


def _conclusion(models: Sequence[MeasuredModel], basis: Basis) -> str:
    """Say which models the evidence cannot tell apart, best first."""
    if len(models) < 2:
        return ""
    paired = paired_ranking(models, basis)
    if paired.ranking is None:
        return paired.why_not
    groups = separability(paired.ranking, basis).groups
    if len(groups) == 1:
        return f"At 95% the evidence does not tell these models apart at {basis.target_words}."
    said = "; ".join(f"group {number}: {group}" for number, group in enumerate(groups, 1))
    return (
        f"At {basis.target_words}, models in one group cannot be told apart from its best at 95%:"
        f" {said}."
    )
