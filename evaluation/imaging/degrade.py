"""Makes the image of a face worse in one measured way: the steps of a robustness protocol.

Sizes and places follow the face: a point of the ArcFace template, 112 px wide, is
carried into the image by the similarity that maps the template onto the landmarks, so a
step means the same on a crop and in a photograph. What the steps mean is said in
`evaluation.testsets.manifest.Degradation`; a step of no strength leaves every pixel as it is.

Noise is drawn from the seed that is handed in; nothing else is random.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageError
from evaluation.imaging.align import ARCFACE_TEMPLATE, estimate_similarity
from evaluation.imaging.decode import decode_image
from evaluation.testsets.manifest import RANGES, Degradation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.imaging.decode import UInt8Image

Landmarks = NDArray[np.float64]
_DISPLAY_GAMMA = 2.2
_MASK_RGB, _GLASSES_RGB, _HAT_RGB = (112, 158, 190), (18, 18, 20), (48, 40, 36)
_SUBPIXEL_BITS = 4

# Places on the 112 px template: eyes at 51.6, nose at 71.7, mouth at 92.3.
_CHIN_Y, _MASK_TOP_Y = 112.0, 60.0
_HAIRLINE_Y, _BROWS_Y = 8.0, 42.0


def degrade(
    image: UInt8Image,
    landmarks: Landmarks,
    condition: Degradation,
    step: float,
    *,
    seed: Sequence[int],
) -> tuple[UInt8Image, Landmarks]:
    """Make an image worse.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, 3), RGB
        Not changed.
    landmarks : ndarray of float64, shape (5, 2), px
        Of the face in the image.
    condition : Degradation
    step : float
        How much, in the condition's own unit.
    seed : sequence of int
        Of the noise; equal seeds give equal pixels.

    Returns
    -------
    tuple of (ndarray of uint8, ndarray of float64)
        The image in its old size, and where the landmarks lie now.

    Raises
    ------
    ImageError
        The step lies outside the condition's range, or the landmarks are no face.
    """
    low, high = RANGES[condition]
    if not low <= step <= high:
        raise ImageError(f"a step of {condition} lies from {low:g} to {high:g}, not at {step:g}")
    if condition is Degradation.ROTATION:
        return _rotate(image, landmarks, step)
    if condition is Degradation.NOISE:
        return _noise(image, step, seed), landmarks
    return _PICTURES[condition](image, landmarks, step), landmarks


def eye_distance_px(landmarks: Landmarks) -> float:
    """Distance between the centres of the eyes in px."""
    return float(np.hypot(*(landmarks[1] - landmarks[0])))


def _fewer_pixels(image: UInt8Image, landmarks: Landmarks, step: float) -> UInt8Image:
    share = step / max(eye_distance_px(landmarks), 1e-6)
    if share >= 1:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return _image(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def _blur(image: UInt8Image, landmarks: Landmarks, step: float) -> UInt8Image:
    sigma_px = step / 100 * eye_distance_px(landmarks)
    if sigma_px < 1e-3:
        return image
    return _image(cv2.GaussianBlur(image, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE))


def _compress(image: UInt8Image, _: Landmarks, step: float) -> UInt8Image:
    blue_first = np.ascontiguousarray(image[:, :, ::-1])
    done, encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, round(step)])
    if not done:
        raise ImageError("the image cannot be written as JPEG")
    return decode_image(encoded.tobytes())


def _noise(image: UInt8Image, step: float, seed: Sequence[int]) -> UInt8Image:
    if step == 0:
        return image
    drawn = np.random.default_rng(np.random.SeedSequence(list(seed))).standard_normal(
        image.shape, dtype=np.float32
    )
    return _image(np.clip(np.rint(image + drawn * np.float32(step)), 0, 255))


def _darken(image: UInt8Image, _: Landmarks, step: float) -> UInt8Image:
    if step == 0:
        return image
    levels = np.arange(256) / 255
    table = np.rint(255 * (levels**_DISPLAY_GAMMA * (1 - step)) ** (1 / _DISPLAY_GAMMA))
    return _image(cv2.LUT(image, _image(table)))


def _glare(image: UInt8Image, landmarks: Landmarks, step: float) -> UInt8Image:
    matrix = _to_image(landmarks)
    left, right = _carried(matrix, [(0.0, 56.0)])[0], _carried(matrix, [(112.0, 56.0)])[0]
    along = (right - left) / max(float(np.sum((right - left) ** 2)), 1e-6)
    rows, columns = np.indices(image.shape[:2], dtype=np.float64)
    place = (columns - left[0]) * along[0] + (rows - left[1]) * along[1]
    added = step * np.clip(1 - place, 0, 1)[:, :, None]
    return _image(np.rint(image + (255.0 - image) * added))


def _mask(image: UInt8Image, landmarks: Landmarks, step: float) -> UInt8Image:
    if step == 0:
        return image
    top = _CHIN_Y - step * (_CHIN_Y - _MASK_TOP_Y)
    half_width = 26 + 14 * step  # cheeks are wider than the chin
    outline = [
        (56 - half_width, top),
        (56, top - 3 * step),
        (56 + half_width, top),
        (56 + 24, _CHIN_Y + 2),
        (56, _CHIN_Y + 6),
        (56 - 24, _CHIN_Y + 2),
    ]
    return _filled(image, landmarks, outline, _MASK_RGB)


def _sunglasses(image: UInt8Image, landmarks: Landmarks, step: float) -> UInt8Image:
    if step == 0:
        return image
    painted = image
    for x, y in ARCFACE_TEMPLATE[:2]:
        around = np.linspace(0, 2 * math.pi, 33)[:-1]
        lens = [(x + 15 * math.cos(a), y + 11 * math.sin(a)) for a in around]
        painted = _filled(painted, landmarks, lens, _GLASSES_RGB)
    bridge = [(50.0, 48.0), (62.0, 48.0), (62.0, 51.0), (50.0, 51.0)]
    painted = _filled(painted, landmarks, bridge, _GLASSES_RGB)
    return _image(np.rint(image * (1 - step) + painted * step))


def _hat(image: UInt8Image, landmarks: Landmarks, step: float) -> UInt8Image:
    if step == 0:
        return image
    brim = _HAIRLINE_Y + step * (_BROWS_Y - _HAIRLINE_Y)
    outline = [(-14.0, brim), (-6.0, brim - 44), (56.0, brim - 62), (118.0, brim - 44)]
    outline += [(126.0, brim), (56.0, brim + 4)]
    return _filled(image, landmarks, outline, _HAT_RGB)


def _rotate(image: UInt8Image, landmarks: Landmarks, step: float) -> tuple[UInt8Image, Landmarks]:
    if step == 0:
        return image, landmarks
    height, width = image.shape[:2]
    x, y = landmarks.mean(axis=0)
    matrix = cv2.getRotationMatrix2D((float(x), float(y)), step, 1.0)
    turned = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return _image(turned), landmarks @ matrix[:, :2].T + matrix[:, 2]


def _to_image(landmarks: Landmarks) -> NDArray[np.float64]:
    return estimate_similarity(ARCFACE_TEMPLATE, landmarks)


def _carried(
    matrix: NDArray[np.float64], points: Sequence[tuple[float, float]]
) -> NDArray[np.float64]:
    return np.asarray(points) @ matrix[:, :2].T + matrix[:, 2]


def _filled(
    image: UInt8Image,
    landmarks: Landmarks,
    outline: Sequence[tuple[float, float]],
    colour: tuple[int, int, int],
) -> UInt8Image:
    points = _carried(_to_image(landmarks), outline)
    # Beyond some hundred thousand px the drawing's fixed-point numbers would overflow.
    fixed = np.rint(np.clip(points, -1e5, 1e5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    painted = image.copy()
    cv2.fillPoly(painted, [fixed], colour, lineType=cv2.LINE_AA, shift=_SUBPIXEL_BITS)
    return _image(painted)


def _image(pixels: object) -> UInt8Image:
    return np.asarray(pixels).astype(np.uint8)


_PICTURES: dict[Degradation, Callable[..., UInt8Image]] = {
    Degradation.INTER_EYE_DISTANCE: _fewer_pixels,
    Degradation.BLUR: _blur,
    Degradation.JPEG_QUALITY: _compress,
    Degradation.DARKNESS: _darken,
    Degradation.GLARE: _glare,
    Degradation.MASK: _mask,
    Degradation.SUNGLASSES: _sunglasses,
    Degradation.HAT: _hat,
}
