"""Histograms of oriented gradients in cells, normalised over their surroundings.

After Dalal and Triggs (2005): nine unsigned directions with linear interpolation,
cells of 8 x 8 pixels, energy of the neighbouring cells as the yardstick; centred over
the cells. The card's landmark positions are ArcFace's drawn apart by a quarter, which cuts
hair and background off.
"""

from __future__ import annotations

import numpy as np

from models.graph import Graph

SIZE_PX = 112
CELL_PX = 8
GRID = SIZE_PX // CELL_PX
N_DIRECTIONS = 9
DIM = N_DIRECTIONS * GRID * GRID
LUMA_BGR = (0.114, 0.587, 0.299)
TINY = 1e-6
FLOOR = 1e-4
CEILING = 0.6
TEMPLATE = ((33.87, 47.12), (77.91, 46.88), (56.03, 72.17), (37.94, 97.96), (74.41, 97.76))

CARD = {
    "name": "hog",
    "description": "Histograms of oriented gradients, nine directions in 14 x 14 cells.",
    "input": {
        "height": SIZE_PX,
        "width": SIZE_PX,
        "channels": 3,
        "layout": "NCHW",
        "color": "BGR",
        "mean": [0.0, 0.0, 0.0],
        "scale": [1.0, 1.0, 1.0],
        "template": [list(point) for point in TEMPLATE],
    },
    "output": {"name": "embedding", "dim": DIM},
    "recommended_threshold": 0.65,
    "training_data": [],
}


def build() -> bytes:
    graph = Graph("oriented_gradients")
    luma = graph.convolve("image", np.array(LUMA_BGR).reshape(1, 3, 1, 1) / 255.0)
    padded = graph.add("Pad", luma, graph.constant([0, 0, 1, 1, 0, 0, 1, 1]), mode="edge")
    across = graph.convolve(padded, _difference(horizontal=True))
    down = graph.convolve(padded, _difference(horizontal=False))
    squares = graph.add("Add", graph.add("Mul", across, across), graph.add("Mul", down, down))
    strength = graph.add("Sqrt", graph.add("Add", squares, graph.constant(TINY)))
    votes = graph.add("Mul", _direction_weights(graph, across, down), strength)
    cells = graph.add(
        "AveragePool", votes, kernel_shape=[CELL_PX, CELL_PX], strides=[CELL_PX, CELL_PX]
    )
    graph.flatten(_normalised(graph, cells), output="embedding")
    return graph.to_bytes(input_shape=["batch", 3, SIZE_PX, SIZE_PX], outputs={"embedding": [DIM]})


def _difference(*, horizontal: bool) -> np.ndarray:
    kernel = np.zeros((1, 1, 3, 3), dtype=np.float32)
    first, last = ((1, 0), (1, 2)) if horizontal else ((0, 1), (2, 1))
    kernel[0, 0][first], kernel[0, 0][last] = -1.0, 1.0
    return kernel


def _direction_weights(graph: Graph, across: str, down: str) -> str:
    """Share of each direction, (n, 9, height, width): 1 at its centre, 0 one direction away."""
    nudge = graph.add(
        "Where",
        graph.add("Less", across, graph.constant(0.0)),
        graph.constant(-TINY),
        graph.constant(TINY),
    )
    angle = graph.add("Atan", graph.add("Div", down, graph.add("Add", across, nudge)))
    width = np.pi / N_DIRECTIONS
    centres = (np.arange(N_DIRECTIONS) * width).reshape(1, N_DIRECTIONS, 1, 1)
    apart = graph.add("Sub", angle, graph.constant(centres))
    turns = graph.add("Round", graph.add("Div", apart, graph.constant(float(np.pi))))
    wrapped = graph.add("Sub", apart, graph.add("Mul", turns, graph.constant(float(np.pi))))
    share = graph.add("Div", graph.add("Abs", wrapped), graph.constant(float(width)))
    return graph.add("Relu", graph.add("Sub", graph.constant(1.0), share))


def _normalised(graph: Graph, cells: str) -> str:
    squares = graph.add("Mul", cells, cells)
    energy = graph.add("ReduceSum", squares, graph.constant([1]), keepdims=1)
    around = graph.add(
        "AveragePool", energy, kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=0
    )
    yardstick = graph.add("Sqrt", graph.add("Add", around, graph.constant(FLOOR)))
    scaled = graph.add("Div", cells, yardstick)
    clipped = graph.add("Min", scaled, graph.constant(CEILING))
    common = graph.add("ReduceMean", clipped, axes=[2, 3], keepdims=1)
    return graph.add("Sub", clipped, common)
