"""Texture and colour of a picture as 119 numbers: what the learned scores are made of.

Energies of the waves of the 8 x 8 cosine transform, over the picture's light and over its two
colour differences, say how sharp, noisy, compressed or finely patterned a picture is. Means,
spreads, extremes and the shares of grey levels say how it is lit and coloured.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph

BLOCK_PX = 8
N_COARSE = 4
"""Waves each way that are kept of a colour difference; of the light all are."""
N_LEVELS = 16
N_FEATURES = (BLOCK_PX**2 - 1) + 2 * (N_COARSE**2 - 1) + 3 + 3 + 2 + N_LEVELS + 2
# ITU-R BT.601: light, and what blue and red have beyond it.
LIGHT_AND_COLOUR = (
    (0.299, 0.587, 0.114),
    (-0.168736, -0.331264, 0.5),
    (0.5, -0.418688, -0.081312),
)
TINY = 1e-6


def input_of(size_px: int) -> dict[str, Any]:
    """Return a card's input: a square picture, from 0 to 1."""
    return {
        "height": size_px,
        "width": size_px,
        "channels": 3,
        "layout": "NCHW",
        "color": "RGB",
        "mean": [0.0, 0.0, 0.0],
        "scale": [1 / 255, 1 / 255, 1 / 255],
    }


def cosine_waves(n: int) -> NDArray[np.float64]:
    """Return the n x n coarsest waves but the flat one, orthonormal, shape (n * n - 1, 1, 8, 8)."""
    frequency = np.arange(n)[:, None]
    place = (np.arange(BLOCK_PX)[None] + 0.5) / BLOCK_PX
    lines = np.sqrt(2.0 / BLOCK_PX) * np.cos(np.pi * frequency * place)
    lines[0] /= np.sqrt(2.0)
    waves = np.einsum("ay,bx->abyx", lines, lines).reshape(n * n, 1, BLOCK_PX, BLOCK_PX)
    return np.asarray(waves[1:], dtype=np.float64)


def add_features(graph: Graph) -> str:
    """Add what makes the numbers of ``image``; returns the tensor of shape (batch, 119)."""
    planes = [
        graph.convolve("image", np.array(weights).reshape(1, 3, 1, 1))
        for weights in LIGHT_AND_COLOUR
    ]
    parts = [_energies(graph, planes[0], BLOCK_PX)]
    parts += [_energies(graph, plane, N_COARSE) for plane in planes[1:]]
    parts += [part for plane in planes for part in _mean_and_spread(graph, plane)]
    parts += [_extreme(graph, planes[0], sign) for sign in (1.0, -1.0)]
    parts.append(_levels(graph, planes[0]))
    parts += [_mean(graph, graph.add("Abs", plane)) for plane in planes[1:]]
    flat = [graph.add("Flatten", part, axis=1) for part in parts]
    return graph.add("Concat", *flat, axis=1)


def build_features(size_px: int) -> bytes:
    """Build a graph that gives the numbers themselves, as ``features``, to learn from."""
    graph = Graph("texture")
    graph.add("Identity", add_features(graph), output="features")
    return graph.to_bytes(
        input_shape=["batch", 3, size_px, size_px], outputs={"features": [N_FEATURES]}
    )


def build_score(name: str, weights: Path, *, size_px: int, output: str) -> bytes:
    """Build a graph that gives one number, linear in the features, with the weights of a file."""
    with np.load(weights, allow_pickle=False) as stored:
        row, bias = stored["weights"].reshape(1, -1), stored["bias"]
    graph = Graph(name)
    linear = (graph.constant(row), graph.constant(bias))
    graph.add("Gemm", add_features(graph), *linear, transB=1, output=output)
    return graph.to_bytes(input_shape=["batch", 3, size_px, size_px], outputs={output: [1]})


def _energies(graph: Graph, plane: str, n: int) -> str:
    """Logarithm of the mean square of each wave, at every fourth place."""
    waves = graph.convolve(plane, cosine_waves(n), stride=BLOCK_PX // 2)
    power = _mean(graph, graph.add("Mul", waves, waves))
    return graph.add("Log", graph.add("Add", power, graph.constant(TINY)))


def _mean_and_spread(graph: Graph, plane: str) -> tuple[str, str]:
    mean = _mean(graph, plane)
    apart = graph.add("Sub", plane, mean)
    power = _mean(graph, graph.add("Mul", apart, apart))
    return mean, graph.add("Sqrt", graph.add("Add", power, graph.constant(TINY)))


def _extreme(graph: Graph, plane: str, sign: float) -> str:
    """Take the brightest of 4 x 4 px for sign 1; the darkest, negative, for sign -1."""
    coarse = graph.add("AveragePool", plane, kernel_shape=[4, 4], strides=[4, 4])
    return graph.add("GlobalMaxPool", graph.add("Mul", coarse, graph.constant(sign)))


def _levels(graph: Graph, plane: str) -> str:
    """Share of the pixels at each of 16 grey levels, shared out between the two nearest."""
    centres = (np.arange(N_LEVELS) / (N_LEVELS - 1)).reshape(1, N_LEVELS, 1, 1)
    apart = graph.add("Abs", graph.add("Sub", plane, graph.constant(centres)))
    steps = graph.add("Mul", apart, graph.constant(float(N_LEVELS - 1)))
    return _mean(graph, graph.add("Relu", graph.add("Sub", graph.constant(1.0), steps)))


def _mean(graph: Graph, tensor: str) -> str:
    return graph.add("ReduceMean", tensor, axes=[2, 3], keepdims=1)
