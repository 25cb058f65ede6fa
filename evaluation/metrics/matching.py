"""Which found boxes are true faces.

Image by image and by falling score, a box takes the free true face that it overlaps most,
if their intersection over union is at least 0.5. Boxes left over that overlap a face marked
as ignored as much count neither as right nor as wrong; ignored faces are never missed.
Since boxes are taken by falling score, those above any threshold are matched as if the
others did not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.imaging.decoders import overlaps

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray

LEAST_OVERLAP = 0.5
_TOLERANCE = 1e-9  # an overlap of one half by whole numbers counts although it was divided


@dataclass(frozen=True, slots=True)
class TrueFaces:
    """Faces marked in images.

    Attributes
    ----------
    image : ndarray of int, shape (n,)
        Ascending.
    boxes : ndarray of float64, shape (n, 4), px
        x, y, width, height.
    landmarks : ndarray of float64, shape (n, 5, 2), px, or None
        NaN where they are not known.
    ignored : ndarray of bool, shape (n,)
    """

    image: IntArray
    boxes: FloatArray
    landmarks: FloatArray | None
    ignored: BoolArray


@dataclass(frozen=True, slots=True)
class FoundFaces:
    """Boxes that a detector gave.

    Attributes
    ----------
    image : ndarray of int, shape (m,)
        Ascending.
    scores : ndarray of float64, shape (m,)
    boxes : ndarray of float64, shape (m, 4), px
    landmarks : ndarray of float64, shape (m, 5, 2), px
        NaN where there are none.
    """

    image: IntArray
    scores: FloatArray
    boxes: FloatArray
    landmarks: FloatArray


@dataclass(frozen=True, slots=True)
class Matches:
    """What became of every found box.

    Attributes
    ----------
    face : ndarray of int64, shape (m,)
        Index of the true face that a box found; -1 for none.
    counts : ndarray of bool, shape (m,)
        False for boxes on ignored faces.
    """

    face: IntArray
    counts: BoolArray


def match_faces(found: FoundFaces, truth: TrueFaces) -> Matches:
    """Match all boxes with the true faces of their images.

    Parameters
    ----------
    found : FoundFaces
    truth : TrueFaces

    Returns
    -------
    Matches
    """
    face = np.full(found.scores.size, -1, dtype=np.int64)
    counts = np.ones(found.scores.size, dtype=np.bool_)
    for image in np.unique(found.image).tolist():
        boxes = np.arange(*np.searchsorted(found.image, [image, image + 1]))
        faces = np.arange(*np.searchsorted(truth.image, [image, image + 1]))
        order = boxes[np.argsort(-found.scores[boxes], kind="stable")]
        ignored = faces[truth.ignored[faces]]
        free = faces[~truth.ignored[faces]].tolist()
        for box in order.tolist():
            taken = _most_overlapped(found.boxes[box], free, truth)
            if taken is not None:
                face[box] = taken
                free.remove(taken)
            elif _most_overlapped(found.boxes[box], ignored.tolist(), truth) is not None:
                counts[box] = False
    return Matches(face, counts)


def _most_overlapped(box: FloatArray, faces: list[int], truth: TrueFaces) -> int | None:
    if not faces:
        return None
    shared = overlaps(box, truth.boxes[faces])
    best = int(np.argmax(shared))
    return faces[best] if shared[best] >= LEAST_OVERLAP - _TOLERANCE else None
