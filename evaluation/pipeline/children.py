"""The sandbox children of a step: the model, and the detector where it is needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.errors import DetectorFailureError, ModelFailureError
from evaluation.extraction import ChildFacts, require_landmarks
from evaluation.imaging.detect import FaceDetector
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


@contextmanager
def running_models(
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> Iterator[RunningModels]:
    """Children of the model and, for photographs, of the detector; ended with the block."""
    photographs = test_set.manifest.image_kind is ImageKind.PHOTOGRAPH
    named = settings.detector if photographs else None
    require_landmarks(test_set, None if named is None else named[1])
    with ExitStack() as stack:
        detector = None
        if named is not None:
            try:
                found = stack.enter_context(
                    DetectionModel(
                        *named, limits=settings.limits, policy=settings.policy, on_start=on_start
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
