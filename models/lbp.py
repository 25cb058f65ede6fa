"""Uniform local binary patterns: how each pixel's eight neighbours compare with it.

Ahonen, Hadid and Pietikäinen (2006): codes with at most two changes round the circle
get a bin each, the others share one; the roots of histograms in a grid of cells, centred.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph

SIZE_PX = 112
CELL_PX = 22
GRID = (SIZE_PX - 2) // CELL_PX
NEIGHBOURS = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
N_BINS = 59
DIM = N_BINS * GRID * GRID

CARD = {
    "name": "lbp",
    "description": "Histograms of uniform local binary patterns in a grid of 5 x 5 cells.",
    "input": {
        "height": SIZE_PX,
        "width": SIZE_PX,
        "channels": 1,
        "layout": "NCHW",
        "color": "GRAY",
        "mean": [0.0],
        "scale": [1.0],
    },
    "output": {"name": "embedding", "dim": DIM},
    "recommended_threshold": 0.6,
    "training_data": [],
}


def uniform_bins() -> NDArray[np.int64]:
    """Bin of each of the 256 codes; the last bin is for codes that are not uniform."""
    bins = np.full(256, N_BINS - 1, dtype=np.int64)
    uniform = [code for code in range(256) if _changes(code) <= 2]
    bins[uniform] = np.arange(len(uniform))
    return bins


def build() -> bytes:
    graph = Graph("uniform_local_binary_patterns")
    kernels = np.zeros((8, 1, 3, 3), dtype=np.float32)
    kernels[:, 0, 1, 1] = -1.0
    for index, (row, column) in enumerate(NEIGHBOURS):
        kernels[index, 0, row, column] = 1.0
    differences = graph.convolve("image", kernels)
    at_least = graph.add("GreaterOrEqual", differences, graph.constant(0.0))
    bits = graph.add("Cast", at_least, to=1)
    powers = (2.0 ** np.arange(8)).reshape(1, 8, 1, 1)
    code = graph.add("Cast", graph.convolve(bits, powers), to=7)
    bins = graph.add("Gather", graph.constant(uniform_bins()), code)
    flat = graph.add("Squeeze", bins, graph.constant([1]))
    ends = graph.constant(np.array([0.0, 1.0], dtype=np.float32))
    marked = graph.add("OneHot", flat, graph.constant([N_BINS]), ends, axis=1)
    shares = graph.add(
        "AveragePool", marked, kernel_shape=[CELL_PX, CELL_PX], strides=[CELL_PX, CELL_PX]
    )
    roots = graph.add("Sqrt", shares)
    # What all cells have in common is the picture's sharpness and noise, not the face.
    common = graph.add("ReduceMean", roots, axes=[2, 3], keepdims=1)
    graph.flatten(graph.add("Sub", roots, common), output="embedding")
    return graph.to_bytes(input_shape=["batch", 1, SIZE_PX, SIZE_PX], outputs={"embedding": [DIM]})


def _changes(code: int) -> int:
    bits = [(code >> k) & 1 for k in range(8)]
    return sum(bits[k] != bits[(k + 1) % 8] for k in range(8))
