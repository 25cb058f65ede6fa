"""Images to templates: readers work ahead of the model, so that it is never idle.

Same bits for any division of the work. A model may round differently for batches of
different sizes, so a batch always holds the samples whose index divided by the batch
size gives the same number, less those that failed. Shards begin at multiples of 32
and batch sizes divide 32, so every division gives the same batches.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import groupby, islice
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evaluation.errors import StoppedError
from evaluation.extraction.crops import (
    READER_STAGES,
    STORED_CROP_QUALITY,
    Crop,
    CropReader,
    require_landmarks,
)
from evaluation.extraction.templates import FailureReason, Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from evaluation.arrays import Float32Array
    from evaluation.card import ModelCard
    from evaluation.imaging.detect import FaceDetector
    from evaluation.testsets.types import TestSet

BATCH_SIZES = (1, 2, 4, 8, 16, 32)
BATCHES_AHEAD = 3


class Embedder(Protocol):
    """A running embedding model."""

    @property
    def dim(self) -> int: ...

    def embed(self, tensors: Float32Array) -> Float32Array: ...


def extract_templates(
    test_set: TestSet,
    indices: Sequence[int],
    *,
    model: Embedder,
    card: ModelCard,
    detector: FaceDetector | None = None,
    batch_size: int = 16,
    readers: int = 2,
    crop_quality: int | None = STORED_CROP_QUALITY,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Templates:
    """Make the templates of some samples.

    Parameters
    ----------
    test_set : TestSet
    indices : sequence of int
        Which samples, in which order.
    model : Embedder
        The running model; called from this thread only.
    card : ModelCard
        Its card.
    detector : FaceDetector or None
        Finds the faces of photographs; None: landmarks of the samples table.
    batch_size : int
        One of ``BATCH_SIZES``.
    readers : int
        Threads that decode, detect and align ahead of the model.
    crop_quality : int or None
        As for `CropReader`.
    progress : callable, optional
        Called with (samples done, samples in all) after each batch.
    should_stop : callable, optional
        Asked before each batch.

    Returns
    -------
    Templates
        One row per index, failures included with their reason. ``stage_seconds`` holds
        decode, detect and align summed over readers, infer, and wait: how long the
        model was idle for want of input.

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
    if detector is None:
        require_landmarks(test_set, None)
    reader = CropReader(test_set, card, detector, crop_quality=crop_quality)
    made = _Made(len(indices), model.dim)
    ahead = _read_ahead(reader, indices, readers=readers, window=BATCHES_AHEAD * batch_size)
    with closing(ahead):
        for _, group in groupby(indices, key=lambda index: index // batch_size):
            if should_stop is not None and should_stop():
                raise StoppedError("the extraction was asked to stop")
            made.add(list(islice(ahead, len(list(group)))), model)
            if progress is not None:
                progress(made.done, len(indices))
    return made.templates()


class _Made:
    """Templates as they come, batch by batch."""

    def __init__(self, n_samples: int, dim: int) -> None:
        self.done = 0
        self._embeddings = np.zeros((n_samples, dim), dtype=np.float32)
        self._reasons: list[str] = []
        self._seconds = dict.fromkeys((*READER_STAGES, "infer", "wait"), 0.0)
        self._idle_since = time.perf_counter()

    def add(self, crops: list[Crop], model: Embedder) -> None:
        self._reasons.extend(crop.reason for crop in crops)
        for crop in crops:
            for stage, seconds in crop.seconds.items():
                self._seconds[stage] += seconds
        rows = [self.done + row for row, crop in enumerate(crops) if crop.tensors is not None]
        tensors = [crop.tensors for crop in crops if crop.tensors is not None]
        started = time.perf_counter()
        self._seconds["wait"] += started - self._idle_since
        if tensors:
            self._keep(rows, _embed(model, tensors))
        self._idle_since = time.perf_counter()
        self._seconds["infer"] += self._idle_since - started
        self.done += len(crops)

    def _keep(self, rows: list[int], embeddings: Float32Array) -> None:
        for row, embedding in zip(rows, embeddings, strict=True):
            if not np.isfinite(embedding).all():
                self._reasons[row] = FailureReason.NON_FINITE.value
            elif not embedding.any():
                self._reasons[row] = FailureReason.ZERO.value
            else:
                self._embeddings[row] = embedding

    def templates(self) -> Templates:
        failed = np.array([bool(reason) for reason in self._reasons], dtype=np.bool_)
        return Templates(self._embeddings, failed, tuple(self._reasons), self._seconds)


def _embed(model: Embedder, tensors: list[Float32Array]) -> Float32Array:
    """Embed a batch; with mirrored copies the two embeddings of a sample are added."""
    copies = [
        model.embed(np.concatenate([one[copy : copy + 1] for one in tensors]))
        for copy in range(len(tensors[0]))
    ]
    if len(copies) == 1:
        return copies[0]
    # Infinities of opposite sign make NaN here, and the row is reported as not finite.
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(copies[0] + copies[1], dtype=np.float32)


def _read_ahead(
    reader: CropReader, indices: Sequence[int], *, readers: int, window: int
) -> Generator[Crop, None, None]:
    """Crops in the order of ``indices``, at most ``window`` of them made or in the making."""
    waiting: deque[Future[Crop]] = deque()
    with ThreadPoolExecutor(max_workers=readers, thread_name_prefix="reader") as pool:
        try:
            for index in indices:
                if len(waiting) == window:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(reader.read, index))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
