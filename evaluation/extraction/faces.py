"""From a sample of a test set to the tensor that a presentation-attack or quality model takes.

Where the face is: a presentation-attack model whose card describes a ``crop`` gets the part
of the photograph around the face's box, which is the stored one or, for samples without,
that of the face the detector finds. All others get the aligned face: stored crops as they
are, and in photographs by the detector's landmarks or, where none is named, the stored ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Task
from evaluation.errors import ImageError
from evaluation.errors import TestSetError as BadTestSetError
from evaluation.extraction.crops import (
    READER_STAGES,
    STORED_CROP_QUALITY,
    as_stored,
    require_landmarks,
)
from evaluation.extraction.stages import StageClock
from evaluation.extraction.templates import FailureReason
from evaluation.imaging.align import card_size, crop_for_card
from evaluation.imaging.decode import decode_image
from evaluation.imaging.detect import choose_face
from evaluation.imaging.face_crops import arcface_crop, crop_around, resized_crop
from evaluation.imaging.tensor import tensor_shape, write_tensor
from evaluation.testsets.manifest import ImageKind

if TYPE_CHECKING:
    from evaluation.arrays import Float32Array, FloatArray
    from evaluation.card import ModelCard
    from evaluation.imaging.decode import UInt8Image
    from evaluation.imaging.detect import Face, FaceDetector
    from evaluation.testsets.types import TestSet

_NO_FACE = "there is no face in the photograph"


def takes_surroundings(card: ModelCard) -> bool:
    """Whether a model is given the face with what is around it."""
    return card.task is Task.PAD and card.crop is not None


def require_faces(test_set: TestSet, card: ModelCard, detector_card: ModelCard | None) -> None:
    """Refuse, before anything runs, samples whose faces cannot be cut out for a model.

    Raises
    ------
    TestSetError
        The model takes what is around a face and these are crops of faces; or photographs
        have no box or landmarks, and no detector is named.
    CardError
        The detector gives boxes only, and the face is to be aligned.
    """
    if not takes_surroundings(card):
        require_landmarks(test_set, detector_card)
        return
    if test_set.manifest.image_kind is ImageKind.ALIGNED:
        raise BadTestSetError(
            f"{card.name} looks at what is around a face, and these images are aligned crops",
            path=test_set.root,
        )
    missing = sum(sample.box is None for sample in test_set.samples)
    if missing and detector_card is None:
        raise BadTestSetError(
            f"{missing} of {len(test_set.samples)} photographs have no face box, "
            "so a face detector has to be named",
            path=test_set.root,
        )


def face_shape(card: ModelCard) -> tuple[int, int, int]:
    """Shape of the tensor of one sample."""
    width, height = card_size(card)
    return tensor_shape(card, height, width)


class FaceReader:
    """Reads, decodes, detects and cuts for a presentation-attack or quality model; one thread.

    Parameters
    ----------
    test_set : TestSet
    card : ModelCard
        Of the model.
    detector : FaceDetector or None
    crop_quality : int or None
        JPEG quality that aligned faces of photographs pass through, as stored crops did;
        None: lossless.

    Attributes
    ----------
    seconds : dict of str to float
        Working time by stage.
    """

    def __init__(
        self,
        test_set: TestSet,
        card: ModelCard,
        detector: FaceDetector | None,
        *,
        crop_quality: int | None = STORED_CROP_QUALITY,
    ) -> None:
        self._clock = StageClock(READER_STAGES)
        self.seconds = self._clock.seconds
        self._test_set = test_set
        self._card = card
        self._detector = detector
        self._crop_quality = crop_quality
        self._aligned = test_set.manifest.image_kind is ImageKind.ALIGNED

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the tensor of one sample."""
        return face_shape(self._card)

    def read(self, index: int, tensor: Float32Array) -> str:
        """Write the tensor of one sample; what is wrong with the image becomes a reason.

        Parameters
        ----------
        index : int
        tensor : ndarray of float32, shape as ``shape`` says
            Contiguous; overwritten where nothing failed.

        Returns
        -------
        str
            '' or the FailureReason.

        Raises
        ------
        TestSetError
            The image file is missing or was changed since the test set was written.
        DetectorFailureError
            The detector failed.
        """
        try:
            with self._clock.timed("decode"):
                image = decode_image(self._test_set.read_image(index))
        except ImageError:
            return FailureReason.DECODE.value
        try:
            crop = self._crop(image, index)
        except ImageError:
            reason = FailureReason.DECODE if self._aligned else FailureReason.NO_FACE
            return reason.value
        write_tensor(np.ascontiguousarray(crop), self._card, tensor)
        return ""

    def _crop(self, image: UInt8Image, index: int) -> UInt8Image:
        sample = self._test_set.samples[index]
        if takes_surroundings(self._card):
            box = sample.box or self._found(image).box
            with self._clock.timed("align"):
                return crop_around(image, box, self._card)
        landmarks = None
        if not self._aligned:
            detected = None if self._detector is None else self._found(image)
            landmarks = sample.landmarks if detected is None else detected.landmarks
            if landmarks is None:
                raise ImageError(_NO_FACE)
        with self._clock.timed("align"):
            return self._aligned_crop(image, landmarks)

    def _aligned_crop(self, image: UInt8Image, landmarks: FloatArray | None) -> UInt8Image:
        if self._card.input.template is not None:
            return crop_for_card(image, landmarks, self._card)
        crop = arcface_crop(image, landmarks)
        if landmarks is not None and self._crop_quality is not None:
            crop = as_stored(crop, self._crop_quality)
        return resized_crop(crop, self._card)

    def _found(self, image: UInt8Image) -> Face:
        if self._detector is None:
            raise ImageError(_NO_FACE)
        with self._clock.timed("detect"):
            faces = self._detector.detect(image)
        face = choose_face(faces, image.shape[1], image.shape[0])
        if face is None:
            raise ImageError(_NO_FACE)
        return face
