"""Speed on stated hardware. Times are of one machine and carry no interval."""

from __future__ import annotations

from typing import Literal

from evaluation.results.base import Document


class ThroughputResult(Document):
    """Speed of the model alone, inside the sandbox, on inputs that lie ready.

    ``offline``: batches back to back by all ``workers`` at once. ``single_stream``: one
    query after the other, each of one sample.
    """

    scenario: Literal["offline", "single_stream"]
    samples: int
    batch_size: int
    threads: int
    """Threads that the runtime used for one batch."""
    seconds: float
    samples_per_second: float
    latency_p50_ms: float | None = None
    latency_p90_ms: float | None = None
    latency_p99_ms: float | None = None
    workers: int | None = None
    """Children that worked at the same time. With ``threads`` it says how many cores worked."""
    warm_up_queries: int | None = None
    """Batches that each worker ran before, unmeasured."""
    warm_up_seconds: float | None = None
    settled: bool | None = None
    """Whether it ended because the 95 % interval of the median lay within 2 % of it."""

    @property
    def cores(self) -> int:
        """Cores that worked at once."""
        return self.threads * (self.workers or 1)

    @property
    def samples_per_second_per_core(self) -> float:
        """What each of the cores did."""
        return self.samples_per_second / self.cores


class ServerSpeed(Document):
    """Queries that arrive by chance: the highest rate at which 99 of 100 are answered in time.

    Arrivals are a Poisson process; latency counts from the time at which a query was to
    arrive. The rate was searched, so that it is known to about 5 %.
    """

    bound_ms: float
    """Within which the 99th percentile of latency had to be."""
    workers: int
    seed: int
    rates_tried: int
    rate_per_second: float | None
    """None: no rate that could be tried in the time met the bound."""
    queries: int = 0
    """Of the trial at that rate, as the percentiles."""
    latency_p50_ms: float | None = None
    latency_p90_ms: float | None = None
    latency_p99_ms: float | None = None


class SearchTime(Document):
    """Exhaustive searches of one gallery by one probe at a time, on one core."""

    gallery_size: int
    searches: int
    median_ms: float
    p90_ms: float | None
    comparisons_per_second: float


class SearchSpeed(Document):
    """Time of a search against the size of the gallery, with made-up templates.

    The fitted law is ``scale_ms * gallery_size ** exponent``, by least squares over the
    logarithms of the medians.
    """

    dim: int
    top: int
    """Candidates that each search returned."""
    seed: int
    times: tuple[SearchTime, ...]
    exponent: float | None
    """None: fewer than two sizes were measured."""
    scale_ms: float | None


class SpeedConditions(Document):
    """With what, and of what, speed was measured."""

    onnxruntime_version: str
    """As the child said."""
    execution_providers: tuple[str, ...]
    cpu_model: str
    cpu_count: int
    workers: int
    """Children of the scenarios on all cores: as many as threads, or as memory allowed."""
    template_bytes: int | None
    """None for a model that gives no templates."""
    stage_ms: dict[str, float]
    """Time for one sample on one core by stage: decode, detect, align, infer."""
