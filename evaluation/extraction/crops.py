"""From a sample of a test set to the tensor of its face: what the readers do.

Aligned samples are used as they are. In photographs the face is the one the
detector finds, or, where no detector is named, the one the samples table marks.
The crop is cut from the photograph straight onto the model's own template.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import CardError, DetectorFailureError, ImageError, ModelFailureError
from evaluation.errors import TestSetError as BadTestSetError
from evaluation.extraction.templates import FailureReason
from evaluation.imaging.align import crop_for_card
from evaluation.imaging.decode import decode_image
from evaluation.imaging.detect import FaceDetector, choose_face
from evaluation.imaging.tensor import to_tensor
from evaluation.testsets.manifest import ImageKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evaluation.card import ModelCard
    from evaluation.testsets.types import TestSet

UInt8Image = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
Landmarks = NDArray[np.float64]

READER_STAGES = ("decode", "detect", "align")


@dataclass(frozen=True, slots=True)
class Crop:
    """What one sample gave.

    Attributes
    ----------
    tensors : ndarray of float32, shape (1 or 2, ...), or None
        The model's input, and the mirrored one where the card asks for it; None where failed.
    reason : str
        '' or the FailureReason.
    seconds : mapping of str to float
        Working time of each of ``READER_STAGES``.
    """

    tensors: FloatArray | None
    reason: str
    seconds: Mapping[str, float]


def require_landmarks(test_set: TestSet, detector_card: ModelCard | None) -> None:
    """Refuse, before anything runs, photographs whose faces cannot be aligned.

    Raises
    ------
    TestSetError
        Photographs without landmarks, and no detector is named.
    CardError
        The detector gives boxes only.
    """
    if test_set.manifest.image_kind is ImageKind.ALIGNED:
        return
    if detector_card is not None:
        if detector_card.decoder == "boxes01":
            problem = (
                f"the detector {detector_card.name} gives boxes only, and a face is "
                "aligned on five landmarks; name one whose decoder is yunet"
            )
            raise CardError([problem])
        return
    missing = sum(sample.landmarks is None for sample in test_set.samples)
    if missing:
        raise BadTestSetError(
            f"{missing} of {len(test_set.samples)} photographs have no landmarks, "
            "so a face detector has to be named",
            path=test_set.root,
        )


class CropReader:
    """Reads, decodes, detects and aligns; used by several threads at once.

    Parameters
    ----------
    test_set : TestSet
    card : ModelCard
        Of the embedding model.
    detector : FaceDetector or None
        Used for photographs only, by one thread at a time.
    """

    def __init__(self, test_set: TestSet, card: ModelCard, detector: FaceDetector | None) -> None:
        self._test_set = test_set
        self._card = card
        self._detector = detector
        self._detector_lock = threading.Lock()
        self._aligned = test_set.manifest.image_kind is ImageKind.ALIGNED

    def read(self, index: int) -> Crop:
        """Make the tensor of one sample; what is wrong with the image becomes a reason.

        Raises
        ------
        TestSetError
            The image file is missing or was changed since the test set was written.
        DetectorFailureError
            The detector cannot be used any more.
        """
        seconds = dict.fromkeys(READER_STAGES, 0.0)
        try:
            with _timed(seconds, "decode"):
                image = decode_image(self._test_set.read_image(index))
        except ImageError:
            return Crop(None, FailureReason.DECODE.value, seconds)
        landmarks = None
        if not self._aligned:
            landmarks = self._landmarks(image, index, seconds)
            if landmarks is None:
                return Crop(None, FailureReason.NO_FACE.value, seconds)
        try:
            with _timed(seconds, "align"):
                tensors = self._tensors(crop_for_card(image, landmarks, self._card))
        except ImageError:
            reason = FailureReason.DECODE if self._aligned else FailureReason.NO_FACE
            return Crop(None, reason.value, seconds)
        return Crop(tensors, "", seconds)

    def _landmarks(
        self, image: UInt8Image, index: int, seconds: dict[str, float]
    ) -> Landmarks | None:
        if self._detector is None:
            return self._test_set.samples[index].landmarks
        with self._detector_lock, _timed(seconds, "detect"):
            try:
                faces = self._detector.detect(image)
            except ModelFailureError as error:
                raise DetectorFailureError(f"the face detector failed: {error}") from error
        face = choose_face(faces, image.shape[1], image.shape[0])
        return None if face is None else face.landmarks

    def _tensors(self, crop: UInt8Image) -> FloatArray:
        crops = [crop, crop[:, ::-1]] if self._card.mirror else [crop]
        return to_tensor(crops, self._card)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Add the time of the block, also of one that raises."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] += time.perf_counter() - started
