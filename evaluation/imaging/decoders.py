"""From a face detector's raw maps to boxes: one function per published output format.

Candidates are float64 rows in pixels of the tensor that the detector was given;
suppression of overlaps and the way back to the photograph belong to ``detect``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import CardError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FloatArray = NDArray[np.floating]
Float64Array = NDArray[np.float64]

YUNET_STRIDES = (8, 16, 32)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Faces before overlaps are suppressed.

    Attributes
    ----------
    scores : ndarray of float64, shape (n,)
        Confidence in [0, 1].
    boxes : ndarray of float64, shape (n, 4), px
        x, y, width, height.
    landmarks : ndarray of float64, shape (n, 5, 2), px, or None
        Image-left eye, image-right eye, nose, image-left and image-right mouth corner.
    """

    scores: Float64Array
    boxes: Float64Array
    landmarks: Float64Array | None

    def take(self, rows: NDArray[np.intp]) -> Candidates:
        """Return the candidates of these rows, in this order."""
        points = None if self.landmarks is None else self.landmarks[rows]
        return Candidates(self.scores[rows], self.boxes[rows], points)


def decode_yunet(outputs: Mapping[str, FloatArray], *, width: int, minimum: float) -> Candidates:
    """Decode the twelve maps of YuNet: cls, obj, bbox and kps at strides 8, 16 and 32.

    With s the stride: score = sqrt(cls * obj), centre = (cell + bbox[:2]) * s,
    size = exp(bbox[2:]) * s, landmarks = (cell + kps) * s.

    Parameters
    ----------
    outputs : mapping of name to ndarray
        ``cls_8`` and the others, each of shape (1, cells, 1, 4 or 10).
    width : int
        Width of the detector's input in px, a multiple of 32; cells run along rows.
    minimum : float
        Candidates that score lower are dropped.

    Returns
    -------
    Candidates
        In px of the detector's input, with landmarks.

    Raises
    ------
    CardError
        An output of that name is missing, so the card names the wrong decoder.
    """
    parts = [_yunet_stride(outputs, stride, width, minimum) for stride in YUNET_STRIDES]
    return Candidates(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def decode_boxes01(
    outputs: Mapping[str, FloatArray],
    *,
    names: Sequence[str],
    width: int,
    height: int,
    minimum: float,
) -> Candidates:
    """Decode two outputs: scores (1, n, 2) with the face second, corners (1, n, 4) in 0..1.

    Parameters
    ----------
    outputs : mapping of name to ndarray
    names : sequence of str
        Names of the scores and of the boxes; empty means ``scores`` and ``boxes``.
    width, height : int
        Size of the detector's input in px.
    minimum : float
        Candidates that score lower are dropped.

    Returns
    -------
    Candidates
        In px of the detector's input, without landmarks.

    Raises
    ------
    CardError
        An output of that name is missing, so the card names the wrong decoder.
    """
    score_name, box_name = names if len(names) == 2 else ("scores", "boxes")
    scores = np.asarray(_output(outputs, score_name)[0, :, 1], dtype=np.float64)
    kept = scores >= minimum
    corners = np.asarray(_output(outputs, box_name)[0], dtype=np.float64)[kept]
    corners = corners * np.array([width, height, width, height], dtype=np.float64)
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    return Candidates(scores[kept], boxes, None)


def suppress_overlaps(candidates: Candidates, *, iou: float) -> Candidates:
    """Keep the best of the candidates that overlap (greedy non-maximum suppression).

    Parameters
    ----------
    candidates : Candidates
    iou : float
        A candidate goes when its intersection over union with a better one is greater.

    Returns
    -------
    Candidates
        By falling score; of equal scores the earlier stays.
    """
    left = np.argsort(-candidates.scores, kind="stable")
    kept: list[int] = []
    while left.size:
        best, others = left[0], left[1:]
        kept.append(int(best))
        overlap = _iou(candidates.boxes[best], candidates.boxes[others])
        left = others[overlap <= iou]
    return candidates.take(np.asarray(kept, dtype=np.intp))


def _yunet_stride(
    outputs: Mapping[str, FloatArray], stride: int, width: int, minimum: float
) -> tuple[Float64Array, Float64Array, Float64Array]:
    cls, obj, bbox, kps = (
        np.asarray(_output(outputs, f"{name}_{stride}")[0], dtype=np.float64)
        for name in ("cls", "obj", "bbox", "kps")
    )
    scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
    kept = np.flatnonzero(scores >= minimum)
    cell = np.stack([kept % (width // stride), kept // (width // stride)], axis=1)
    centre = (cell + bbox[kept, :2]) * stride
    size = np.exp(bbox[kept, 2:]) * stride
    boxes = np.concatenate([centre - size / 2, size], axis=1)
    landmarks = (cell[:, None, :] + kps[kept].reshape(-1, 5, 2)) * stride
    return scores[kept], boxes, landmarks


def _iou(box: Float64Array, others: Float64Array) -> Float64Array:
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=1)
    union = box[2] * box[3] + others[:, 2] * others[:, 3] - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float64).tiny))


def _output(outputs: Mapping[str, FloatArray], name: str) -> FloatArray:
    try:
        return outputs[name]
    except KeyError as error:
        raise CardError([f"the detector has no output named {name}"]) from error
