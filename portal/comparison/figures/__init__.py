"""The charts of this app, as plain data that the browser draws."""

from portal.comparison.figures.by_threshold import threshold_chart
from portal.comparison.figures.distributions import distributions_chart
from portal.comparison.figures.scores import score_chart
from portal.comparison.figures.speed import accuracy_speed_chart
from portal.comparison.figures.tradeoff import error_tradeoff_chart

__all__ = [
    "accuracy_speed_chart",
    "distributions_chart",
    "error_tradeoff_chart",
    "score_chart",
    "threshold_chart",
]
