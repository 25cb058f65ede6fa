"""The charts of the compare page, one list for the page, its pictures and its PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison import figures, selectors
from portal.comparison.group_rates import group_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.core.charts import Chart


def compare_charts(models: Sequence[MeasuredModel], basis: Basis) -> list[Chart]:
    """Return every chart that has something to show of these models."""
    runs = [model.run for model in models]
    tradeoff = selectors.curves_of(runs, basis.protocol.name, "error_tradeoff")
    scores = selectors.curves_of(runs, basis.protocol.name, "scores")
    groups = group_rates(runs, basis, f"group_{basis.rates.false_key}", target=basis.target)
    charts = [
        figures.error_tradeoff_chart(models, tradeoff, basis),
        figures.accuracy_speed_chart(models, basis),
        figures.threshold_chart(models, tradeoff, basis),
        figures.distributions_chart(models, scores, basis),
        figures.group_differences_chart(models, groups, basis),
        figures.conditions_chart(models, figures.robustness_of(runs, basis.target)),
    ]
    return [chart for chart in charts if chart]
