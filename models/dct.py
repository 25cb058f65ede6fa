"""The lowest frequencies of the picture: a weak baseline, and a model of fixed batch 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph

SIZE_PX = 112
N_FREQUENCIES = 10
DIM = N_FREQUENCIES * N_FREQUENCIES - 1
LUMA_RGB = (0.299, 0.587, 0.114)

CARD = {
    "name": "dct",
    "description": "The 99 lowest frequencies of the discrete cosine transform.",
    "input": {
        "height": SIZE_PX,
        "width": SIZE_PX,
        "channels": 3,
        "layout": "NCHW",
        "color": "RGB",
        "mean": [127.5, 127.5, 127.5],
        "scale": [1 / 127.5, 1 / 127.5, 1 / 127.5],
    },
    "output": {"name": "embedding", "dim": DIM},
    "recommended_threshold": 0.95,
    "training_data": [],
}


def cosine_basis() -> NDArray[np.float64]:
    """Orthonormal DCT-II rows of the lowest frequencies, shape (10, 112)."""
    frequency = np.arange(N_FREQUENCIES)[:, None]
    place = (np.arange(SIZE_PX)[None] + 0.5) / SIZE_PX
    basis: NDArray[np.float64] = np.sqrt(2.0 / SIZE_PX) * np.cos(np.pi * frequency * place)
    basis[0] /= np.sqrt(2.0)
    return basis


def build() -> bytes:
    graph = Graph("low_frequencies")
    luma = graph.convolve("image", np.array(LUMA_RGB).reshape(1, 3, 1, 1))
    basis = cosine_basis()
    rows = graph.add("MatMul", graph.constant(basis), luma)
    spectrum = graph.add("MatMul", rows, graph.constant(basis.T))
    flat = graph.add("Flatten", spectrum, axis=1)
    graph.add("Slice", flat, *map(graph.constant, ([1], [DIM + 1], [1])), output="embedding")
    return graph.to_bytes(input_shape=[1, 3, SIZE_PX, SIZE_PX], outputs={"embedding": [DIM]})
