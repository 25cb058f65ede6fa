"""A running model of any task that is asked for its speed, and whose answers are watched.

Before any clock runs, each child answers the first inputs as in an extraction, and each of
them alone. Models of recognition must answer alike both times; that intake asks of them too,
with pictures of nobody. What is answered while the clock runs must be what was answered before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from evaluation.extraction import BATCH_SIZES
from evaluation.runtime import DetectionModel, EmbeddingModel, ScoreModel
from evaluation.throughput import Batch, RunnerFacts, Witness, require_same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evaluation.arrays import Array, Float32Array
    from evaluation.runtime.base import CardedModel
    from evaluation.throughput import Runner

SAMPLES_EXPECTED = 16
"""Of which answers are known before the clock runs."""


def runner_of(
    running: EmbeddingModel | ScoreModel | DetectionModel,
    samples: Sequence[Float32Array],
    batch_size: int,
) -> Runner:
    """Make what a running model is measured by.

    Parameters
    ----------
    running : EmbeddingModel, ScoreModel or DetectionModel
    samples : sequence of ndarray of float32
        Tensors of each sample, copies first.
    batch_size : int
        Of an extraction.

    Raises
    ------
    ModelFailureError
        The model failed, or it is one of recognition and its answers depend on the batch.
    """
    if isinstance(running, DetectionModel):
        return _OneByOne(running, samples)
    if isinstance(running, ScoreModel):
        return _InBatches(running, running.outputs_all, samples, batch_size)
    runner = _InBatches(running, running.embed_all, samples, batch_size)
    runner.require_independence()
    return runner


class _InBatches:
    """Samples of one size, one after the other in the room that the child reads."""

    def __init__(
        self,
        running: CardedModel,
        run: Callable[[Sequence[Float32Array]], Sequence[Float32Array]],
        samples: Sequence[Float32Array],
        batch_size: int,
    ) -> None:
        self._running = running
        self._run = run
        self._n = len(samples)
        copies, *shape = samples[0].shape
        # The first ones stand again behind the last, for batches that start over.
        self._room = running.room((copies, self._n + max(BATCH_SIZES), *shape))
        for row in range(self._room.shape[1]):
            self._room[:, row] = samples[row % self._n]
        self._expected = {
            Batch(size, first): _of_batch(self._answers([first], size), 0, 1)
            for size in dict.fromkeys((batch_size, 1))
            for first in range(0, min(SAMPLES_EXPECTED, self._n), size)
        }
        self._witness = Witness(self._expected)

    def require_independence(self) -> None:
        """Compare what was answered to inputs in batches and alone."""
        known = range(min(SAMPLES_EXPECTED, self._n))
        alone = np.concatenate([self._expected[Batch(1, number)] for number in known])
        for (size, first), together in self._expected.items():
            rows = alone[first : first + size]
            require_same(together[: len(rows)], rows, "OUTPUT-DEPENDS-ON-BATCH")

    def run(self, first: int, n: int, batches: int = 1) -> None:
        starts = [(first + batch * n) % self._n for batch in range(batches)]
        answers = self._answers(starts, n)
        for batch, start in enumerate(starts):
            self._witness.saw(Batch(n, start), partial(_of_batch, answers, batch, batches))

    def _answers(self, starts: Sequence[int], n: int) -> Sequence[Float32Array]:
        return self._run([copy[start : start + n] for copy in self._room for start in starts])

    def check(self) -> None:
        self._witness.check()

    def facts(self) -> RunnerFacts:
        return _facts(self._running)


def _of_batch(answers: Sequence[Float32Array], batch: int, batches: int) -> Float32Array:
    """Rows of one batch, copies beside each other: (n, copies, numbers), an array of its own."""
    return np.stack(answers[batch::batches], axis=1)


class _OneByOne:
    """Images of any size."""

    def __init__(self, running: DetectionModel, samples: Sequence[Float32Array]) -> None:
        self._running = running
        self._samples = samples
        first = enumerate(samples[:SAMPLES_EXPECTED])
        self._witness = Witness({Batch(1, k): _flat(running.raw(one)) for k, one in first})

    def run(self, first: int, n: int, batches: int = 1) -> None:
        for number in range(first, first + n * batches):
            place = number % len(self._samples)
            outputs = self._running.raw(self._samples[place])
            self._witness.saw(Batch(1, place), partial(_flat, outputs))

    def check(self) -> None:
        self._witness.check()

    def facts(self) -> RunnerFacts:
        return _facts(self._running)


def _flat(outputs: Mapping[str, Array]) -> Array:
    """All outputs of one image, as one row."""
    numbers = [np.ravel(output).astype(np.float64) for output in outputs.values()]
    return np.concatenate(numbers)[np.newaxis]


def _facts(running: CardedModel) -> RunnerFacts:
    return RunnerFacts(
        load_seconds=running.load_seconds,
        peak_memory_bytes=running.peak_memory_bytes(),
        onnxruntime_version=running.runtime.version,
        execution_providers=running.runtime.providers,
    )
