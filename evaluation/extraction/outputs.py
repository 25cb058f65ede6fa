"""Images to what a presentation-attack or quality model says of them, row by row.

A row holds the model's numbers as they came, so that whoever scores can read them by the
card. Models run one image at a time unless told otherwise: a model whose quantisation looks
at the whole batch would judge a face by its neighbours in the test set.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evaluation.extraction.crops import STORED_CROP_QUALITY
from evaluation.extraction.extract import BATCH_SIZES, batches_of, joined_templates
from evaluation.extraction.faces import FaceReader, face_shape
from evaluation.extraction.facts import ChildFacts
from evaluation.extraction.portions import batches_at_once, read_batches
from evaluation.extraction.stages import Farewell
from evaluation.extraction.templates import FailureReason, Templates
from evaluation.extraction.workers import map_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import Float32Array
    from evaluation.card import ModelCard
    from evaluation.imaging.detect import FaceDetector
    from evaluation.testsets.types import TestSet


class Scorer(Protocol):
    """A running presentation-attack or quality model."""

    @property
    def dim(self) -> int: ...

    def room(self, shape: tuple[int, ...]) -> Float32Array:
        """Array to write a batch into; the same memory at each call."""

    def outputs_all(self, batches: Sequence[Float32Array]) -> list[Float32Array]: ...


class RunningScorer(Protocol):
    """The models of one worker, used by its thread alone."""

    @property
    def scorer(self) -> Scorer: ...

    @property
    def detector(self) -> FaceDetector | None: ...

    def facts(self) -> ChildFacts | None: ...


LaunchScorer = Callable[[Callable[[int], None]], AbstractContextManager[RunningScorer]]
"""Starts a worker's models in its thread; is given whom to tell the children's groups."""


def extract_outputs(
    test_set: TestSet,
    indices: Sequence[int],
    *,
    card: ModelCard,
    launch: LaunchScorer,
    workers: int = 1,
    batch_size: int = 1,
    crop_quality: int | None = STORED_CROP_QUALITY,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: Callable[[int], None] | None = None,
) -> Templates:
    """Run a presentation-attack or quality model on some samples.

    Parameters
    ----------
    test_set : TestSet
    indices : sequence of int
        Which samples, in which order.
    card : ModelCard
        Of the model.
    launch : callable
        Starts the models of one worker; called once by each.
    workers : int
        At most so many; no influence on the outputs.
    batch_size : int
        One of ``BATCH_SIZES``; samples whose index divided by it gives the same number
        go together, less those that failed.
    crop_quality : int or None
        As for `FaceReader`.
    progress, should_stop, on_start
        As for `map_batches`; called in this thread.

    Returns
    -------
    Templates
        One row per index: the model's numbers as ``embeddings``, or zeros with the reason
        of the failure.

    Raises
    ------
    TestSetError
        An image file was changed.
    ModelFailureError
        The model failed in the sandbox.
    DetectorFailureError
        The detector failed.
    StoppedError
        ``should_stop`` said so.
    """
    if batch_size not in BATCH_SIZES:
        raise ValueError(f"batch_size must be one of {BATCH_SIZES}, got {batch_size}")

    @contextmanager
    def start(tell: Callable[[int], None]) -> Iterator[_Worker]:
        with launch(tell) as running:
            reader = FaceReader(test_set, card, running.detector, crop_quality=crop_quality)
            yield _Worker(running, reader, batch_size)

    parts, farewells = map_batches(
        batches_of(indices, batch_size),
        start,
        workers=workers,
        most_at_once=batches_at_once(face_shape(card), batch_size),
        progress=progress,
        should_stop=should_stop,
        on_start=on_start,
    )
    return joined_templates(parts, farewells, card.output.dim or 1)


class _Worker:
    """Reads batches into the memory of its own child and has them scored there."""

    def __init__(self, running: RunningScorer, reader: FaceReader, batch_size: int) -> None:
        self._running = running
        self._scorer = running.scorer
        self._reader = reader
        n_samples = batch_size * batches_at_once(reader.shape, batch_size)
        self._tensors = self._scorer.room((n_samples, *reader.shape))
        self._infer_seconds = 0.0

    def work(self, batches: Sequence[Sequence[int]]) -> list[tuple[Float32Array, list[str]]]:
        reasons, spans = read_batches(
            batches, lambda index, place: self._reader.read(index, self._tensors[place])
        )
        started = time.perf_counter()
        found = self._scorer.outputs_all([self._tensors[span] for span in spans])
        self._infer_seconds += time.perf_counter() - started
        return [
            (self._rows(of_batch, outputs), of_batch)
            for of_batch, outputs in zip(reasons, found, strict=True)
        ]

    def leave(self) -> Farewell:
        seconds = {**self._reader.seconds, "infer": self._infer_seconds}
        return Farewell(seconds, self._running.facts())

    def _rows(self, reasons: list[str], outputs: Float32Array) -> Float32Array:
        """Give every sample a row; one that is not finite becomes zero and gets its reason."""
        rows = np.zeros((len(reasons), self._scorer.dim), dtype=np.float32)
        given = [row for row, reason in enumerate(reasons) if not reason]
        rows[given] = outputs
        for row in given:
            if not np.isfinite(rows[row]).all():
                reasons[row] = FailureReason.NON_FINITE.value
                rows[row] = 0
        return rows
