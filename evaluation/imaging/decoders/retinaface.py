"""RetinaFace and its kin: offsets from prior boxes, with variances, and two classes."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import PriorSpec
from evaluation.imaging.decoders.candidates import (
    Candidates,
    Scene,
    at_least,
    from_centres,
    output_rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.arrays import Array, FloatArray
    from evaluation.card import ModelCard

_COLUMNS = {4: 0, 2: 1, 10: 2}
"""Width of an output: place among boxes, scores and landmarks."""


def decode_retinaface(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode boxes (1, n, 4), scores (1, n, 2) with the face second, landmarks (1, n, 10).

    With a prior box of centre c and size p, and variances v: centre = c + loc[:2] * v0 * p,
    size = p * exp(loc[2:] * v1), landmark = c + landm * v0 * p. Priors run over strides,
    rows, columns, sizes; a stride has ceil(side / stride) cells, whose centres count.

    Parameters
    ----------
    outputs : mapping of name to ndarray
    card : ModelCard
        ``priors`` says strides, sizes and variances; ``output_names`` are those of boxes,
        scores and landmarks, in this order, the last perhaps left out. By default the
        outputs are told apart by their width.
    scene : Scene

    Returns
    -------
    Candidates
        In px of the detector's input; with landmarks where there is an output for them.

    Raises
    ------
    ModelFailureError
        An output is missing or of another shape: as many rows as there are priors.

    References
    ----------
    Deng et al. 2020, doi:10.1109/CVPR42600.2020.00525; biubug6/Pytorch_Retinaface,
    utils/box_utils.py and layers/functions/prior_box.py.
    """
    spec = card.priors or PriorSpec()
    priors = _priors(spec, scene)
    box_name, score_name, *point_names = card.output_names or _by_width(outputs)
    n = len(priors)
    scores = output_rows(outputs, score_name, columns=2, rows=n)[:, 1]
    kept = at_least(scores, scene.minimum)
    loc = output_rows(outputs, box_name, columns=4, rows=n)[kept]
    centre, size = priors[kept, :2], priors[kept, 2:]
    shift, growth = spec.variances
    grown = size * np.exp(loc[:, 2:] * growth)
    boxes = from_centres(np.concatenate([centre + loc[:, :2] * shift * size, grown], axis=1))
    landmarks = None
    if point_names:
        points = output_rows(outputs, point_names[0], columns=10, rows=n)[kept]
        landmarks = centre[:, None] + points.reshape(-1, 5, 2) * shift * size[:, None]
    return Candidates(scores[kept], boxes, landmarks)


def _priors(spec: PriorSpec, scene: Scene) -> FloatArray:
    """Prior boxes as centre x, centre y, width, height in px; shape (n, 4)."""
    parts = []
    for stride, sizes in zip(spec.strides, spec.min_sizes, strict=True):
        down, across = ceil(scene.height / stride), ceil(scene.width / stride)
        y, x, size = np.meshgrid(np.arange(down), np.arange(across), sizes, indexing="ij")
        centres = [(x + 0.5) * stride, (y + 0.5) * stride]
        parts.append(np.stack([*centres, size, size], axis=-1).reshape(-1, 4))
    return np.concatenate(parts).astype(np.float64)


def _by_width(outputs: Mapping[str, Array]) -> list[str]:
    """Names of boxes, scores and landmarks by how many columns an output has."""
    found = {
        _COLUMNS[output.shape[-1]]: name
        for name, output in outputs.items()
        if output.ndim and output.shape[-1] in _COLUMNS
    }
    missing = {0: "loc", 1: "conf"}
    return [found.get(place, missing.get(place, "")) for place in (0, 1)] + (
        [found[2]] if 2 in found else []
    )
