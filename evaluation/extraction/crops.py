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

from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.errors import CardError, ImageError
from evaluation.errors import TestSetError as BadTestSetError
from evaluation.extraction.stages import StageClock
from evaluation.extraction.templates import FailureReason
from evaluation.imaging.align import (
    ARCFACE_SIZE_PX,
    ARCFACE_TEMPLATE,
    card_size,
    card_template,
    crop_for_card,
)
from evaluation.imaging.decode import decode_image
from evaluation.imaging.detect import FaceDetector, choose_face
from evaluation.imaging.tensor import tensor_shape, write_tensor
from evaluation.testsets.manifest import ImageKind

if TYPE_CHECKING:
    from evaluation.card import ModelCard
    from evaluation.testsets.types import TestSet

UInt8Image = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
Landmarks = NDArray[np.float64]

READER_STAGES = ("decode", "detect", "align")
STORED_CROP_QUALITY = 95
_NO_FACE = "there is no face in the photograph"


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
        if not detector_card.gives_landmarks:
            problem = (
                f"the detector {detector_card.name} gives boxes only, and a face is "
                "aligned on five landmarks; name one that gives them"
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


def tensors_shape(card: ModelCard) -> tuple[int, int, int, int]:
    """Shape of the tensors of one sample: the image, and its mirror image where asked for."""
    width, height = card_size(card)
    return (2 if card.mirror else 1, *tensor_shape(card, height, width))


class Variation(Protocol):
    """Rows that are not samples as they are but samples that were changed."""

    def sample_of(self, row: int) -> int:
        """Index of the sample of which a row is made."""

    def change(
        self, row: int, image: UInt8Image, landmarks: Landmarks | None
    ) -> tuple[UInt8Image, Landmarks | None]:
        """Change an image; landmarks are None for a crop that is aligned already."""


class CropReader:
    """Reads, decodes, detects and aligns; for one thread.

    Parameters
    ----------
    test_set : TestSet
    card : ModelCard
        Of the embedding model.
    detector : FaceDetector or None
        Used for photographs only.
    crop_quality : int or None
        JPEG quality of crops in the format of aligned test sets; None: lossless.
    variation : Variation or None
        Changes the image before the crop is cut. The detector, where there is one, looks
        at the image before, for the landmarks that the change goes by, and after.

    Attributes
    ----------
    seconds : dict of str to float
        Working time of each of ``READER_STAGES`` so far, and of changing images.
    """

    def __init__(
        self,
        test_set: TestSet,
        card: ModelCard,
        detector: FaceDetector | None,
        *,
        crop_quality: int | None = STORED_CROP_QUALITY,
        variation: Variation | None = None,
    ) -> None:
        self._clock = StageClock(READER_STAGES)
        self.seconds = self._clock.seconds
        self._variation = variation
        self._test_set = test_set
        self._card = card
        self._detector = detector
        self._crop_quality = crop_quality if is_stored_format(card) else None
        self._aligned = test_set.manifest.image_kind is ImageKind.ALIGNED

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Shape of the tensors of one sample: the image, and its mirror image where asked for."""
        return tensors_shape(self._card)

    def read(self, row: int, tensors: FloatArray) -> str:
        """Write the tensors of one row; what is wrong with the image becomes a reason.

        Parameters
        ----------
        row : int
            Index of the sample, or a row of the variation.
        tensors : ndarray of float32, shape as ``shape`` says
            Each of them contiguous; overwritten where nothing failed.

        Returns
        -------
        str
            '' or the FailureReason.

        Raises
        ------
        TestSetError
            The image file is missing or was changed since the test set was written.
        DetectorFailureError, ModelFailureError
            The detector failed; whose fault it is depends on who named it.
        """
        index = row if self._variation is None else self._variation.sample_of(row)
        try:
            with self._clock.timed("decode"):
                image = decode_image(self._test_set.read_image(index))
        except ImageError:
            return FailureReason.DECODE.value
        try:
            landmarks = None if self._aligned else self._landmarks(image, index)
            if self._variation is not None:
                image, landmarks = self._changed(self._variation, row, image, landmarks)
            with self._clock.timed("align"):
                self._write(self._crop(image, landmarks), tensors)
        except ImageError:
            reason = FailureReason.DECODE if self._aligned else FailureReason.NO_FACE
            return reason.value
        return ""

    def _landmarks(self, image: UInt8Image, index: int) -> Landmarks:
        stored = self._test_set.samples[index].landmarks
        landmarks = stored if self._detector is None else self._detected(self._detector, image)
        if landmarks is None:
            raise ImageError(_NO_FACE)
        return landmarks

    def _detected(self, detector: FaceDetector, image: UInt8Image) -> Landmarks | None:
        with self._clock.timed("detect"):
            faces = detector.detect(image)
        face = choose_face(faces, image.shape[1], image.shape[0])
        return None if face is None else face.landmarks

    def _changed(
        self, variation: Variation, row: int, image: UInt8Image, landmarks: Landmarks | None
    ) -> tuple[UInt8Image, Landmarks | None]:
        with self._clock.timed("change"):
            image, landmarks = variation.change(row, image, landmarks)
        if self._detector is not None and not self._aligned:
            landmarks = self._detected(self._detector, image)
            if landmarks is None:
                raise ImageError(_NO_FACE)
        return image, landmarks

    def _crop(self, image: UInt8Image, landmarks: Landmarks | None) -> UInt8Image:
        crop = crop_for_card(image, landmarks, self._card)
        if landmarks is not None and self._crop_quality is not None:
            return as_stored(crop, self._crop_quality)
        return crop

    def _write(self, crop: UInt8Image, tensors: FloatArray) -> None:
        write_tensor(crop, self._card, tensors[0])
        if self._card.mirror:
            write_tensor(np.asarray(cv2.flip(crop, 1), dtype=np.uint8), self._card, tensors[1])


def as_stored(crop: UInt8Image, quality: int) -> UInt8Image:
    """Pass a crop through JPEG, as the crops of aligned test sets once were."""
    blue_first = cv2.cvtColor(crop, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return decode_image(encoded.tobytes())
