"""Average precision: the area under the envelope of precision against recall.

Boxes are taken by falling score, all of one score together. Precision at a recall is the
highest that is reached at this recall or a greater one; the area is summed over the steps
of recall, without interpolation.

References: Everingham et al. 2015, doi:10.1007/s11263-014-0733-5 (PASCAL VOC, from 2010 on).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.results.detection import PrecisionRecall

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray

CURVE_POINTS = 200


@dataclass(frozen=True, slots=True)
class RankedBoxes:
    """Boxes that count, by falling score.

    Attributes
    ----------
    scores : ndarray of float64, shape (m,)
    right : ndarray of bool, shape (m,)
    image : ndarray of int, shape (m,)
    faces_of : ndarray of int64, shape (n_images,)
        True faces of each image that count.
    """

    scores: FloatArray
    right: BoolArray
    image: IntArray
    faces_of: IntArray

    @classmethod
    def of(
        cls, scores: FloatArray, right: BoolArray, image: IntArray, faces_of: IntArray
    ) -> RankedBoxes:
        """Put boxes in order; of equal scores those of earlier images come first."""
        order = np.argsort(-scores, kind="stable")
        return cls(scores[order], right[order], image[order], faces_of)

    @property
    def ends(self) -> IntArray:
        """Place of the last box of each score."""
        return np.flatnonzero(np.append(np.diff(self.scores) != 0, True)[: self.scores.size])

    def average_precision(self, weights: FloatArray | None = None) -> float | None:
        """Area under the envelope.

        Parameters
        ----------
        weights : ndarray of float64, shape (n_images,), optional
            How often each image counts; once by default.

        Returns
        -------
        float or None
            In [0, 1]; None where no face counts.
        """
        recall, precision = self._curve(weights)
        if recall is None:
            return None
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float(np.sum(np.diff(recall, prepend=0.0) * envelope))

    def curve(self) -> PrecisionRecall:
        """At most 200 points, evenly in recall; between them the envelope loses no step.

        Of the scores whose recall lies in one of equal steps of recall the one of highest
        precision is kept, of equal ones the lowest score; and the lowest score of all.
        """
        recall, precision = self._curve(None)
        ends = self.ends
        if recall is None or not ends.size:
            return PrecisionRecall(score=(), recall=(), precision=())
        kept = _evenly_in_recall(recall, precision)
        return PrecisionRecall(
            score=tuple(self.scores[ends[kept]].tolist()),
            recall=tuple(recall[kept].tolist()),
            precision=tuple(precision[kept].tolist()),
        )

    def _curve(self, weights: FloatArray | None) -> tuple[FloatArray | None, FloatArray]:
        once = np.ones(self.faces_of.size) if weights is None else weights
        n_faces = float(once @ self.faces_of)
        weight = once[self.image]
        right = np.cumsum(weight * self.right)[self.ends]
        boxes = np.cumsum(weight)[self.ends]
        precision = np.divide(right, boxes, out=np.zeros_like(right), where=boxes > 0)
        return (right / n_faces if n_faces else None), precision


def _evenly_in_recall(recall: FloatArray, precision: FloatArray) -> IntArray:
    """Places of the most precise point in each step of recall, and the last, ascending."""
    steps = CURVE_POINTS - 1
    reached = recall / recall[-1] if recall[-1] > 0 else recall
    step = np.minimum((reached * steps).astype(np.int64), steps - 1)
    # By step, and within one by rising precision, then by falling score: its last is kept.
    order = np.lexsort((np.arange(recall.size), precision, step))
    best = order[np.append(np.diff(step[order]) > 0, True)]
    return np.union1d(best, recall.size - 1)
