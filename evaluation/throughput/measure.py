"""Speed of one model in its sandbox child: all at once, and one after the other.

Both scenarios run after a warm-up, on tensors that lie ready in memory, for at least
the time asked. One sample is one template: where the card asks for the mirrored image
too, both inferences count as one. The way through the sandbox is part of the time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import StoppedError
from evaluation.extraction.crops import CropReader
from evaluation.results import ThroughputResult
from evaluation.throughput.latency import percentile

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.card import ModelCard
    from evaluation.extraction.extract import Embedder
    from evaluation.imaging.detect import FaceDetector
    from evaluation.testsets.types import TestSet

FloatArray = NDArray[np.float32]

SAMPLES_IN_MEMORY = 64
LEAST_QUERIES = 100
WARM_UP_QUERIES = 5
_MS_PER_SECOND = 1000.0


@dataclass(frozen=True, slots=True)
class _Copies:
    """Tensors of some samples, shape (copies, n, ...): one copy, or two where mirrored."""

    tensors: FloatArray

    def __len__(self) -> int:
        return int(self.tensors.shape[1])

    def run(self, model: Embedder, start: int, n: int) -> None:
        for copy in self.tensors:
            model.embed(copy.take(range(start, start + n), axis=0, mode="wrap"))


def measure_throughput(
    model: Embedder,
    card: ModelCard,
    test_set: TestSet,
    *,
    detector: FaceDetector | None = None,
    batch_size: int = 16,
    threads: int = 1,
    min_seconds: float = 2.0,
    max_seconds: float = 30.0,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ThroughputResult]:
    """Measure the offline rate and the single-stream latency.

    Parameters
    ----------
    model : Embedder
        The running model.
    card : ModelCard
    test_set : TestSet
        Its first samples that show a face are the input.
    detector : FaceDetector or None
        As for the extraction; its time is not part of the figures.
    batch_size : int
        Of the offline scenario.
    threads : int
        Threads that the model was started with; stated, not changed.
    min_seconds, max_seconds : float
        Each scenario lasts at least the first, and single-stream goes on to 100
        queries unless the second comes earlier.
    should_stop : callable, optional
        Asked after each query.
    clock : callable
        Seconds, monotonic.

    Returns
    -------
    list of ThroughputResult
        Offline and single-stream; empty where no sample gave a face.

    Raises
    ------
    ModelFailureError
        The model failed in the sandbox.
    StoppedError
        ``should_stop`` said so.
    """
    copies = _load(CropReader(test_set, card, detector), len(test_set.samples))
    if copies is None:
        return []
    stop = should_stop or (lambda: False)
    offline = _spans(
        lambda start: copies.run(model, start, batch_size),
        step=batch_size,
        warm_up=1,
        enough=lambda _n, seconds: stop() or seconds >= min_seconds,
        clock=clock,
    )
    single = _spans(
        lambda start: copies.run(model, start, 1),
        step=1,
        warm_up=WARM_UP_QUERIES,
        enough=lambda n, seconds: (
            stop() or seconds >= max_seconds or (n >= LEAST_QUERIES and seconds >= min_seconds)
        ),
        clock=clock,
    )
    if stop():
        raise StoppedError("the measurement of speed was asked to stop")
    return [_offline(offline, batch_size, threads), _single_stream(single, threads)]


def _load(reader: CropReader, n_samples: int) -> _Copies | None:
    tensors: list[FloatArray] = []
    for index in range(n_samples):
        one = np.empty(reader.shape, dtype=np.float32)
        if not reader.read(index, one):
            tensors.append(one)
        if len(tensors) == SAMPLES_IN_MEMORY:
            break
    return _Copies(np.stack(tensors, axis=1)) if tensors else None


def _spans(
    query: Callable[[int], None],
    *,
    step: int,
    warm_up: int,
    enough: Callable[[int, float], bool],
    clock: Callable[[], float],
) -> list[float]:
    """Seconds of each query, back to back, after the warm-up."""
    for number in range(warm_up):
        query(number * step)
    spans: list[float] = []
    begun = ended = clock()
    while not spans or not enough(len(spans), ended - begun):
        started = clock()
        query(len(spans) * step)
        ended = clock()
        spans.append(ended - started)
    return spans


def _offline(spans: list[float], batch_size: int, threads: int) -> ThroughputResult:
    seconds, samples = sum(spans), len(spans) * batch_size
    return ThroughputResult(
        scenario="offline",
        samples=samples,
        batch_size=batch_size,
        threads=threads,
        seconds=seconds,
        samples_per_second=samples / seconds,
    )


def _single_stream(spans: list[float], threads: int) -> ThroughputResult:
    def milliseconds(share: float) -> float | None:
        value = percentile(spans, share)
        return None if value is None else value * _MS_PER_SECOND

    return ThroughputResult(
        scenario="single_stream",
        samples=len(spans),
        batch_size=1,
        threads=threads,
        seconds=sum(spans),
        samples_per_second=len(spans) / sum(spans),
        latency_p50_ms=milliseconds(0.5),
        latency_p90_ms=milliseconds(0.9),
        latency_p99_ms=milliseconds(0.99),
    )
