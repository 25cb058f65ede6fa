"""A small convolutional network trained on the synthetic training people.

Six convolutions with batch normalisation folded in, then one linear layer. The weights
are those that ``models.train_cnn`` writes; mirrored copies are added, as its card says.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.graph import Graph

SIZE_PX = 64
DIM = 128
WEIGHTS = Path(__file__).parent / "weights" / "cnn.npz"
# Output channels, stride, and whether the input is added to the output.
LAYERS = (
    (24, 2, False),
    (48, 2, False),
    (64, 1, False),
    (96, 2, False),
    (96, 1, True),
    (128, 2, False),
)

CARD = {
    "name": "cnn",
    "description": "Small convolutional network, 128 numbers, mirrored copy added.",
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
    "mirror": True,
    "recommended_threshold": 0.6,
    "training_data": ["Assay synthetic training people"],
}


def build() -> bytes:
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    graph = Graph("small_convolutional_network")
    tensor = "image"
    for index, (_, stride, is_residual) in enumerate(LAYERS):
        kernels, bias = weights[f"kernels_{index}"], weights[f"bias_{index}"]
        filtered = graph.add(
            "Conv",
            tensor,
            graph.constant(kernels),
            graph.constant(bias),
            strides=[stride, stride],
            pads=[1, 1, 1, 1],
        )
        if is_residual:
            filtered = graph.add("Add", filtered, tensor)
        tensor = graph.add("Relu", filtered)
    flat = graph.add("Flatten", tensor, axis=1)
    linear = (graph.constant(weights["linear"]), graph.constant(weights["linear_bias"]))
    graph.add("Gemm", flat, *linear, transB=1, output="embedding")
    return graph.to_bytes(input_shape=["batch", 3, SIZE_PX, SIZE_PX], outputs={"embedding": [DIM]})
