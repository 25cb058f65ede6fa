"""The sandbox children of one worker: the model, and the detector where it is needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.errors import DetectorFailureError, ModelFailureError
from evaluation.extraction import ChildFacts, require_landmarks
from evaluation.imaging.detect import FaceDetector
from evaluation.pipeline.machine import available_memory_bytes, workers_for
from evaluation.runtime import DetectionModel, EmbeddingModel
from evaluation.sandbox import missing_layers
from evaluation.testsets.manifest import ImageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.card import ModelCard
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.types import TestSet

OnStart = Callable[[int], None]
"""Called with the process group of each child that is started."""


@dataclass(frozen=True, slots=True)
class RunningModels:
    """What one worker runs, in the thread that started it."""

    embedding: EmbeddingModel
    detector: FaceDetector | None

    def facts(self) -> ChildFacts:
        layers = self.embedding.layers
        return ChildFacts(
            load_seconds=self.embedding.load_seconds,
            peak_memory_bytes=self.embedding.peak_memory_bytes(),
            layers=tuple(layer.name for layer in layers if layer.in_force),
            layers_missing=missing_layers(layers),
        )


def detector_of(test_set: TestSet, settings: RunSettings) -> tuple[bytes, ModelCard] | None:
    """Detector and card that are used for a test set; None for crops, or where none is named."""
    photographs = test_set.manifest.image_kind is ImageKind.PHOTOGRAPH
    return settings.detector if photographs else None


def workers_of(test_set: TestSet, model: bytes, settings: RunSettings) -> int:
    """How many workers extract: the settings' threads, as far as memory goes."""
    named = detector_of(test_set, settings)
    models = [model] if named is None else [model, named[0]]
    return workers_for(settings.threads, *models, available_bytes=available_memory_bytes())


@contextmanager
def running_models(
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> Iterator[RunningModels]:
    """Children of the model and, for photographs, of the detector; ended with the block."""
    named = detector_of(test_set, settings)
    require_landmarks(test_set, None if named is None else named[1])
    with ExitStack() as stack:
        detector = None
        if named is not None:
            try:
                found = stack.enter_context(
                    DetectionModel(
                        *named,
                        limits=settings.child_limits,
                        policy=settings.policy,
                        on_start=on_start,
                    )
                )
            except ModelFailureError as error:
                raise DetectorFailureError(f"the face detector failed: {error}") from error
            detector = FaceDetector(found, named[1])
        embedding = stack.enter_context(
            EmbeddingModel(
                model,
                card,
                limits=settings.child_limits,
                policy=settings.policy,
                on_start=on_start,
            )
        )
        yield RunningModels(embedding, detector)
