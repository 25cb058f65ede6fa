"""What a face detector finds, misses and invents."""

from __future__ import annotations

from evaluation.results.base import Document, Rate


class PerImage(Document):
    """A count as a mean over all images, those without a face included."""

    total: int
    images: int
    value: float
    low: float | None = None
    high: float | None = None
    """95 % interval by a bootstrap over images; None for a single image."""


class MissedByHeight(Document):
    """Faces of some height in px of the image, from ``at_least`` to below ``below``."""

    at_least: float
    below: float | None
    """None: no limit."""
    missed: Rate


class LandmarkError(Document):
    """Mean distance of the five points from their truth, over the distance between the eyes.

    Of the faces found at the threshold whose five points are known.
    """

    faces: int
    mean: float
    mean_low: float | None = None
    mean_high: float | None = None
    """95 % interval by a bootstrap over images; None with faces of a single image."""
    median: float
    percentile_95: float
    above_tenth: Rate
    """Faces whose error exceeds one tenth of the distance between the eyes."""


class PrecisionRecall(Document):
    """Recall and precision against the score, falling in score; equal lengths."""

    score: tuple[float, ...]
    recall: tuple[float, ...]
    precision: tuple[float, ...]


class DetectionResult(Document):
    """A box is right when its intersection over union with a free true box is at least 0.5."""

    protocol: str
    title: str
    n_images: int
    n_images_failed: int
    """Images for which the model gave nothing usable; all their faces count as missed."""
    n_images_without_faces: int
    n_faces: int
    """Faces that count."""
    n_ignored: int
    """Faces marked to count neither as found nor as missed."""
    average_precision: float
    average_precision_low: float | None = None
    average_precision_high: float | None = None
    """95 % interval by a bootstrap over images; None for a single image."""
    threshold: float
    """The card's score; a box counts at or above it."""
    is_recommended: bool
    """False: the card names none, and it is 0.5."""
    recall: float
    missed: Rate
    """Faces not found: 1 - recall."""
    precision: float | None
    """None where there is no box."""
    false_boxes: Rate | None
    """Boxes that are no face: 1 - precision."""
    misses_per_image: PerImage
    false_positives_per_image: PerImage
    missed_by_height: tuple[MissedByHeight, ...]
    landmarks: LandmarkError | None
    curve: PrecisionRecall
