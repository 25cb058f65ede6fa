"""Faces cut out of a photograph by their box, and aligned crops brought to another size.

Presentation-attack models look at the face with some of what is around it, so they take
a part of the photograph around the face's box, not an aligned face. Quality models take an
aligned face. Where they have no template of their own, it is aligned on ArcFace's 112x112
template and then resized, which is not the same as a warp to the smaller size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from evaluation.errors import ImageError
from evaluation.imaging.align import (
    ARCFACE_SIZE_PX,
    ARCFACE_TEMPLATE,
    align_face,
    card_size,
)
from evaluation.imaging.decode import MAX_PIXELS

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray
    from evaluation.card import CropSpec, ModelCard
    from evaluation.imaging.decode import UInt8Image

Box = tuple[float, float, float, float]


def crop_around(image: UInt8Image, box: Box, card: ModelCard) -> UInt8Image:
    """Cut a face out with its surroundings, as the card's ``crop`` says.

    ``shift`` scales the box about its centre, by as much as fits into the image, and shifts
    it inside. ``pad`` takes the square of the longer side times the scale about the box's
    centre; what lies beyond the image is reflected. Edges fall on whole pixels by cutting
    decimals off; the part is then resized bilinearly.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3), RGB
    box : tuple of float
        x, y, width, height of the face in px of the image.
    card : ModelCard
        Has a ``crop``.

    Returns
    -------
    ndarray of uint8, shape (card height, card width, 3), RGB

    Raises
    ------
    ImageError
        The box is not finite, has no area or lies outside the image; or the crop would
        be larger than 100 million pixels.

    References
    ----------
    ``shift``: Minivision, Silent-Face-Anti-Spoofing, src/generate_patches.py. ``pad``:
    face-antispoof-onnx.
    """
    if card.crop is None:
        raise ValueError("the card describes no crop")
    if not np.isfinite(box).all() or min(box[2:]) <= 0:
        raise ImageError("the box of the face has no area")
    if not _touches(image, box):
        raise ImageError("the box of the face lies outside the image")
    cut = _shifted if card.crop.kind == "shift" else _padded
    part = cut(image, box, card.crop)
    return np.asarray(
        cv2.resize(part, card_size(card), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


def arcface_crop(image: UInt8Image, landmarks: FloatArray | None) -> UInt8Image:
    """Align a face on ArcFace's 112x112 template; a crop that is so already stays as it is.

    Raises
    ------
    ImageError
        The landmarks define no transform, or ``image`` should be a 112x112 crop and is not.
    """
    side = ARCFACE_SIZE_PX
    if landmarks is not None:
        return align_face(image, landmarks, template=ARCFACE_TEMPLATE, width=side, height=side)
    if image.shape[:2] != (side, side):
        raise ImageError(
            f"an aligned crop is 112x112 px, this is {image.shape[1]}x{image.shape[0]}"
        )
    return image


def resized_crop(crop: UInt8Image, card: ModelCard) -> UInt8Image:
    """Bring a crop to a card's size, bilinearly and without regard to proportions."""
    if crop.shape[1::-1] == card_size(card):
        return crop
    resized = cv2.resize(crop, card_size(card), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.uint8)


def _touches(image: UInt8Image, box: Box) -> bool:
    x, y, width, height = box
    return x < image.shape[1] and y < image.shape[0] and x + width > 0 and y + height > 0


def _shifted(image: UInt8Image, box: Box, crop: CropSpec) -> UInt8Image:
    last_x, last_y = image.shape[1] - 1, image.shape[0] - 1
    x, y, width, height = box
    scale = min(crop.scale, last_x / width, last_y / height)
    wide, high = width * scale, height * scale
    left = min(max(x + width / 2 - wide / 2, 0.0), last_x - wide)
    top = min(max(y + height / 2 - high / 2, 0.0), last_y - high)
    # The sum may fall just short of the last pixel, and its decimals are then cut off.
    right, bottom = int(left + wide), int(top + high)
    return image[max(0, int(top)) : bottom + 1, max(0, int(left)) : right + 1]


def _padded(image: UInt8Image, box: Box, crop: CropSpec) -> UInt8Image:
    x, y, width, height = box
    side = max(width, height) * crop.scale
    size = int(side)
    if size < 1 or size * size > MAX_PIXELS:
        raise ImageError("the box of the face is too large or too small for a crop")
    left, top = int(x + width / 2 - side / 2), int(y + height / 2 - side / 2)
    right, bottom = left + size, top + size
    inner = image[max(0, top) : bottom, max(0, left) : right]
    if not inner.size:
        raise ImageError("the box of the face lies outside the image")
    around = cv2.copyMakeBorder(
        inner,
        max(0, -top),
        max(0, bottom - image.shape[0]),
        max(0, -left),
        max(0, right - image.shape[1]),
        cv2.BORDER_REFLECT_101,
    )
    return np.asarray(around, dtype=np.uint8)
