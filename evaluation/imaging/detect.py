"""Finding the face of a photograph with a detector that the user names.

Which face: of those that score at least 0.6, else 0.3, else 0.1, the one nearest
the middle of the photograph (distance of the centres minus the box's longer side).

Size: a face detector looks for faces that are neither the whole picture nor a few
pixels. A photograph whose shorter side is under 160 px is taken for a tight crop:
half its size of black is added on every side and the whole is doubled. One whose
longer side exceeds 1280 px is scaled down to that. Others are used as they are. For a
detector of fixed size the card says how a photograph comes into it: squeezed, or with
its proportions kept. Boxes and landmarks always come back in px of the photograph.

Landmarks are rounded to hundredths of a pixel, which is what tables of landmarks
hold: a run with the detector then equals a run with the landmarks it once stored,
and differences in a detector's last bits between processors do not show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.card import Fit, Task
from evaluation.errors import CardError, DetectorFailureError, ModelFailureError
from evaluation.imaging.decoders import Candidates, Scene, decode_faces, suppress_overlaps
from evaluation.imaging.tensor import to_tensor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import Array
    from evaluation.card import ModelCard

UInt8Image = NDArray[np.uint8]
Float32Array = NDArray[np.float32]
Float64Array = NDArray[np.float64]

SCORE_LADDER = (0.6, 0.3, 0.1)
TIGHT_SIDE_PX = 160
LONGEST_SIDE_PX = 1280
SIZE_MULTIPLE_PX = 32
DEFAULT_NMS_IOU = 0.3
LANDMARK_DECIMALS = 2
LETTERBOX_GREY = 114


class RawDetector(Protocol):
    """A detection model that answers with its raw outputs by name."""

    def raw(self, tensor: Float32Array) -> Mapping[str, Array]: ...


@dataclass(frozen=True, slots=True)
class Face:
    """One face in a photograph.

    Attributes
    ----------
    box : tuple of float
        x, y, width, height in px of the photograph.
    score : float
        The detector's confidence in [0, 1].
    landmarks : ndarray of float64, shape (5, 2), px, or None
        None where the detector gives boxes only.
    """

    box: tuple[float, float, float, float]
    score: float
    landmarks: Float64Array | None


@dataclass(frozen=True, slots=True)
class _Placement:
    """How a photograph lies in the detector's input: u = x * scale + offset."""

    scale_x: float
    scale_y: float
    offset_x: float
    offset_y: float


class FaceDetector:
    """Detects faces with a model and the card that says how to read it.

    Parameters
    ----------
    model : RawDetector
        The running detection model, used from one thread at a time.
    card : ModelCard
        Its card, with the decoder of its outputs.

    Raises
    ------
    CardError
        The card is not that of a detector.
    """

    def __init__(self, model: RawDetector, card: ModelCard) -> None:
        if card.task is not Task.DETECTION:
            raise CardError([f"task is {card.task}, and a face detector is needed"])
        self._model = model
        self._card = card

    def detect(self, image: UInt8Image, *, minimum: float = SCORE_LADDER[-1]) -> list[Face]:
        """Find all faces that reach a score.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3), RGB
        minimum : float
            Least score; 0.1 by default, below which no face is ever chosen.

        Returns
        -------
        list of Face
            By falling score, in px of the photograph.

        Raises
        ------
        ModelFailureError
            The model failed, or its outputs are not those of its card's decoder.
        """
        canvas, placement = _canvas(image, self._card)
        outputs = self._model.raw(to_tensor([canvas], self._card))
        height, width = canvas.shape[:2]
        candidates = decode_faces(outputs, self._card, Scene(width, height, minimum))
        kept = suppress_overlaps(candidates, iou=self._card.nms or DEFAULT_NMS_IOU)
        return _faces(kept, placement)


class ReferenceDetector(FaceDetector):
    """A detector that the user names: its failures are no fault of the model measured."""

    def detect(self, image: UInt8Image, *, minimum: float = SCORE_LADDER[-1]) -> list[Face]:
        """As `FaceDetector.detect`.

        Raises
        ------
        DetectorFailureError
            The detector failed.
        """
        try:
            return super().detect(image, minimum=minimum)
        except ModelFailureError as error:
            raise DetectorFailureError(f"the face detector failed: {error}") from error


def detector_tensor(image: UInt8Image, card: ModelCard) -> Float32Array:
    """Make what a detection model is given of an image: a batch of one in the card's layout."""
    return to_tensor([_canvas(image, card)[0]], card)


