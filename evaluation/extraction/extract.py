"""Images to templates, by workers that share nothing.

Same bits for any division of the work. A model may round differently for batches of
different sizes, so a batch always holds the samples whose index divided by the batch
size gives the same number, less those that failed. Shards begin at multiples of 32
and batch sizes divide 32, so every division gives the same batches; and the model has
one thread in every child, since its rounding may change with the number of threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from evaluation.extraction.crops import (
    STORED_CROP_QUALITY,
    CropReader,
    Variation,
    require_landmarks,
    tensors_shape,
)
from evaluation.extraction.facts import ChildFacts, joined_child
from evaluation.extraction.portions import batches_at_once, read_batches
from evaluation.extraction.stages import Farewell, stage_seconds
from evaluation.extraction.templates import FailureReason, Templates
from evaluation.extraction.workers import map_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import Float32Array
    from evaluation.card import ModelCard
    from evaluation.imaging.detect import FaceDetector
    from evaluation.testsets.types import TestSet

BATCH_SIZES = (1, 2, 4, 8, 16, 32)


class Embedder(Protocol):
    """A running embedding model."""

    @property
    def dim(self) -> int: ...

    def room(self, shape: tuple[int, ...]) -> Float32Array:
        """Array to write a batch into; the same memory at each call."""

    def embed_all(self, batches: Sequence[Float32Array]) -> list[Float32Array]: ...


class Running(Protocol):
    """The models of one worker, used by its thread alone."""

    @property
    def embedding(self) -> Embedder: ...

    @property
    def detector(self) -> FaceDetector | None: ...

    def facts(self) -> ChildFacts | None: ...


Launch = Callable[[Callable[[int], None]], AbstractContextManager[Running]]
"""Starts a worker's models in its thread; is given whom to tell the children's groups."""


def extract_templates(
    test_set: TestSet,
    indices: Sequence[int],
    *,
    card: ModelCard,
    launch: Launch,
    workers: int = 1,
    batch_size: int = 16,
    crop_quality: int | None = STORED_CROP_QUALITY,
    variation: Variation | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: Callable[[int], None] | None = None,
) -> Templates:
    """Make the templates of some samples.

    Parameters
    ----------
    test_set : TestSet
    indices : sequence of int
        Which samples, or rows of the variation, in which order.
    card : ModelCard
        Of the embedding model.
    launch : callable
        Starts the models of one worker; called once by each.
    workers : int
        At most so many; no influence on the templates.
    batch_size : int
        One of ``BATCH_SIZES``.
    crop_quality, variation
        As for `CropReader`.
    progress, should_stop, on_start
        As for `map_batches`; called in this thread.

    Returns
    -------
    Templates
        One row per index, failures included with their reason. ``stage_seconds`` holds
        decode, detect, align and infer summed over workers.

    Raises
    ------
    TestSetError
        Photographs without landmarks or detector, or an image file that was changed.
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
            if running.detector is None:
                require_landmarks(test_set, None)
            reader = CropReader(
                test_set, card, running.detector, crop_quality=crop_quality, variation=variation
            )
            yield _Worker(running, reader, batch_size)

    parts, farewells = map_batches(
        batches_of(indices, batch_size),
        start,
        workers=workers,
        most_at_once=batches_at_once(tensors_shape(card), batch_size),
        progress=progress,
        should_stop=should_stop,
        on_start=on_start,
    )
    return joined_templates(parts, farewells, card.output.dim or 0)


def batches_of(indices: Sequence[int], batch_size: int) -> list[list[int]]:
    """Divide samples into the batches that any division of the work gives.

    Parameters
    ----------
    indices : sequence of int
        In the order of work; neighbours of one batch number make a batch.
    batch_size : int
        One of ``BATCH_SIZES``.
    """
    return [list(group) for _, group in groupby(indices, key=lambda index: index // batch_size)]


class _Part(NamedTuple):
    """What one batch gave: a row per sample."""

    embeddings: Float32Array
    reasons: list[str]


class _Worker:
    """Reads batches into the memory of its own child and embeds them there."""

    def __init__(self, running: Running, reader: CropReader, batch_size: int) -> None:
        self._running = running
        self._model = running.embedding
        self._reader = reader
        copies, *shape = reader.shape
        n_samples = batch_size * batches_at_once(reader.shape, batch_size)
        self._tensors = self._model.room((copies, n_samples, *shape))
        self._infer_seconds = 0.0

    def work(self, batches: Sequence[Sequence[int]]) -> list[_Part]:
        reasons, spans = read_batches(
            batches, lambda index, place: self._reader.read(index, self._tensors[:, place])
        )
        embedded = self._embed(spans)
        return [_part(*one, self._model.dim) for one in zip(reasons, embedded, strict=True)]

    def leave(self) -> Farewell:
        seconds = {**self._reader.seconds, "infer": self._infer_seconds}
        return Farewell(seconds, self._running.facts())

    def _embed(self, spans: Sequence[slice]) -> list[Float32Array]:
        """Embed batches of tensors; with mirrored copies the two embeddings are added."""
        started = time.perf_counter()
        batches = [copy[span] for copy in self._tensors for span in spans]
        rows = self._model.embed_all(batches)
        self._infer_seconds += time.perf_counter() - started
        if len(rows) == len(spans):
            return rows
        # Infinities of opposite sign make NaN here, and the row is reported as not finite.
        with np.errstate(invalid="ignore", over="ignore"):
            return [rows[batch] + rows[batch + len(spans)] for batch in range(len(spans))]


def _part(reasons: list[str], embedded: Float32Array, dim: int) -> _Part:
    embeddings = np.zeros((len(reasons), dim), dtype=np.float32)
    rows = [row for row, reason in enumerate(reasons) if not reason]
    embeddings[rows] = embedded
    _refuse_unusable(embeddings, rows, reasons)
    return _Part(embeddings, reasons)


def _refuse_unusable(embeddings: Float32Array, rows: list[int], reasons: list[str]) -> None:
    """Give rows that are not finite, or all zero, their reason, and make them zero."""
    for row in rows:
        if not np.isfinite(embeddings[row]).all():
            reasons[row] = FailureReason.NON_FINITE.value
            embeddings[row] = 0
        elif not embeddings[row].any():
            reasons[row] = FailureReason.ZERO.value


def joined_templates(
    parts: Sequence[tuple[Float32Array, list[str]]], farewells: Sequence[Farewell], dim: int
) -> Templates:
    """Put batches together: the rows and the reasons of each, in the order of work.

    Parameters
    ----------
    parts : sequence of (ndarray of float32, shape (n_batch, dim), list of str)
    farewells : sequence of Farewell
        Of all workers.
    dim : int
        Of a row, where there is no batch.
    """
    reasons = tuple(reason for _, of_batch in parts for reason in of_batch)
    nothing = np.zeros((0, dim), dtype=np.float32)
    return Templates(
        embeddings=np.concatenate([rows for rows, _ in parts] or [nothing]),
        failed=np.array([bool(reason) for reason in reasons], dtype=np.bool_),
        reasons=reasons,
        stage_seconds=stage_seconds(farewells),
        child=joined_child([one.child for one in farewells if one.child is not None]),
    )
