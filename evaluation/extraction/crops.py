"""From a sample of a test set to the tensor of its face: what the readers do.

Aligned samples are used as they are. In photographs the face is the one the
detector finds, or, where no detector is named, the one the samples table marks.
The crop is cut from the photograph straight onto the model's own template.

A crop of the very format in which aligned test sets store theirs (112x112 on the
ArcFace template) passes through JPEG of quality 95, as theirs did: the photographs
and the crops made of them then give the same scores. Without this step the same model
measures up to one point of LFW accuracy apart, although nothing about it differs.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.errors import CardError, DetectorFailureError, ImageError, ModelFailureError
from evaluation.errors import TestSetError as BadTestSetError
from evaluation.extraction.templates import FailureReason
from evaluation.imaging.align import (
    ARCFACE_SIZE_PX,
    ARCFACE_TEMPLATE,
    card_template,
    crop_for_card,
)
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
STORED_CROP_QUALITY = 95


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


def is_stored_format(card: ModelCard) -> bool:
    """Whether the model takes crops just as aligned test sets store them."""
    size = (card.input.width, card.input.height)
    return size == (ARCFACE_SIZE_PX, ARCFACE_SIZE_PX) and np.array_equal(
        card_template(card), ARCFACE_TEMPLATE
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
    crop_quality : int or None
        JPEG quality of crops in the format of aligned test sets; None: lossless.
    """

    def __init__(
        self,
        test_set: TestSet,
        card: ModelCard,
        detector: FaceDetector | None,
        *,
        crop_quality: int | None = STORED_CROP_QUALITY,
    ) -> None:
        self._test_set = test_set
        self._card = card
        self._detector = detector
        self._crop_quality = crop_quality if is_stored_format(card) else None
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
                crop = crop_for_card(image, landmarks, self._card)
                if landmarks is not None and self._crop_quality is not None:
                    crop = _as_stored(crop, self._crop_quality)
                tensors = self._tensors(crop)
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


def _as_stored(crop: UInt8Image, quality: int) -> UInt8Image:
    """Write a crop as JPEG and read it again."""
    blue_first = np.ascontiguousarray(crop[:, :, ::-1])
    _, encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return decode_image(encoded.tobytes())


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Add the time of the block, also of one that raises."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] += time.perf_counter() - started
