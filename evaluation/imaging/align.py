"""Five-landmark alignment to the place where a model expects a face.

The transform is the least-squares similarity (rotation, one scale, shift) over all
five points, without outlier rejection; the warp is bilinear with a black border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageError

if TYPE_CHECKING:
    from evaluation.card import ModelCard
    from evaluation.imaging.decode import UInt8Image

FloatArray = NDArray[np.float64]

ARCFACE_SIZE_PX = 112
ARCFACE_TEMPLATE: FloatArray = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ]
)
ARCFACE_TEMPLATE.setflags(write=False)


def estimate_similarity(source: FloatArray, target: FloatArray) -> FloatArray:
    """Similarity transform that maps ``source`` nearest to ``target``.

    Parameters
    ----------
    source, target : ndarray of float64, shape (n_points, 2), pixels (x, y)
        At least two different points each; the same order in both.

    Returns
    -------
    ndarray of float64, shape (2, 3)
        Rotation and scale in the first two columns, shift in the third; never a
        reflection. ``target`` is about ``matrix[:, :2] @ point + matrix[:, 2]``.

    Raises
    ------
    ImageError
        The points are not finite, or all the same, so that no transform is defined.

    References
    ----------
    Umeyama 1991, doi:10.1109/34.88573. In two dimensions its solution without
    reflection is the ratio of two complex inner products.
    """
    if not (np.isfinite(source).all() and np.isfinite(target).all()):
        raise ImageError("a landmark is not a finite number")
    # A point as a complex number: multiplying by one factor turns and scales it.
    from_points = source[:, 0] + 1j * source[:, 1]
    to_points = target[:, 0] + 1j * target[:, 1]
    from_mean, to_mean = from_points.mean(), to_points.mean()
    centred = from_points - from_mean
    spread = float(np.vdot(centred, centred).real)
    if spread < 1e-12:
        raise ImageError("the landmarks all lie on one point")
    factor = np.vdot(centred, to_points - to_mean) / spread
    if abs(factor) < 1e-12:
        raise ImageError("the landmarks have no similarity to a face")
    shift = to_mean - factor * from_mean
    return np.array(
        [[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]]
    )


def align_face(
    image: UInt8Image, landmarks: FloatArray, *, template: FloatArray, width: int, height: int
) -> UInt8Image:
    """Warp a face so that its landmarks fall on a template.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3), RGB
    landmarks, template : ndarray of float64, shape (5, 2), pixels (x, y)
        In ``image``, and in the crop.
    width, height : int
        Size of the crop in pixels.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), RGB
        Bilinear; pixels from beyond the image's border are black.

    Raises
    ------
    ImageError
        The landmarks define no transform.
    """
    matrix = estimate_similarity(landmarks, template)
    warped = cv2.warpAffine(
        image,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(0, 0, 0),
    )
    return np.asarray(warped, dtype=np.uint8)


def card_size(card: ModelCard) -> tuple[int, int]:
    """Width and height in pixels of the crop that a model takes.

    Raises
    ------
    ImageError
        The card describes a model without a fixed input size.
    """
    if card.input.width is None or card.input.height is None:
        raise ImageError("the card names no fixed input size, so no crop can be made for it")
    return card.input.width, card.input.height


def card_template(card: ModelCard) -> FloatArray:
    """Where a model expects the five landmarks.

    Returns
    -------
    ndarray of float64, shape (5, 2), pixels (x, y) of the model's input
        The card's own template, or ArcFace's scaled to the card's size.
    """
    if card.input.template is not None:
        return np.array(card.input.template, dtype=np.float64)
    width, height = card_size(card)
    return ARCFACE_TEMPLATE * (width / ARCFACE_SIZE_PX, height / ARCFACE_SIZE_PX)


def crop_for_card(image: UInt8Image, landmarks: FloatArray | None, card: ModelCard) -> UInt8Image:
    """Cut a face out as a model expects it.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3), RGB
    landmarks : ndarray of float64, shape (5, 2), pixels (x, y), or None
        None where ``image`` is a 112x112 crop that is aligned on the ArcFace
        template; it is then used as it is where the model expects just that, else
        warped from ArcFace's template to the model's.

    Returns
    -------
    ndarray of uint8, shape (card height, card width, 3), RGB

    Raises
    ------
    ImageError
        The landmarks define no transform, or ``image`` should be a 112x112 crop and
        is not.
    """
    width, height = card_size(card)
    template = card_template(card)
    if landmarks is None:
        if image.shape[:2] != (ARCFACE_SIZE_PX, ARCFACE_SIZE_PX):
            raise ImageError(
                f"an aligned crop is 112x112 px, this is {image.shape[1]}x{image.shape[0]}"
            )
        same_size = (width, height) == (ARCFACE_SIZE_PX, ARCFACE_SIZE_PX)
        if same_size and np.array_equal(template, ARCFACE_TEMPLATE):
            return image
        landmarks = ARCFACE_TEMPLATE
    return align_face(image, landmarks, template=template, width=width, height=height)
