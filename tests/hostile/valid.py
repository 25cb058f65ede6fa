"""Valid models of different make, from which the damaged ones are made."""

import numpy as np
from onnx import TensorProto, helper

from tests.hostile.graphs import DIM, SIDE, after_linear, branch, constant, linear, tensor_of


def valid_models():
    """Return models that pass the check, by name."""
    return {"linear": linear(), "branches": _branches(), "loop": _loop(), "convolution": _conv()}


def _branches():
    return after_linear(
        [
            helper.make_node("ReduceMax", ["honest"], ["most"], keepdims=0),
            helper.make_node("Less", ["most", "limit"], ["small"]),
            helper.make_node(
                "If",
                ["small"],
                ["embedding"],
                then_branch=branch([helper.make_node("Identity", ["honest"], ["a"])], "a"),
                else_branch=branch([helper.make_node("Identity", ["honest"], ["b"])], "b"),
            ),
        ],
        [constant("limit", np.float32(1e9))],
    )


def _loop():
    """Doubles the numbers three times."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Add", ["carried", "carried"], ["next"]),
        ],
        "body",
        [
            tensor_of("round", (), TensorProto.INT64),
            tensor_of("go", (), TensorProto.BOOL),
            tensor_of("carried", ("batch", DIM)),
        ],
        [tensor_of("go_on", (), TensorProto.BOOL), tensor_of("next", ("batch", DIM))],
    )
    return after_linear(
        [helper.make_node("Loop", ["rounds", "yes", "honest"], ["embedding"], body=body)],
        [constant("rounds", 3), constant("yes", True)],
    )


def _conv():
    """Has attributes, and shapes stated within, as exported networks have."""
    model = linear()
    model.graph.node[0].input[0] = "filtered"
    filters = helper.make_tensor("filters", TensorProto.FLOAT, [3, 3, 1, 1], [0.5] * 9)
    model.graph.initializer.append(filters)
    conv = helper.make_node(
        "Conv", ["image", "filters"], ["filtered"], kernel_shape=[1, 1], pads=[0] * 4
    )
    model.graph.node.insert(0, conv)
    model.graph.value_info.append(tensor_of("filtered", ("batch", 3, SIDE, SIDE)))
    return model
