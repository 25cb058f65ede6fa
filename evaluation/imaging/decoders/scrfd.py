"""SCRFD: scores and distances from anchor points, one set of maps for each stride."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.imaging.decoders.candidates import (
    Candidates,
    Scene,
    at_least,
    from_corners,
    output_rows,
    wrong_shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import Array
    from evaluation.card import ModelCard


class _Layout(NamedTuple):
    strides: tuple[int, ...]
    anchors: int
    """Per cell."""
    landmarks: bool


_LAYOUTS = {
    6: _Layout((8, 16, 32), 2, landmarks=False),
    9: _Layout((8, 16, 32), 2, landmarks=True),
    10: _Layout((8, 16, 32, 64, 128), 1, landmarks=False),
    15: _Layout((8, 16, 32, 64, 128), 1, landmarks=True),
}
"""By the number of outputs, as InsightFace tells its exported models apart."""


SCRFD_MAPS = tuple(_LAYOUTS)
"""Numbers of outputs that a model of this kind can have."""


def decode_scrfd(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode the maps of SCRFD: scores of all strides, then boxes, then landmarks.

    The anchor point of a cell is its upper left corner, cell * s with s the stride. A box
    reaches ``bbox * s`` from there to the left, up, right and down; a landmark lies
    ``kps * s`` from there. The anchors of a cell follow each other.

    Parameters
    ----------
    outputs : mapping of name to ndarray
        6 or 9 maps (strides 8, 16 and 32, two anchors), or 10 or 15 (to stride 128, one
        anchor), each of shape (n, c) or (1, n, c) with c = 1, 4 or 10.
    card : ModelCard
        ``output_names`` are the maps in this order; by default the outputs as they come.
    scene : Scene

    Returns
    -------
    Candidates
        In px of the detector's input; with landmarks where there are maps for them.

    Raises
    ------
    ModelFailureError
        An output is missing or of another shape, or there are other numbers of maps.

    References
    ----------
    Guo et al. 2021, arXiv:2105.04714; InsightFace, python-package/model_zoo/scrfd.py.
    """
    names = card.output_names or tuple(outputs)
    layout = _LAYOUTS.get(len(names))
    if layout is None:
        raise wrong_shape(f"{len(names)} outputs for 6, 9, 10 or 15 maps")
    return Candidates.joined(
        [
            _stride(outputs, names[place :: len(layout.strides)], stride, layout, scene)
            for place, stride in enumerate(layout.strides)
        ]
    )


def _stride(
    outputs: Mapping[str, Array], names: Sequence[str], stride: int, layout: _Layout, scene: Scene
) -> Candidates:
    across, down = scene.width // stride, scene.height // stride
    n = across * down * layout.anchors
    scores = output_rows(outputs, names[0], columns=1, rows=n)[:, 0]
    kept = at_least(scores, scene.minimum)
    cell = kept // layout.anchors
    point = np.stack([cell % across, cell // across], axis=1) * float(stride)
    reach = output_rows(outputs, names[1], columns=4, rows=n)[kept] * stride
    corners = np.concatenate([point - reach[:, :2], point + reach[:, 2:]], axis=1)
    landmarks = None
    if layout.landmarks:
        shifts = output_rows(outputs, names[2], columns=10, rows=n)[kept] * stride
        landmarks = point[:, None, :] + shifts.reshape(-1, 5, 2)
    return Candidates(scores[kept], from_corners(corners), landmarks)
