"""Convolutional networks of a stated cost, with random weights, for measuring speed alone."""

from __future__ import annotations

import numpy as np

from models.graph import Graph

DIM = 512
SIDE_PX = 112


def network(width: int, *, convolutions: int, seed: int = 0) -> bytes:
    """Build an embedding model: four stages of 3x3 convolutions, each half the size before.

    Width 24 with 2 convolutions a stage takes about 1 ms for an image on one core, width 64
    with 3 about 10 ms.
    """
    random = np.random.default_rng(seed)
    graph = Graph(f"width {width}")
    tensor, channels = "image", 3
    for stage in range(4):
        for stride in (2, *[1] * (convolutions - 1)):
            wider = width * 2**stage
            scale = np.sqrt(2 / (9 * channels))
            kernels = random.standard_normal((wider, channels, 3, 3)) * scale
            tensor = graph.add("Relu", _padded(graph, tensor, kernels, stride))
            channels = wider
    pooled = graph.flatten(graph.add("GlobalAveragePool", tensor), output="flat")
    weights = graph.constant(random.standard_normal((channels, DIM)).astype(np.float32))
    graph.add("MatMul", pooled, weights, output="embedding")
    return graph.to_bytes(input_shape=("n", 3, SIDE_PX, SIDE_PX), outputs={"embedding": [DIM]})


def _padded(graph: Graph, tensor: str, kernels: np.ndarray, stride: int) -> str:
    weights = graph.constant(kernels.astype(np.float32))
    return graph.add("Conv", tensor, weights, strides=[stride] * 2, pads=[1] * 4)
