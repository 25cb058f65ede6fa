"""How fast a model is, measured apart from accuracy with the same code."""

from evaluation.throughput.measure import Measured, measure_throughput
from evaluation.throughput.plan import Launch, Plan, Runner, RunnerFacts
from evaluation.throughput.searching import GALLERY_SIZES, measure_search

__all__ = [
    "GALLERY_SIZES",
    "Launch",
    "Measured",
    "Plan",
    "Runner",
    "RunnerFacts",
    "measure_search",
    "measure_throughput",
]
