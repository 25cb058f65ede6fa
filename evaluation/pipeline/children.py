"""The sandbox children of one worker: the model, and the detector where it is needed.

Which detector finds the faces of photographs: for a recognition model that was submitted
with its own, that one; else the reference detector, where the user names one. The failures
of its own detector are the supplier's, those of the reference detector are not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from evaluation.card import Task
from evaluation.errors import CardError, DetectorFailureError, ModelFailureError
from evaluation.extraction import ChildFacts, require_faces, require_landmarks
from evaluation.imaging.detect import FaceDetector, ReferenceDetector
from evaluation.pipeline.machine import available_memory_bytes, workers_for
from evaluation.runtime import DetectionModel, EmbeddingModel, ScoreModel
from evaluation.runtime.base import CardedModel
from evaluation.sandbox import missing_layers
from evaluation.testsets.manifest import ImageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.card import ModelCard
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.types import TestSet

OnStart = Callable[[int], None]
"""Called with the process group of each child that is started."""

M = TypeVar("M", bound=CardedModel)


@dataclass(frozen=True, slots=True)
class RunningModels:
    """What one worker runs of a recognition model, in the thread that started it."""

    embedding: EmbeddingModel
    detector: FaceDetector | None

    def facts(self) -> ChildFacts:
        return facts_of(self.embedding)


@dataclass(frozen=True, slots=True)
class RunningScorer:
    """What one worker runs of a presentation-attack or quality model."""

    scorer: ScoreModel
    detector: FaceDetector | None

    def facts(self) -> ChildFacts:
        return facts_of(self.scorer)


@dataclass(frozen=True, slots=True)
class RunningDetector:
    """What one worker runs of a detection model."""

    model: DetectionModel
    detector: FaceDetector

    def facts(self) -> ChildFacts:
        return facts_of(self.model)


class NamedDetector(NamedTuple):
    """The detector that finds the faces of photographs."""

    model: bytes
    card: ModelCard
    is_own: bool
    """It was submitted with the model."""


def facts_of(model: CardedModel) -> ChildFacts:
    """Ask a child about itself."""
    return ChildFacts(
        load_seconds=model.load_seconds,
        peak_memory_bytes=model.peak_memory_bytes(),
        layers=tuple(layer.name for layer in model.layers if layer.in_force),
        layers_missing=missing_layers(model.layers),
    )


def detector_of(test_set: TestSet, card: ModelCard, settings: RunSettings) -> NamedDetector | None:
    """Detector that is used for a test set; None for crops, or where none is named.

    Raises
    ------
    CardError
        The card says that the model comes with a detector, and its file is missing; or a
        file is there, and the card says nothing of it.
    """
    if (card.detector is None) != (settings.own_detector is None):
        missing = "file" if card.detector is not None else "card"
        raise CardError([f"the {missing} of the model's own detector is missing"])
    if test_set.manifest.image_kind is not ImageKind.PHOTOGRAPH or card.task is Task.DETECTION:
        return None
    if card.detector is not None and settings.own_detector is not None:
        return NamedDetector(settings.own_detector, card.detector, is_own=True)
    if settings.detector is not None:
        return NamedDetector(*settings.detector, is_own=False)
    return None


def require_input(test_set: TestSet, card: ModelCard, settings: RunSettings) -> None:
    """Refuse, before anything runs, samples whose faces cannot be cut out for a model.

    Raises
    ------
    TestSetError
        Photographs without landmarks or boxes, and no detector is named; or crops for a
        model that looks at what is around a face.
    CardError
        The detector gives boxes only, and the model takes aligned faces; or one of the two
        files of a model and its own detector is missing.
    """
    named = detector_of(test_set, card, settings)
    detector_card = None if named is None else named.card
    if card.task is Task.EMBEDDING:
        require_landmarks(test_set, detector_card)
    elif card.task is not Task.DETECTION:
        require_faces(test_set, card, detector_card)


def workers_of(test_set: TestSet, model: bytes, card: ModelCard, settings: RunSettings) -> int:
    """How many workers extract: the settings' threads, as far as memory goes."""
    named = detector_of(test_set, card, settings)
    models = [model] if named is None else [model, named.model]
    return workers_for(settings.threads, *models, available_bytes=available_memory_bytes())


@contextmanager
def running_models(
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> Iterator[RunningModels]:
    """Children of a recognition model and, for photographs, of the detector."""
    with ExitStack() as stack:
        detector = _detector(stack, test_set, card, settings, on_start)
        embedding = _start(stack, EmbeddingModel, model, card, settings, on_start)
        yield RunningModels(embedding, detector)


@contextmanager
def running_scorer(
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> Iterator[RunningScorer]:
    """Children of a presentation-attack or quality model and, for photographs, of the detector."""
    with ExitStack() as stack:
        detector = _detector(stack, test_set, card, settings, on_start)
        scorer = _start(stack, ScoreModel, model, card, settings, on_start)
        yield RunningScorer(scorer, detector)


@contextmanager
def running_detector(
    model: bytes, card: ModelCard, settings: RunSettings, on_start: OnStart | None
) -> Iterator[RunningDetector]:
    """Child of a detection model that is measured itself."""
    with ExitStack() as stack:
        found = _start(stack, DetectionModel, model, card, settings, on_start)
        yield RunningDetector(found, FaceDetector(found, card))


@contextmanager
def running_face_detector(
    test_set: TestSet, card: ModelCard, settings: RunSettings, on_start: OnStart | None
) -> Iterator[FaceDetector | None]:
    """Child of the detector that finds the faces of photographs; None where there is none."""
    with ExitStack() as stack:
        yield _detector(stack, test_set, card, settings, on_start)


def _detector(
    stack: ExitStack,
    test_set: TestSet,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> FaceDetector | None:
    require_input(test_set, card, settings)
    named = detector_of(test_set, card, settings)
    if named is None:
        return None
    try:
        found = _start(stack, DetectionModel, named.model, named.card, settings, on_start)
    except ModelFailureError as error:
        if named.is_own:
            raise
        raise DetectorFailureError(f"the face detector failed: {error}") from error
    kind = FaceDetector if named.is_own else ReferenceDetector
    return kind(found, named.card)


def _start(
    stack: ExitStack,
    kind: type[M],
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> M:
    started = kind(
        model, card, limits=settings.child_limits, policy=settings.policy, on_start=on_start
    )
    stack.enter_context(started)
    return started
