"""Figures of face detectors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evaluation.results.figures.base import Figure, of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results.detection import DetectionResult, LandmarkError


def detection_figures(found: DetectionResult) -> Iterator[Figure]:
    """Yield average precision, and what is missed and invented at the card's score."""
    name = found.protocol
    yield Figure(
        "average_precision",
        name,
        condition="iou=0.5",
        value=found.average_precision,
        low=found.average_precision_low,
        high=found.average_precision_high,
        trials=found.n_faces,
        method="image_bootstrap",
    )
    at_score = partial(of_rate, protocol=name, threshold=found.threshold)
    yield at_score("missed_faces", found.missed)
    if found.false_boxes is not None:
        yield at_score("false_boxes", found.false_boxes)
    for metric, per_image in (
        ("misses_per_image", found.misses_per_image),
        ("false_positives_per_image", found.false_positives_per_image),
    ):
        yield Figure(
            metric,
            name,
            threshold=found.threshold,
            value=per_image.value,
            low=per_image.low,
            high=per_image.high,
            trials=per_image.images,
            method="image_bootstrap",
        )
    for one in found.missed_by_height:
        band = f"{one.at_least:g}-" if one.below is None else f"{one.at_least:g}-{one.below:g}"
        yield at_score("missed_faces", one.missed, condition=f"height_px={band}")
    if found.landmarks is not None:
        yield from _landmark_figures(name, found.threshold, found.landmarks)


def _landmark_figures(protocol: str, threshold: float, found: LandmarkError) -> Iterator[Figure]:
    yield Figure(
        "normalised_landmark_error",
        protocol,
        threshold=threshold,
        value=found.mean,
        low=found.mean_low,
        high=found.mean_high,
        trials=found.faces,
        method="image_bootstrap",
    )
    yield of_rate(
        "landmark_error_above_tenth", found.above_tenth, protocol=protocol, threshold=threshold
    )
