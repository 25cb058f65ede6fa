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
from evaluation.extraction.extract import BATCH_SIZES, batches_of
from evaluation.extraction.faces import FaceReader
from evaluation.extraction.facts import ChildFacts, joined_child
from evaluation.extraction.stages import Farewell, stage_seconds
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

    def outputs(self, tensors: Float32Array) -> Float32Array: ...


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
        progress=progress,
        should_stop=should_stop,
        on_start=on_start,
    )
    reasons = tuple(reason for _, part in parts for reason in part)
    return Templates(
        embeddings=np.concatenate([rows for rows, _ in parts])
        if parts
        else np.zeros((0, card.output.dim or 1), dtype=np.float32),
        failed=np.array([bool(reason) for reason in reasons], dtype=np.bool_),
        reasons=reasons,
        stage_seconds=stage_seconds(farewells),
        child=joined_child([one.child for one in farewells if one.child is not None]),
    )


class _Worker:
    """Reads a batch into the memory of its own child and has it scored there."""

    def __init__(self, running: RunningScorer, reader: FaceReader, batch_size: int) -> None:
        self._running = running
        self._scorer = running.scorer
        self._reader = reader
        self._tensors = self._scorer.room((batch_size, *reader.shape))
        self._infer_seconds = 0.0

    def work(self, batch: Sequence[int]) -> tuple[Float32Array, list[str]]:
        reasons: list[str] = []
        rows: list[int] = []
        for index in batch:
            reason = self._reader.read(index, self._tensors[len(rows)])
            if not reason:
                rows.append(len(reasons))
            reasons.append(reason)
        outputs = np.zeros((len(batch), self._scorer.dim), dtype=np.float32)
        if rows:
            started = time.perf_counter()
            outputs[rows] = self._scorer.outputs(self._tensors[: len(rows)])
            self._infer_seconds += time.perf_counter() - started
        for row in rows:
            if not np.isfinite(outputs[row]).all():
                reasons[row] = FailureReason.NON_FINITE.value
                outputs[row] = 0
        return outputs, reasons

    def leave(self) -> Farewell:
        seconds = {**self._reader.seconds, "infer": self._infer_seconds}
        return Farewell(seconds, self._running.facts())
