"""Eigenfaces: the directions in which the synthetic training people differ most.

Turk and Pentland (1991), with whitening. The card has its own five landmark positions:
a tight crop of 48 x 48 without hair. The projection is learned by ``models.learn_pca``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.graph import Graph

SIZE_PX = 48
DIM = 96
WEIGHTS = Path(__file__).parent / "weights" / "pca.npz"
TEMPLATE = ((12.5, 16.0), (35.5, 16.0), (24.0, 28.0), (15.0, 37.5), (33.0, 37.5))

CARD = {
    "name": "pca",
    "description": "Whitened projection on 96 eigenfaces of 48 x 48 pixels.",
    "input": {
        "height": SIZE_PX,
        "width": SIZE_PX,
        "channels": 1,
        "layout": "NCHW",
        "color": "GRAY",
        "mean": [127.5],
        "scale": [1 / 127.5],
        "template": [list(point) for point in TEMPLATE],
    },
    "output": {"name": "embedding", "dim": DIM},
    "recommended_threshold": 0.32,
    "training_data": ["Assay synthetic training people"],
}


def build() -> bytes:
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        mean, projection = weights["mean"], weights["projection"]
    graph = Graph("eigenfaces")
    level = graph.add("ReduceMean", "image", axes=[1, 2, 3], keepdims=1)
    centred = graph.add("Sub", "image", level)
    power = graph.add("ReduceMean", graph.add("Mul", centred, centred), axes=[1, 2, 3], keepdims=1)
    spread = graph.add("Sqrt", graph.add("Add", power, graph.constant(1e-4)))
    flat = graph.add("Flatten", graph.add("Div", centred, spread), axis=1)
    apart = graph.add("Sub", flat, graph.constant(mean.astype(np.float32)))
    graph.add("MatMul", apart, graph.constant(projection.astype(np.float32)), output="embedding")
    return graph.to_bytes(input_shape=["batch", 1, SIZE_PX, SIZE_PX], outputs={"embedding": [DIM]})
