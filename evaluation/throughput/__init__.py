"""How fast a model is, measured apart from accuracy with the same code."""

from evaluation.throughput.measure import Measured, measure_throughput
from evaluation.throughput.plan import Launch, Plan, Runner, RunnerFacts
from evaluation.throughput.searching import GALLERY_SIZES, measure_search
from evaluation.throughput.witness import Batch, Witness, require_same

__all__ = [
    "GALLERY_SIZES",
    "Batch",
    "Launch",
    "Measured",
    "Plan",
    "Runner",
    "RunnerFacts",
    "Witness",
    "measure_search",
    "measure_throughput",
    "require_same",
]
