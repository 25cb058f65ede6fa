"""Pictures for trying a model out: drawn from a seed, of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from evaluation.imaging.tensor import to_tensor

if TYPE_CHECKING:
    from evaluation.arrays import Float32Array
    from evaluation.card import ModelCard

_SEED = 20261122
_COARSE_CELLS = 7
# A detector of free size gets a picture that every usual stride divides.
_FREE_SIZE_PX = 320


def draw_probes(n_probes: int, card: ModelCard) -> Float32Array:
    """Draw pictures that differ in shape, colour and light, as the card's tensors.

    Parameters
    ----------
    n_probes : int
    card : ModelCard

    Returns
    -------
    ndarray of float32, shape (n_probes, channels, height, width)
        Or (n_probes, height, width, channels), as the card's layout says.
    """
    rng = np.random.default_rng(_SEED)
    height = card.input.height or _FREE_SIZE_PX
    width = card.input.width or _FREE_SIZE_PX
    pictures = []
    for _ in range(n_probes):
        coarse = rng.integers(0, 256, size=(_COARSE_CELLS, _COARSE_CELLS, 3), dtype=np.uint8)
        smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
        grain = rng.integers(-12, 13, size=smooth.shape)
        pictures.append(np.clip(smooth.astype(np.int64) + grain, 0, 255).astype(np.uint8))
    return to_tensor(pictures, card)
