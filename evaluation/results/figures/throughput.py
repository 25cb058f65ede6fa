"""Figures of speed and size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.document import ModelIdentity
    from evaluation.results.throughput import ThroughputResult


def throughput_figures(found: ThroughputResult) -> Iterator[Figure]:
    """Yield samples per second, or latencies."""
    if found.scenario == "offline":
        yield Figure(
            "offline_samples_per_second", value=found.samples_per_second, trials=found.samples
        )
        return
    for percentile, latency in (
        ("p50", found.latency_p50_ms),
        ("p90", found.latency_p90_ms),
        ("p99", found.latency_p99_ms),
    ):
        if latency is not None:
            yield Figure(f"single_stream_{percentile}_ms", value=latency, trials=found.samples)


def model_figures(model: ModelIdentity) -> Iterator[Figure]:
    """Yield what loading the model costs."""
    yield Figure("load_seconds", value=model.load_seconds)
    yield Figure("model_size_bytes", value=float(model.size_bytes))
    yield Figure("peak_memory_bytes", value=float(model.peak_memory_bytes))
