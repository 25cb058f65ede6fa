"""Inputs that lie ready for a model of any task, and a child that runs them: for speed alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Task
from evaluation.errors import ImageError
from evaluation.extraction import CropReader
from evaluation.extraction.faces import FaceReader
from evaluation.extraction.portions import batches_at_once
from evaluation.extraction.stages import StageClock
from evaluation.imaging.decode import decode_image
from evaluation.imaging.detect import detector_tensor
from evaluation.pipeline.children import require_input, running_face_detector
from evaluation.pipeline.provenance import batch_size_of
from evaluation.pipeline.timed import runner_of
from evaluation.runtime import DetectionModel, EmbeddingModel, ScoreModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.arrays import Float32Array
    from evaluation.card import ModelCard
    from evaluation.imaging.detect import FaceDetector
    from evaluation.pipeline.children import OnStart
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.types import TestSet
    from evaluation.throughput import Launch, Runner

SAMPLES_IN_MEMORY = 64
_MS_PER_SECOND = 1000.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """The first samples of a test set that a model can be given.

    Attributes
    ----------
    samples : list of ndarray of float32
        Of each sample its tensors, copies first: the image, and its mirror image where the
        card asks for it. Those for detectors differ in size.
    stage_ms : mapping of str to float
        Mean time of making one, by stage.
    """

    samples: list[Float32Array]
    stage_ms: Mapping[str, float]

    def batches_at_once(self, batch_size: int) -> int:
        """Batches that an extraction gives a child in one exchange, at most."""
        return batches_at_once(self.samples[0].shape, batch_size)


def prepare(
    test_set: TestSet, card: ModelCard, settings: RunSettings, on_start: OnStart | None
) -> Prepared | None:
    """Read the first samples that show a face; None where none does.

    Raises
    ------
    TestSetError
        An image file was changed, or faces cannot be cut out.
    DetectorFailureError
        The detector failed.
    """
    require_input(test_set, card, settings)
    with running_face_detector(test_set, card, settings, on_start) as detector:
        read, seconds = _reading(test_set, card, settings, detector)
        samples: list[Float32Array] = []
        n_read = 0
        while n_read < len(test_set.samples) and len(samples) < SAMPLES_IN_MEMORY:
            tensors = read(n_read)
            n_read += 1
            if tensors is not None:
                samples.append(tensors)
    stage_ms = {stage: spent / n_read * _MS_PER_SECOND for stage, spent in seconds.items()}
    return Prepared(samples, stage_ms) if samples else None


def launch_of(prepared: Prepared, model: bytes, card: ModelCard, settings: RunSettings) -> Launch:
    """Make what starts a child of a model with inputs that lie ready where it reads them."""

    @contextmanager
    def launch(threads: int, tell: OnStart) -> Iterator[Runner]:
        kind = _KINDS[card.task]
        limits = replace(settings.limits, threads=threads)
        with kind(model, card, limits=limits, policy=settings.policy, on_start=tell) as running:
            yield runner_of(running, prepared.samples, batch_size_of(card, settings))

    return launch


_KINDS: dict[Task, type[EmbeddingModel | ScoreModel | DetectionModel]] = {
    Task.EMBEDDING: EmbeddingModel,
    Task.PAD: ScoreModel,
    Task.QUALITY: ScoreModel,
    Task.DETECTION: DetectionModel,
}


Read = Callable[[int], "Float32Array | None"]


def _reading(
    test_set: TestSet, card: ModelCard, settings: RunSettings, detector: FaceDetector | None
) -> tuple[Read, Mapping[str, float]]:
    """How a sample becomes tensors, and how long each stage of it has taken so far."""
    quality = settings.crop_quality
    if card.task is Task.DETECTION:
        return _reading_for_detection(test_set, card)
    if card.task is Task.EMBEDDING:
        crops = CropReader(test_set, card, detector, crop_quality=quality)

        def read_crop(index: int) -> Float32Array | None:
            tensors = np.empty(crops.shape, dtype=np.float32)
            return None if crops.read(index, tensors) else tensors

        return read_crop, crops.seconds
    faces = FaceReader(test_set, card, detector, crop_quality=quality)

    def read_face(index: int) -> Float32Array | None:
        tensors = np.empty((1, *faces.shape), dtype=np.float32)
        return None if faces.read(index, tensors[0]) else tensors

    return read_face, faces.seconds


def _reading_for_detection(test_set: TestSet, card: ModelCard) -> tuple[Read, Mapping[str, float]]:
    clock = StageClock(("decode", "align"))

    def read(index: int) -> Float32Array | None:
        try:
            with clock.timed("decode"):
                image = decode_image(test_set.read_image(index))
        except ImageError:
            return None
        with clock.timed("align"):
            return detector_tensor(image, card)

    return read, clock.seconds
