"""A tiny model that really runs in the sandbox: the mean of each 14x14 tile, projected."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from evaluation.card import parse_card


@pytest.fixture(scope="session")
def tiny_model():
    """Bytes of an ONNX model with a dynamic batch: 112x112 RGB to 16 numbers."""
    weights = np.random.default_rng(5).standard_normal((3 * 64, 16)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(
                "AveragePool", ["image"], ["tiles"], kernel_shape=[14, 14], strides=[14, 14]
            ),
            helper.make_node("Flatten", ["tiles"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["embedding"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 112, 112])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 16])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    return model.SerializeToString()


@pytest.fixture(scope="session")
def tiny_card():
    return parse_card(
        {
            "name": "tiny",
            "task": "embedding",
            "input": {"height": 112, "width": 112},
            "output": {"dim": 16},
        }
    )
