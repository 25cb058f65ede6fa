"""The faces that a detection model finds in the samples of a test set, and their file.

Boxes are kept from a score of 0.02 on, so that precision can be followed to where almost
everything counts as a face. An image that cannot be decoded, or for which the model gave
numbers that are none, has no box and a reason.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ImageError, ModelFailureError, ResultError
from evaluation.extraction.facts import (
    ChildFacts,
    added_seconds,
    joined_child,
    pack_facts,
    unpack_facts,
)
from evaluation.extraction.stages import Farewell, StageClock, stage_seconds
from evaluation.extraction.templates import FailureReason
from evaluation.extraction.workers import map_batches
from evaluation.imaging.decode import decode_image
from evaluation.storage import atomic_writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from evaluation.arrays import FloatArray, IntArray
    from evaluation.imaging.detect import Face, FaceDetector
    from evaluation.testsets.types import TestSet

LEAST_SCORE = 0.02


@dataclass(frozen=True)
class Detections:
    """Faces found in images, in the order in which the images were asked for.

    Attributes
    ----------
    counts : ndarray of int64, shape (n_images,)
        Faces found in each image.
    scores : ndarray of float64, shape (n_faces,)
        Of all faces, image by image, falling within an image.
    boxes : ndarray of float64, shape (n_faces, 4), px
        x, y, width, height in the image.
    landmarks : ndarray of float64, shape (n_faces, 5, 2), px
        NaN where the model gives none.
    reasons : tuple of str
        '' or why nothing could be detected, one per image.
    stage_seconds : mapping of str to float
        Working time by stage, summed over workers.
    child : ChildFacts or None
    """

    counts: IntArray
    scores: FloatArray
    boxes: FloatArray
    landmarks: FloatArray
    reasons: tuple[str, ...]
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    child: ChildFacts | None = None

    def __post_init__(self) -> None:
        n = int(self.counts.sum())
        whole = (
            len(self.reasons) == self.counts.size
            and self.scores.shape == (n,)
            and self.boxes.shape == (n, 4)
            and self.landmarks.shape == (n, 5, 2)
        )
        if not whole:
            raise ResultError("detections whose tables differ in length")

    @property
    def output_dim(self) -> int:
        """0: every image has its own number of faces."""
        return 0

    def save(self, path: Path) -> None:
        """Write the file atomically; an existing one is replaced."""
        with atomic_writer(path) as file:
            np.savez(
                file,
                counts=self.counts,
                scores=self.scores,
                boxes=self.boxes,
                landmarks=self.landmarks,
                reasons=np.array(self.reasons, dtype="U10"),
                facts=pack_facts(self.stage_seconds, self.child),
            )


def load_detections(path: Path) -> Detections:
    """Read a file that ``Detections.save`` wrote.

    Raises
    ------
    ResultError
        The file is missing, damaged, or holds something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            stage_seconds, child = unpack_facts(archive["facts"])
            return Detections(
                counts=archive["counts"].astype(np.int64, copy=False),
                scores=archive["scores"].astype(np.float64, copy=False),
                boxes=archive["boxes"].astype(np.float64, copy=False),
                landmarks=archive["landmarks"].astype(np.float64, copy=False),
                reasons=tuple(str(reason) for reason in archive["reasons"]),
                stage_seconds=stage_seconds,
                child=child,
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ResultError(f"{path.name} does not hold detections") from error


def join_detections(paths: Sequence[Path]) -> Detections:
    """Join the files of shards, in their order.

    Raises
    ------
    ResultError
        There is none, or one is missing or damaged.
    """
    parts = [load_detections(path) for path in paths]
    if not parts:
        raise ResultError("there are no detections to join")
    return Detections(
        counts=np.concatenate([part.counts for part in parts]),
        scores=np.concatenate([part.scores for part in parts]),
        boxes=np.concatenate([part.boxes for part in parts]),
        landmarks=np.concatenate([part.landmarks for part in parts]),
        reasons=tuple(reason for part in parts for reason in part.reasons),
        stage_seconds=added_seconds([part.stage_seconds for part in parts]),
        child=joined_child([part.child for part in parts if part.child is not None]),
    )


class RunningDetector(Protocol):
    """The model of one worker, used by its thread alone."""

    @property
    def detector(self) -> FaceDetector: ...

    def facts(self) -> ChildFacts | None: ...


LaunchDetector = Callable[[Callable[[int], None]], AbstractContextManager[RunningDetector]]
"""Starts a worker's model in its thread; is given whom to tell the child's group."""


def extract_detections(
    test_set: TestSet,
    indices: Sequence[int],
    *,
    launch: LaunchDetector,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: Callable[[int], None] | None = None,
) -> Detections:
    """Run a detection model on some samples, one image at a time.

    Parameters
    ----------
    test_set : TestSet
    indices : sequence of int
        Which samples, in which order.
    launch : callable
        Starts the model of one worker; called once by each.
    workers : int
        At most so many; no influence on the detections.
    progress, should_stop, on_start
        As for `map_batches`; called in this thread.

    Returns
    -------
    Detections

    Raises
    ------
    TestSetError
        An image file was changed.
    ModelFailureError
        The model failed in the sandbox, or its outputs are not those of its decoder.
    StoppedError
        ``should_stop`` said so.
    """

    @contextmanager
    def start(tell: Callable[[int], None]) -> Iterator[_Worker]:
        with launch(tell) as running:
            yield _Worker(running, test_set)

    images, farewells = map_batches(
        [[index] for index in indices],
        start,
        workers=workers,
        progress=progress,
        should_stop=should_stop,
        on_start=on_start,
    )
    faces = [face for image in images for face in image.faces]
    unmarked = np.full((5, 2), np.nan)
    points = [unmarked if face.landmarks is None else face.landmarks for face in faces]
    return Detections(
        counts=np.array([len(image.faces) for image in images], dtype=np.int64),
        scores=np.array([face.score for face in faces], dtype=np.float64),
        boxes=np.array([face.box for face in faces], dtype=np.float64).reshape(-1, 4),
        landmarks=np.array(points, dtype=np.float64).reshape(-1, 5, 2),
        reasons=tuple(image.reason for image in images),
        stage_seconds=stage_seconds(farewells),
        child=joined_child([one.child for one in farewells if one.child is not None]),
    )


class _Found(NamedTuple):
    """What one image gave."""

    faces: list[Face]
    reason: str


class _Worker:
    def __init__(self, running: RunningDetector, test_set: TestSet) -> None:
        self._running = running
        self._test_set = test_set
        self._clock = StageClock()

    def work(self, batches: Sequence[Sequence[int]]) -> list[_Found]:
        return [self._detect(index) for batch in batches for index in batch]

    def leave(self) -> Farewell:
        return Farewell(self._clock.seconds, self._running.facts())

    def _detect(self, index: int) -> _Found:
        try:
            with self._clock.timed("decode"):
                image = decode_image(self._test_set.read_image(index))
        except ImageError:
            return _Found([], FailureReason.DECODE.value)
        try:
            with self._clock.timed("infer"):
                return _Found(self._running.detector.detect(image, minimum=LEAST_SCORE), "")
        except ModelFailureError as error:
            if error.refusal is not CATALOGUE["OUTPUT-NOT-FINITE"]:
                raise
            return _Found([], FailureReason.NON_FINITE.value)
