"""How fast a model is, measured apart from accuracy with the same code."""

from evaluation.throughput.measure import measure_throughput

__all__ = ["measure_throughput"]
