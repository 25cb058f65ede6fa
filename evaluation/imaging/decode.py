"""Bytes to pixels: one decoder for all results, since decoders differ in pixels.

A small file can claim a vast image. The limit on pixels is given to OpenCV in
``evaluation/__init__.py``, where it takes effect before any memory is asked for; the
check here holds where OpenCV was imported earlier than this package.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageError

UInt8Image = NDArray[np.uint8]

MAX_SIDE_PX = 16384
MAX_PIXELS = 100_000_000

# Exif orientation is ignored: landmarks and boxes of test sets are given in stored pixels.
_FLAGS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION


def decode_image(data: bytes) -> UInt8Image:
    """Decode an image file.

    Parameters
    ----------
    data : bytes
        Content of a JPEG, PNG, PGM, PPM, BMP, WebP or TIFF file. Grey images become
        three equal channels, transparency is dropped, 16 bits become 8.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB, in the orientation in which the pixels are stored.

    Raises
    ------
    ImageError
        The bytes are no image, or the image is larger than 16,384 px on a side or
        100 million pixels.
    """
    if not data:
        raise ImageError("the image file is empty")
    try:
        image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), _FLAGS)
    except cv2.error as error:
        raise ImageError("the image cannot be decoded") from error
    if image is None:
        raise ImageError("the image cannot be decoded")
    height, width = image.shape[:2]
    if max(height, width) > MAX_SIDE_PX or height * width > MAX_PIXELS:
        raise ImageError(f"the image is too large: {width}x{height} px")
    return np.asarray(image, dtype=np.uint8)
