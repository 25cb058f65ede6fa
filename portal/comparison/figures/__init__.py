"""The charts of this app, as plain data that the browser draws."""

from portal.comparison.figures.by_threshold import threshold_chart
from portal.comparison.figures.conditions import conditions_chart, robustness_of
from portal.comparison.figures.distributions import distributions_chart
from portal.comparison.figures.groups import group_differences_chart
from portal.comparison.figures.scores import score_chart
from portal.comparison.figures.speed import accuracy_speed_chart
from portal.comparison.figures.tradeoff import error_tradeoff_chart

__all__ = [
    "accuracy_speed_chart",
    "conditions_chart",
    "distributions_chart",
    "error_tradeoff_chart",
    "group_differences_chart",
    "robustness_of",
    "score_chart",
    "threshold_chart",
]
