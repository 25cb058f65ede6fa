"""YuNet: cls, obj, bbox and kps at strides 8, 16 and 32."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.imaging.decoders.candidates import (
    Candidates,
    Scene,
    at_least,
    from_centres,
    output_rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.arrays import Array
    from evaluation.card import ModelCard

STRIDES = (8, 16, 32)
YUNET_MAPS = tuple(f"{kind}_{s}" for kind in ("cls", "obj", "bbox", "kps") for s in STRIDES)


def decode_yunet(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode the twelve maps of YuNet.

    With s the stride: score = sqrt(cls * obj), centre = (cell + bbox[:2]) * s,
    size = exp(bbox[2:]) * s, landmarks = (cell + kps) * s.

    Parameters
    ----------
    outputs : mapping of name to ndarray
        ``cls_8`` and the others, each of shape (1, cells, 1, 4 or 10).
    card : ModelCard
    scene : Scene
        Width and height are multiples of 32; cells run along rows.

    Returns
    -------
    Candidates
        In px of the detector's input, with landmarks.

    Raises
    ------
    ModelFailureError
        An output is missing or of another shape.

    References
    ----------
    Wu, Peng and Yu 2023, doi:10.1007/s11633-023-1423-y; libfacedetection.train.
    """
    return Candidates.joined([_stride(outputs, stride, scene) for stride in STRIDES])


def _stride(outputs: Mapping[str, Array], stride: int, scene: Scene) -> Candidates:
    across, down = scene.width // stride, scene.height // stride
    cls, obj, bbox, kps = (
        output_rows(outputs, f"{name}_{stride}", columns=columns, rows=across * down)
        for name, columns in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
    )
    scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
    kept = at_least(scores, scene.minimum)
    cell = np.stack([kept % across, kept // across], axis=1)
    size = np.exp(bbox[kept, 2:]) * stride
    boxes = from_centres(np.concatenate([(cell + bbox[kept, :2]) * stride, size], axis=1))
    landmarks = (cell[:, None, :] + kps[kept].reshape(-1, 5, 2)) * stride
    return Candidates(scores[kept], boxes, landmarks)