def choose_face(faces: Sequence[Face], width: int, height: int) -> Face | None:
    """Choose the face that a photograph is of.

    Parameters
    ----------
    faces : sequence of Face
    width, height : int
        Size of the photograph in px.

    Returns
    -------
    Face or None
        None where no face scores at least 0.1. Of faces equally near the earlier wins.
    """
    for least in SCORE_LADDER:
        good = [face for face in faces if face.score >= least]
        if good:
            return min(good, key=lambda face: _off_centre(face, width, height))
    return None


def _off_centre(face: Face, width: int, height: int) -> float:
    x, y, box_width, box_height = face.box
    distance = math.hypot(x + (box_width - width) / 2, y + (box_height - height) / 2)
    return distance - max(box_width, box_height)


def _canvas(image: UInt8Image, card: ModelCard) -> tuple[UInt8Image, _Placement]:
    size = card.input
    if size.width is None or size.height is None:
        return _padded(image)
    if size.fit is Fit.SQUEEZE:
        return _squeezed(image, size.width, size.height)
    return _letterboxed(image, size.width, size.height, size.fit)


def _squeezed(image: UInt8Image, width: int, height: int) -> tuple[UInt8Image, _Placement]:
    """Fit a photograph to a fixed input without regard to its proportions."""
    resized = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    return resized, _Placement(width / image.shape[1], height / image.shape[0], 0.0, 0.0)


def _letterboxed(
    image: UInt8Image, width: int, height: int, fit: Fit
) -> tuple[UInt8Image, _Placement]:
    """Fit a photograph to a fixed input and keep its proportions."""
    share = min(width / image.shape[1], height / image.shape[0])
    inner = max(1, int(image.shape[1] * share)), max(1, int(image.shape[0] * share))
    resized = cv2.resize(image, inner, interpolation=cv2.INTER_LINEAR)
    centred = fit is Fit.LETTERBOX_CENTRE
    left, top = ((width - inner[0]) // 2, (height - inner[1]) // 2) if centred else (0, 0)
    canvas = np.full((height, width, 3), LETTERBOX_GREY if centred else 0, dtype=np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = resized
    scale_x, scale_y = inner[0] / image.shape[1], inner[1] / image.shape[0]
    return canvas, _Placement(scale_x, scale_y, float(left), float(top))


def _padded(image: UInt8Image) -> tuple[UInt8Image, _Placement]:
    """Bring a photograph to a size the detector likes, then to multiples of 32 px."""
    height, width = image.shape[:2]
    placement = _Placement(1.0, 1.0, 0.0, 0.0)
    if min(height, width) < TIGHT_SIDE_PX:
        image = _pad(image, top=height // 2, left=width // 2, both_sides=True)
        image = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        placement = _Placement(2.0, 2.0, 2.0 * (width // 2), 2.0 * (height // 2))
    elif max(height, width) > LONGEST_SIDE_PX:
        share = LONGEST_SIDE_PX / max(height, width)
        size = (max(1, round(width * share)), max(1, round(height * share)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        placement = _Placement(size[0] / width, size[1] / height, 0.0, 0.0)
    below, right = (-side % SIZE_MULTIPLE_PX for side in image.shape[:2])
    return _pad(image, top=below, left=right, both_sides=False), placement


def _pad(image: UInt8Image, *, top: int, left: int, both_sides: bool) -> UInt8Image:
    before = (top, left) if both_sides else (0, 0)
    padding = ((before[0], top), (before[1], left), (0, 0))
    return np.pad(image, padding)


def _faces(candidates: Candidates, placement: _Placement) -> list[Face]:
    scale = np.array([placement.scale_x, placement.scale_y])
    offset = np.array([placement.offset_x, placement.offset_y])
    faces = []
    for row, score in enumerate(candidates.scores):
        low = (candidates.boxes[row, :2] - offset) / scale
        size = candidates.boxes[row, 2:] / scale
        points = candidates.landmarks
        landmarks = None if points is None else _rounded((points[row] - offset) / scale)
        box = (float(low[0]), float(low[1]), float(size[0]), float(size[1]))
        faces.append(Face(box, float(score), landmarks))
    return faces


def _rounded(points: Float64Array) -> Float64Array:
    return np.asarray(np.round(points, LANDMARK_DECIMALS))
