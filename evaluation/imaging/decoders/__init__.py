"""From a face detector's raw outputs to boxes: one function per published output format.

Candidates are float64 rows in pixels of the tensor that the detector was given; the way
back to the photograph belongs to ``detect``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from evaluation.card import Decoder
from evaluation.errors import CardError
from evaluation.imaging.decoders.boxes import decode_boxes, decode_boxes01
from evaluation.imaging.decoders.candidates import (
    Candidates,
    Scene,
    overlaps,
    require_finite,
    suppress_overlaps,
)
from evaluation.imaging.decoders.retinaface import decode_retinaface
from evaluation.imaging.decoders.scrfd import decode_scrfd
from evaluation.imaging.decoders.yolo_face import decode_yolo_face
from evaluation.imaging.decoders.yunet import decode_yunet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evaluation.arrays import Array
    from evaluation.card import ModelCard

    Decode: TypeAlias = Callable[[Mapping[str, Array], ModelCard, Scene], Candidates]

__all__ = ["Candidates", "Scene", "decode_faces", "overlaps", "suppress_overlaps"]

_DECODERS: dict[Decoder, Decode] = {
    Decoder.YUNET: decode_yunet,
    Decoder.BOXES01: decode_boxes01,
    Decoder.BOXES: decode_boxes,
    Decoder.SCRFD: decode_scrfd,
    Decoder.RETINAFACE: decode_retinaface,
    Decoder.YOLO_FACE: decode_yolo_face,
}


def decode_faces(outputs: Mapping[str, Array], card: ModelCard, scene: Scene) -> Candidates:
    """Decode what a detector gave, as its card says.

    Parameters
    ----------
    outputs : mapping of name to ndarray
        Of one image, in the order of the model's outputs.
    card : ModelCard
        Of a detector.
    scene : Scene

    Returns
    -------
    Candidates
        In px of the detector's input; all numbers finite.

    Raises
    ------
    ModelFailureError
        An output is missing, of another shape or type, or holds a face that is nowhere.
    CardError
        The card names no decoder.
    """
    if card.decoder is None:
        raise CardError(["decoder is needed for a detection model"])
    # Whatever becomes infinite or NaN on the way is refused, so it need not warn.
    with np.errstate(over="ignore", invalid="ignore"):
        return require_finite(_DECODERS[card.decoder](outputs, card, scene))
