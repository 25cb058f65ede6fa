"""Detectors that decode their boxes themselves: corners as parts of the input, or in px."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.imaging.decoders.candidates import (
    Candidates,
    Scene,
    at_least,
    from_corners,
    output_of,
    output_rows,
    wrong_shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.arrays import Array, FloatArray
    from evaluation.card import ModelCard

BOX_OUTPUTS = ("scores", "boxes")
"""Names of the outputs where a card gives none."""


def decode_boxes01(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode two outputs: scores (1, n, 2) with the face second, corners (1, n, 4) in 0..1.

    Parameters
    ----------
    outputs : mapping of name to ndarray
    card : ModelCard
        ``output_names`` are those of the scores and of the boxes; ``scores`` and
        ``boxes`` by default.
    scene : Scene

    Returns
    -------
    Candidates
        In px of the detector's input, without landmarks.

    Raises
    ------
    ModelFailureError
        An output is missing or of another shape.
    """
    score_name, box_name = card.output_names or BOX_OUTPUTS
    scores = output_rows(outputs, score_name, columns=2)[:, 1]
    corners = output_rows(outputs, box_name, columns=4, rows=scores.size)
    kept = at_least(scores, scene.minimum)
    size = np.array([scene.width, scene.height] * 2, dtype=np.float64)
    return Candidates(scores[kept], from_corners(corners[kept] * size), None)


def decode_boxes(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode boxes that are given as they are: corners in px, scores, and perhaps landmarks.

    Parameters
    ----------
    outputs : mapping of name to ndarray
        Scores of shape (n,), (1, n), (n, 1) or (1, n, 1); corners x1, y1, x2, y2 of shape
        (n, 4) or (1, n, 4); landmarks x0, y0 to x4, y4 of shape (n, 10) or (1, n, 10),
        or (n, 5, 2) or (1, n, 5, 2). n may be 0.
    card : ModelCard
        ``output_names`` are those of scores, boxes and landmarks, in this order; the
        last may be left out. ``scores`` and ``boxes`` by default.
    scene : Scene

    Returns
    -------
    Candidates
        In px of the detector's input.

    Raises
    ------
    ModelFailureError
        An output is missing or of another shape.
    """
    score_name, box_name, *point_names = card.output_names or BOX_OUTPUTS
    scores = _flat(outputs, score_name)
    corners = output_rows(outputs, box_name, columns=4, rows=scores.size)
    kept = at_least(scores, scene.minimum)
    points = None
    if point_names:
        points = _points(outputs, point_names[0], scores.size)[kept]
    return Candidates(scores[kept], from_corners(corners[kept]), points)


def _flat(outputs: Mapping[str, Array], name: str) -> FloatArray:
    output = output_of(outputs, name)
    if sum(length != 1 for length in output.shape) > 1 or output.ndim > 3:
        raise wrong_shape(f"{name} is {output.shape} for one score for each box")
    return np.asarray(output, dtype=np.float64).ravel()


def _points(outputs: Mapping[str, Array], name: str, n: int) -> FloatArray:
    output = output_of(outputs, name)
    if output.size != n * 10 or output.shape[-1] not in (2, 10):
        raise wrong_shape(f"{name} is {output.shape} for five points for each of {n} boxes")
    return np.asarray(output, dtype=np.float64).reshape(n, 5, 2)
