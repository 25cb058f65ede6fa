"""YOLO face detectors: one table whose rows, or columns, are boxes with their landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.imaging.decoders.candidates import (
    Candidates,
    Scene,
    at_least,
    from_centres,
    output_of,
    wrong_shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.arrays import Array, FloatArray
    from evaluation.card import ModelCard

_BOX_ONLY, _POINTS, _WITH_OBJECTNESS, _POINTS_SEEN = 5, 15, 16, 20
_WIDTHS = (_BOX_ONLY, _POINTS, _WITH_OBJECTNESS, _POINTS_SEEN)


def decode_yolo_face(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode the single output of a YOLO face detector, all in px of its input.

    Each box has centre x, centre y, width, height and then, by how many numbers there are,

    * 5: the score;
    * 15: the score, five points x, y;
    * 20: the score, five points x, y, visibility (YOLOv8-face and later);
    * 16: objectness, five points x, y, class score; its score is their product (YOLOv5-face).

    Parameters
    ----------
    outputs : mapping of name to ndarray
        One of shape (1, numbers, n) or (1, n, numbers).
    card : ModelCard
        ``output_names`` or ``output.name`` is its name where there are several.
    scene : Scene

    Returns
    -------
    Candidates
        With landmarks but for the first form.

    Raises
    ------
    ModelFailureError
        The output is missing or of another shape.

    References
    ----------
    Qi et al. 2021, arXiv:2105.12931 (YOLOv5-face); Ultralytics pose models, whose output
    has 5 + 3 * points numbers.
    """
    named = card.output_names[:1] or ((card.output.name,) if card.output.name else ())
    rows = _rows(outputs, *(named or tuple(outputs)[:1]))
    width = rows.shape[1]
    scores = rows[:, 4] * rows[:, 15] if width == _WITH_OBJECTNESS else rows[:, 4]
    kept = at_least(scores, scene.minimum)
    return Candidates(scores[kept], from_centres(rows[kept, :4]), _landmarks(rows[kept]))


def _rows(outputs: Mapping[str, Array], name: str) -> FloatArray:
    output = output_of(outputs, name)
    if output.ndim != 3 or output.shape[0] != 1:
        raise wrong_shape(f"{name} is {output.shape} for 1 x numbers x boxes")
    table = np.asarray(output[0], dtype=np.float64)
    if table.shape[1] in _WIDTHS:
        # Fewer boxes than numbers are no detector's: such a table lies the other way.
        lies_across = table.shape[0] in _WIDTHS and table.shape[0] < table.shape[1]
        return table.T if lies_across else table
    if table.shape[0] in _WIDTHS:
        return table.T
    raise wrong_shape(f"{name} is {output.shape}; a box has 5, 15, 16 or 20 numbers")


def _landmarks(rows: FloatArray) -> FloatArray | None:
    width = rows.shape[1]
    if width == _BOX_ONLY:
        return None
    if width == _POINTS_SEEN:
        return rows[:, 5:].reshape(-1, 5, 3)[:, :, :2]
    return rows[:, 5:15].reshape(-1, 5, 2)
