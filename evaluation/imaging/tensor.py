"""Crops to the tensor that a card describes: ``(x - mean) * scale``, x in 0..255."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.card import ModelCard
    from evaluation.imaging.decode import UInt8Image


def to_tensor(crops: Sequence[UInt8Image], card: ModelCard) -> NDArray[np.float32]:
    """Batch of crops in a card's layout, colour order and normalisation.

    Grey is OpenCV's rounded 0.299 R + 0.587 G + 0.114 B, taken after alignment.

    Parameters
    ----------
    crops : sequence of ndarray of uint8, shape (height, width, 3), RGB
        All of one size.

    Returns
    -------
    ndarray of float32
        Shape (n, channels, height, width) for NCHW, (n, height, width, channels) for
        NHWC; C-contiguous.

    Raises
    ------
    ImageError
        There are no crops, or they differ in size.
    """
    if not crops:
        raise ImageError("a batch needs at least one crop")
    if len({crop.shape for crop in crops}) != 1:
        raise ImageError("the crops of a batch differ in size")
    spec = card.input
    pixels = np.stack([_in_colour(crop, spec.color) for crop in crops])
    mean = np.array(spec.mean, dtype=np.float32)
    scale = np.array(spec.scale, dtype=np.float32)
    batch = (pixels.astype(np.float32) - mean) * scale
    if spec.layout == "NCHW":
        batch = batch.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(batch, dtype=np.float32)


def _in_colour(crop: UInt8Image, color: str) -> UInt8Image:
    if color == "GRAY":
        grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        return np.asarray(grey, dtype=np.uint8)[:, :, np.newaxis]
    return crop[:, :, ::-1] if color == "BGR" else crop
