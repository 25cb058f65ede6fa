"""Figures of speed and size.

Of the offline and the single-stream rows the one on most cores bears the plain name; a row
on one core beside it says so in its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.document import EvaluationResult, ModelIdentity
    from evaluation.results.throughput import SearchSpeed, ServerSpeed, ThroughputResult

_ONE_CORE = "_one_core"


def speed_figures(result: EvaluationResult) -> Iterator[Figure]:
    """Yield everything that the speed step measured."""
    for found in result.throughput:
        alike = [one for one in result.throughput if one.scenario == found.scenario]
        is_whole = found.cores == max(one.cores for one in alike)
        yield from _throughput(found, "" if is_whole else _ONE_CORE)
    if result.server_speed is not None:
        yield from _server(result.server_speed)
    if result.search_speed is not None:
        yield from _search(result.search_speed)


def model_figures(model: ModelIdentity) -> Iterator[Figure]:
    """Yield what loading the model costs."""
    yield Figure("load_seconds", value=model.load_seconds)
    yield Figure("model_size_bytes", value=float(model.size_bytes))
    yield Figure("peak_memory_bytes", value=float(model.peak_memory_bytes))


def _throughput(found: ThroughputResult, on: str) -> Iterator[Figure]:
    if found.scenario == "offline":
        yield Figure(
            f"offline{on}_samples_per_second", value=found.samples_per_second, trials=found.samples
        )
        return
    for name, latency in (
        ("p50", found.latency_p50_ms),
        ("p90", found.latency_p90_ms),
        ("p99", found.latency_p99_ms),
    ):
        if latency is not None:
            yield Figure(f"single_stream{on}_{name}_ms", value=latency, trials=found.samples)


def _server(found: ServerSpeed) -> Iterator[Figure]:
    if found.rate_per_second is not None:
        yield Figure(
            "server_queries_per_second",
            value=found.rate_per_second,
            condition=f"bound_ms={found.bound_ms:g}",
            trials=found.queries,
        )


def _search(found: SearchSpeed) -> Iterator[Figure]:
    for time in found.times:
        yield Figure(
            "search_median_ms",
            value=time.median_ms,
            condition=f"gallery={time.gallery_size}",
            trials=time.searches,
        )
    if found.exponent is not None:
        yield Figure("search_exponent", value=found.exponent)
