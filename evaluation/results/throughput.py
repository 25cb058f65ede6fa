"""Speed on stated hardware."""

from __future__ import annotations

from typing import Literal

from evaluation.results.base import Document


class ThroughputResult(Document):
    """Speed of the model alone, inside the sandbox, on stated hardware."""

    scenario: Literal["offline", "single_stream"]
    samples: int
    batch_size: int
    threads: int
    seconds: float
    samples_per_second: float
    latency_p50_ms: float | None = None
    latency_p90_ms: float | None = None
    latency_p99_ms: float | None = None
