"""Gabor energy: how strongly waves of four lengths and eight directions are present.

After Lades and others (1993) and Liu and Wechsler (2002): magnitudes of a bank of
complex Gabor filters, pooled over a coarse grid, as centred logarithms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph

SIZE_PX = 96
KERNEL_PX = 25
WAVELENGTHS_PX = (4.0, 6.0, 9.0, 13.0)
N_DIRECTIONS = 8
N_WAVES = len(WAVELENGTHS_PX) * N_DIRECTIONS
POOL_PX = 8
GRID = SIZE_PX // POOL_PX // 2
DIM = N_WAVES * GRID * GRID

CARD = {
    "name": "gabor",
    "description": "Energy of 32 Gabor waves on a grid of 6 x 6 places.",
    "input": {
        "height": SIZE_PX,
        "width": SIZE_PX,
        "channels": 1,
        "layout": "NHWC",
        "color": "GRAY",
        "mean": [127.5],
        "scale": [1 / 127.5],
    },
    "output": {"name": "embedding", "dim": DIM},
    "recommended_threshold": 0.9,
    "training_data": [],
}


def wave_kernels() -> NDArray[np.float64]:
    """Real parts then imaginary parts, shape (2 * 32, 1, 25, 25); each without mean, of norm 1."""
    half = KERNEL_PX // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    real: list[NDArray[np.float64]] = []
    imaginary: list[NDArray[np.float64]] = []
    for wavelength in WAVELENGTHS_PX:
        spread = 0.56 * wavelength
        window = np.exp(-(x**2 + y**2) / (2 * spread**2))
        for direction in range(N_DIRECTIONS):
            angle = np.pi * direction / N_DIRECTIONS
            phase = 2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / wavelength
            for parts, wave in ((real, np.cos(phase)), (imaginary, np.sin(phase))):
                kernel = window * wave
                kernel -= window * kernel.sum() / window.sum()
                parts.append(kernel / np.linalg.norm(kernel))
    return np.stack(real + imaginary)[:, None]


def build() -> bytes:
    graph = Graph("gabor_energy")
    picture = graph.add("Transpose", "image", perm=[0, 3, 1, 2])
    half = KERNEL_PX // 2
    margins = graph.constant([0, 0, half, half, 0, 0, half, half])
    padded = graph.add("Pad", picture, margins, mode="reflect")
    waves = graph.convolve(padded, wave_kernels(), stride=2)
    squares = graph.add("Mul", waves, waves)
    first = graph.add("Slice", squares, *map(graph.constant, ([0], [N_WAVES], [1])))
    second = graph.add("Slice", squares, *map(graph.constant, ([N_WAVES], [2 * N_WAVES], [1])))
    energy = graph.add("Add", graph.add("Add", first, second), graph.constant(1e-6))
    pooled = graph.add(
        "AveragePool",
        graph.add("Sqrt", energy),
        kernel_shape=[POOL_PX, POOL_PX],
        strides=[POOL_PX, POOL_PX],
    )
    levels = graph.add("Log", graph.add("Add", pooled, graph.constant(0.02)))
    # Over the places, then over the waves: contrast and local brightness drop out.
    for axes in ([2, 3], [1]):
        mean = graph.add("ReduceMean", levels, axes=axes, keepdims=1)
        levels = graph.add("Sub", levels, mean)
    graph.flatten(levels, output="embedding")
    return graph.to_bytes(input_shape=["batch", SIZE_PX, SIZE_PX, 1], outputs={"embedding": [DIM]})
