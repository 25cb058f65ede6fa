"""A small face detector: convolutions, and what they say at every 8, 16 and 32 pixels.

The layout of its outputs is YuNet's (Wu, Peng and Yu 2023, doi:10.1007/s11633-023-1423-y):
at each place how sure, where and how large the face is, and where its five landmarks are. The
weights are those that ``models.train_detector`` writes, with batch normalisation folded in.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph

WEIGHTS = Path(__file__).parent / "weights" / "detector.npz"
STRIDES = (8, 16, 32)
# For each stride of the outputs the convolutions that lead to it: output channels and stride.
# Where the stride is 1 the input is added to the output.
LAYERS = (
    ((16, 2), (32, 2), (48, 2), (48, 1), (48, 1)),
    ((64, 2), (64, 1)),
    ((64, 2), (64, 1)),
)
CHANNELS = {"sure": 1, "bbox": 4, "kps": 10}
"""What a head's channels are, in order."""

CARD = {
    "task": "detection",
    "name": "detector",
    "description": "Small convolutional face detector with five landmarks.",
    "input": {
        "channels": 3,
        "layout": "NCHW",
        "color": "RGB",
        "mean": [127.5, 127.5, 127.5],
        "scale": [1 / 127.5, 1 / 127.5, 1 / 127.5],
    },
    "decoder": "yunet",
    "recommended_threshold": 0.5,
    "training_data": ["Assay synthetic training scenes"],
}


def build() -> bytes:
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    graph = Graph("small_face_detector")
    tensor, outputs = "image", {}
    for stride, layers in zip(STRIDES, LAYERS, strict=True):
        for index, (_, step) in enumerate(layers):
            kernels, bias = (weights[f"{kind}_{stride}_{index}"] for kind in ("kernels", "bias"))
            filtered = _convolved(graph, tensor, kernels, bias, step)
            if step == 1:
                filtered = graph.add("Add", filtered, tensor)
            tensor = graph.add("Relu", filtered)
        head = _convolved(graph, tensor, weights[f"head_{stride}"], weights[f"head_bias_{stride}"])
        outputs |= _outputs(graph, head, stride)
    return graph.to_bytes(input_shape=[1, 3, "height", "width"], outputs=outputs)


def _convolved(
    graph: Graph,
    tensor: str,
    kernels: NDArray[np.float32],
    bias: NDArray[np.float32],
    step: int = 1,
) -> str:
    margin = kernels.shape[2] // 2
    constants = (graph.constant(kernels), graph.constant(bias))
    return graph.add("Conv", tensor, *constants, strides=[step, step], pads=[margin] * 4)


def _outputs(graph: Graph, head: str, stride: int) -> dict[str, list[int | str]]:
    """Cut a head's channels into the outputs of one stride, a row for each place."""
    by_place = graph.add("Transpose", head, perm=[0, 2, 3, 1])
    lengths = list(CHANNELS.values())
    rows = graph.add("Reshape", by_place, graph.constant([0, -1, sum(lengths)]))
    names = [f"{part}_{stride}" for part in CHANNELS]
    graph.split(rows, graph.constant(lengths), names)
    face = graph.add("Sigmoid", names[0], output=f"cls_{stride}")
    # A score is the root of the product of the two; this detector knows one.
    graph.add("Identity", face, output=f"obj_{stride}")
    places = f"places_{stride}"
    return {
        face: [places, 1],
        f"obj_{stride}": [places, 1],
        names[1]: [places, CHANNELS["bbox"]],
        names[2]: [places, CHANNELS["kps"]],
    }
