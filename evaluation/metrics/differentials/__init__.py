"""Demographic differentials: error rates by group at one global threshold."""

from evaluation.metrics.differentials.assembly import differential_results
from evaluation.metrics.differentials.axis import differing, search_axis, verdict_of
from evaluation.metrics.differentials.compared import Compared
from evaluation.metrics.differentials.groups import (
    DEMOGRAPHIC_ATTRIBUTES,
    FEWEST_SUBJECTS,
    MOST_GROUPS,
)
from evaluation.metrics.differentials.measures import gini, max_to_geometric_mean
from evaluation.metrics.differentials.power import errors_needed
from evaluation.metrics.differentials.searches import (
    SearchesOfPeople,
    SearchPoint,
    search_differential_results,
    search_points,
)

__all__ = [
    "DEMOGRAPHIC_ATTRIBUTES",
    "FEWEST_SUBJECTS",
    "MOST_GROUPS",
    "Compared",
    "SearchPoint",
    "SearchesOfPeople",
    "differential_results",
    "differing",
    "errors_needed",
    "gini",
    "max_to_geometric_mean",
    "search_axis",
    "search_differential_results",
    "search_points",
    "verdict_of",
]
