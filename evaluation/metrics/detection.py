"""Face detection: average precision, and misses and false boxes at the card's score.

A box counts at a threshold when its score is at or above it. What matches what is said in
``evaluation.metrics.matching``. Images that the model failed on have no boxes: all their
faces are missed, and the rate says how many of the misses are such failures.

Faces of one image share its light and crowd, so intervals draw images.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.bootstrap import interval_about, weight_blocks
from evaluation.metrics.matching import match_faces
from evaluation.metrics.precision import RankedBoxes
from evaluation.metrics.subjects import clustered_rate
from evaluation.metrics.uncertainty import Interval
from evaluation.results import IntervalMethod
from evaluation.results.detection import DetectionResult, LandmarkError, MissedByHeight, PerImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.metrics.matching import FoundFaces, TrueFaces
    from evaluation.results import Rate

DEFAULT_SCORE = 0.5
HEIGHTS_PX = (0.0, 16.0, 32.0)
_STREAM = 9  # draws of its own
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class DetectionTrials:
    """True faces and found boxes of some images.

    Attributes
    ----------
    truth : TrueFaces
    found : FoundFaces
    failed : ndarray of bool, shape (n_images,)
        The model gave nothing usable.
    """

    truth: TrueFaces
    found: FoundFaces
    failed: BoolArray


def detection_result(
    trials: DetectionTrials,
    *,
    protocol: str,
    title: str,
    score: float | None,
    replicates: int,
    seed: int,
) -> DetectionResult:
    """Measure one protocol.

    Parameters
    ----------
    trials : DetectionTrials
    protocol, title : str
    score : float or None
        The card's score; 0.5 where it names none.
    replicates, seed : int
        Of the bootstrap over images.

    Returns
    -------
    DetectionResult

    Raises
    ------
    EmptyTrialsError
        No face counts.
    """
    measure = _Measure(trials, DEFAULT_SCORE if score is None else score, replicates, seed)
    precision = measure.ranked.average_precision()
    if precision is None:
        raise EmptyTrialsError("no image shows a face that counts")
    interval = measure.precision_interval(precision)
    missed, false_boxes = measure.missed(), measure.false_boxes()
    faces_of = measure.ranked.faces_of
    return DetectionResult(
        protocol=protocol,
        title=title,
        n_images=int(trials.failed.size),
        n_images_failed=int(np.count_nonzero(trials.failed)),
        n_images_without_faces=int(np.count_nonzero(faces_of == 0)),
        n_faces=int(faces_of.sum()),
        n_ignored=int(np.count_nonzero(trials.truth.ignored)),
        average_precision=precision,
        average_precision_low=None if interval is None else interval.low,
        average_precision_high=None if interval is None else interval.high,
        threshold=measure.score,
        is_recommended=score is not None,
        recall=1 - missed.value,
        missed=missed,
        precision=None if false_boxes is None else 1 - false_boxes.value,
        false_boxes=false_boxes,
        misses_per_image=measure.misses_per_image(),
        false_positives_per_image=measure.false_positives_per_image(),
        missed_by_height=tuple(measure.missed_by_height()),
        landmarks=measure.landmarks(),
        curve=measure.ranked.curve(),
    )


class _Measure:
    """Boxes matched once; counts at one threshold."""

    def __init__(self, trials: DetectionTrials, score: float, replicates: int, seed: int) -> None:
        self.score = score
        self._trials = trials
        self._replicates, self._seed = replicates, seed
        truth, found = trials.truth, trials.found
        self._matches = match_faces(found, truth)
        counts = self._matches.counts
        self.ranked = RankedBoxes.of(
            found.scores[counts],
            self._matches.face[counts] >= 0,
            found.image[counts],
            np.bincount(truth.image[~truth.ignored], minlength=trials.failed.size),
        )
        reached = (found.scores >= score) & counts
        self._right = np.flatnonzero(reached & (self._matches.face >= 0))
        self._wrong = np.flatnonzero(reached & (self._matches.face < 0))
        was_found = np.zeros(truth.image.size, dtype=np.bool_)
        was_found[self._matches.face[self._right]] = True
        self._faces = np.flatnonzero(~truth.ignored)
        self._missed = ~was_found[self._faces]

    def precision_interval(self, observed: float) -> Interval | None:
        """Interval of the average precision; None for a single image.

        Images of which none shows an error, or none anything right, are all alike however
        they are drawn: the rule of 3 over images says how far that goes.
        """
        drawn = (self.ranked.average_precision(weights) for weights in self._weights())
        values = np.array([value for value in drawn if value is not None])
        if not values.size:
            return None
        reach = min(1.0, 3 / self._trials.failed.size)
        if math.isclose(observed, 1):
            return Interval(min(observed, 1 - reach), max(observed, 1.0))
        return Interval(0.0, reach) if observed == 0 else interval_about(observed, values)

    def missed(self, only: BoolArray | None = None) -> Rate:
        """Faces not found, of all that count or of some of them."""
        rows = np.ones(self._faces.size, dtype=np.bool_) if only is None else only
        image = self._trials.truth.image[self._faces[rows]]
        failures = int(np.count_nonzero(self._trials.failed[image]))
        return self._rate(self._missed[rows], image, failures=failures)

    def missed_by_height(self) -> Iterator[MissedByHeight]:
        heights = self._trials.truth.boxes[self._faces, 3]
        for at_least, below in zip(HEIGHTS_PX, (*HEIGHTS_PX[1:], None), strict=True):
            rows = heights >= at_least
            if below is not None:
                rows &= heights < below
            if rows.any():
                yield MissedByHeight(at_least=at_least, below=below, missed=self.missed(rows))

    def false_boxes(self) -> Rate | None:
        """Boxes that are no face; None where there is no box."""
        boxes = np.sort(np.concatenate([self._right, self._wrong]))
        if not boxes.size:
            return None
        return self._rate(self._matches.face[boxes] < 0, self._trials.found.image[boxes])

    def misses_per_image(self) -> PerImage:
        return self._per_image(self._trials.truth.image[self._faces[self._missed]])

    def false_positives_per_image(self) -> PerImage:
        return self._per_image(self._trials.found.image[self._wrong])

    def landmarks(self) -> LandmarkError | None:
        """Errors of the five points; None where no face has them on both sides."""
        truth, found = self._trials.truth, self._trials.found
        if truth.landmarks is None:
            return None
        true = truth.landmarks[self._matches.face[self._right]]
        made = found.landmarks[self._right]
        between_eyes = np.hypot(*(true[:, 1] - true[:, 0]).T)
        known = np.isfinite(true).all(axis=(1, 2)) & np.isfinite(made).all(axis=(1, 2))
        known &= between_eyes > 0
        if not known.any():
            return None
        apart = np.hypot(*np.moveaxis(true[known] - made[known], 2, 0))
        errors = apart.mean(axis=1) / between_eyes[known]
        image = found.image[self._right][known]
        interval = self._mean_interval(errors, image)
        return LandmarkError(
            faces=int(errors.size),
            mean=float(errors.mean()),
            mean_low=None if interval is None else interval.low,
            mean_high=None if interval is None else interval.high,
            median=float(np.median(errors)),
            percentile_95=float(np.quantile(errors, 0.95)),
            above_tenth=self._rate(errors > _TENTH, image),
        )

    def _rate(self, wrong: BoolArray, image: IntArray, *, failures: int = 0) -> Rate:
        return clustered_rate(
            wrong,
            image,
            replicates=self._replicates,
            seed=self._seed,
            failures=failures,
            method=IntervalMethod.IMAGE_BOOTSTRAP,
        )

    def _per_image(self, image: IntArray) -> PerImage:
        n = self._trials.failed.size
        counts = np.bincount(image, minlength=n)
        drawn = np.array([float(weights @ counts) / n for weights in self._weights()])
        value = float(counts.sum() / n)
        interval = interval_about(value, drawn) if drawn.size else None
        if not counts.any():  # the rule of 3 holds for counts per image as it does for rates
            interval = Interval(0.0, 3 / n)
        return PerImage(
            total=int(counts.sum()),
            images=n,
            value=value,
            low=None if interval is None else interval.low,
            high=None if interval is None else interval.high,
        )

    def _mean_interval(self, values: FloatArray, image: IntArray) -> Interval | None:
        n = self._trials.failed.size
        if np.unique(image).size < 2:
            return None
        sums, counts = np.bincount(image, values, minlength=n), np.bincount(image, minlength=n)
        drawn = [
            float(weights @ sums) / float(weights @ counts)
            for weights in self._weights()
            if weights @ counts > 0
        ]
        return interval_about(float(values.mean()), np.array(drawn))

    def _weights(self) -> Iterator[FloatArray]:
        """How often each image is drawn, replicate by replicate; none for a single image."""
        if self._trials.failed.size < 2:
            return
        for block in weight_blocks(
            self._trials.failed.size, replicates=self._replicates, seed=(self._seed, _STREAM)
        ):
            yield from block
