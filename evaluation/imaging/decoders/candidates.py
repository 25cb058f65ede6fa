"""Faces as a detector's outputs give them, before overlaps are suppressed.

Every fault of an output is the model's: it becomes a refusal of the catalogue, since
the outputs are whatever a supplier's model made of an image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import Array, FloatArray

MOST_CANDIDATES = 5000
"""Of one image, the best by score; the rest would only cost time (RetinaFace keeps as many)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a decoder knows of the tensor that the detector was given.

    Attributes
    ----------
    width, height : int
        Of the detector's input in px.
    minimum : float
        Candidates that score lower are dropped.
    """

    width: int
    height: int
    minimum: float


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

    scores: FloatArray
    boxes: FloatArray
    landmarks: FloatArray | None

    def take(self, rows: NDArray[np.intp]) -> Candidates:
        """Return the candidates of these rows, in this order."""
        points = None if self.landmarks is None else self.landmarks[rows]
        return Candidates(self.scores[rows], self.boxes[rows], points)

    @classmethod
    def joined(cls, parts: Sequence[Candidates]) -> Candidates:
        """Join the candidates of several maps, in their order; all with landmarks, or none."""
        points = [part.landmarks for part in parts if part.landmarks is not None]
        return cls(
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.boxes for part in parts]),
            np.concatenate(points) if len(points) == len(parts) else None,
        )


def output_rows(
    outputs: Mapping[str, Array], name: str, *, columns: int, rows: int | None = None
) -> FloatArray:
    """Rows of one output of one image.

    Parameters
    ----------
    outputs : mapping of name to ndarray
    name : str
        Of an output of shape (1, rows, columns) or (rows, columns).
    columns : int
    rows : int, optional
        As many rows as there must be.

    Returns
    -------
    ndarray of float64, shape (rows, columns)

    Raises
    ------
    ModelFailureError
        There is no output of that name, or its shape or type is another.
    """
    output = output_of(outputs, name)
    table = output[0] if output.ndim == 3 and output.shape[0] == 1 else output
    if table.ndim != 2 or table.shape[1] != columns or rows not in (None, table.shape[0]):
        wanted = f"{'n' if rows is None else rows} x {columns}"
        raise wrong_shape(f"{name} is {_written(output)} for {wanted}")
    return np.asarray(table, dtype=np.float64)


def output_of(outputs: Mapping[str, Array], name: str) -> Array:
    """One output by its name.

    Raises
    ------
    ModelFailureError
        There is none of that name, so the card names the wrong decoder; or it holds
        no floating-point numbers.
    """
    if name not in outputs:
        raise ModelFailureError(
            CATALOGUE["OUTPUT-NAME"], detail=f"the detector has no output named {name}"
        )
    if outputs[name].dtype.kind != "f":
        raise ModelFailureError(
            CATALOGUE["OUTPUT-TYPE"], detail=f"{name} is {outputs[name].dtype.name}"
        )
    return outputs[name]


def wrong_shape(detail: str) -> ModelFailureError:
    """Return the refusal of an output that is not as its decoder reads it."""
    return ModelFailureError(CATALOGUE["OUTPUT-SHAPE"], detail=detail)


def require_finite(candidates: Candidates) -> Candidates:
    """Refuse candidates that stand nowhere.

    Raises
    ------
    ModelFailureError
        A score, box or landmark is NaN or infinite.
    """
    parts = [candidates.scores, candidates.boxes]
    if candidates.landmarks is not None:
        parts.append(candidates.landmarks)
    if not all(np.isfinite(part).all() for part in parts):
        raise ModelFailureError(CATALOGUE["OUTPUT-NOT-FINITE"], detail="a score, box or landmark")
    return candidates


def at_least(scores: FloatArray, minimum: float) -> NDArray[np.intp]:
    """Rows whose score reaches a minimum; NaN is kept, so that it is refused, not lost."""
    return np.flatnonzero(~(scores < minimum))


def suppress_overlaps(candidates: Candidates, *, iou: float) -> Candidates:
    """Keep the best of the candidates that overlap (greedy non-maximum suppression).

    Parameters
    ----------
    candidates : Candidates
    iou : float
        A candidate goes when its intersection over union with a better one is greater;
        read in single precision.

    Returns
    -------
    Candidates
        By falling score; of equal scores the earlier stays. Only the best 5,000
        candidates are looked at.
    """
    order = np.argsort(-candidates.scores, kind="stable")[:MOST_CANDIDATES]
    if not order.size:
        return candidates
    # Ranks instead of scores: OpenCV would round scores to float32, and ties would move.
    ranks = np.arange(order.size, 0, -1, dtype=np.float32)
    kept = cv2.dnn.NMSBoxes(candidates.boxes[order].tolist(), ranks.tolist(), 0.0, iou)
    return candidates.take(order[np.asarray(kept, dtype=np.intp).ravel()])


def overlaps(box: FloatArray, others: FloatArray) -> FloatArray:
    """Intersection over union of one box with others.

    Parameters
    ----------
    box : ndarray of float64, shape (4,), px
        x, y, width, height.
    others : ndarray of float64, shape (n, 4), px

    Returns
    -------
    ndarray of float64, shape (n,)
        In [0, 1]; 0 where both boxes have no area.
    """
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=1)
    union = box[2] * box[3] + others[:, 2] * others[:, 3] - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float64).tiny))


def from_corners(corners: FloatArray) -> FloatArray:
    """Boxes as x, y, width, height, of left, top, right and bottom; shape (n, 4)."""
    return np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)


def from_centres(boxes: FloatArray) -> FloatArray:
    """Boxes as x, y, width, height, of centre x, centre y, width, height; shape (n, 4)."""
    return np.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]], axis=1)


def _written(output: Array) -> str:
    return " x ".join(map(str, output.shape)) or "a single number"
